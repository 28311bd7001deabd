import Testing

@testable import CreditServer

@Suite struct AssetsTests {
    @Test(
        "styles lose what no browser needs, and nothing else",
        arguments: [
            ("a { color : red ; }\n", "a{color :red;}"), ("a :hover,\n  b > c { margin: 0 auto; }", "a :hover,b > c{margin:0 auto;}"),
            ("/* a note */\n.x::before { content: \"a  { b\" ; }", ".x::before{content:\"a  { b\";}"),
            ("a{width:calc(1px + 2 * (3px - 1px))}", "a{width:calc(1px + 2 * (3px - 1px))}"),
            ("@media (min-width: 40rem) and (prefers-color-scheme: dark) { a { x: y } }", "@media (min-width:40rem) and (prefers-color-scheme:dark){a{x:y}}"),
            ("a { font: 1rem 'It\\'s  one' }", "a{font:1rem 'It\\'s  one'}"), ("", ""), ("/* open", ""), ("a { b: \"open", "a{b:\"open"),
        ])
    func squeezed(styles: String, expected: String) {
        #expect(String(decoding: Assets.squeezed(Array(styles.utf8)), as: UTF8.self) == expected)
    }
}
