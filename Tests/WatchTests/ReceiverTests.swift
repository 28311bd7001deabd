import CreditModel
import CreditServices
import CreditWatch
import Testing

@Suite("Which addresses a receiver may have")
struct ReceiverTests {
    static let refused = [
        "http://example.com/hook", "ftp://example.com/", "example.com/hook", "https://", "https:///x", "https://user@example.com/",
        "https://user:word@example.com/", "https://example.com/#part", "https://exa mple.com/", "https://127.0.0.1/",
        "https://localhost/", "https://LOCALHOST:8443/", "https://10.1.2.3/", "https://172.16.0.1/", "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data", "https://100.64.0.1/", "https://0.0.0.0/", "https://[::1]/",
        "https://[::ffff:127.0.0.1]/", "https://[::ffff:10.0.0.1]/", "https://[fe80::1]/", "https://[fd00::1]/",
        "https://[2002:7f00:1::]/", "https://[64:ff9b::7f00:1]/", "https://2130706433/", "https://0x7f000001/", "https://127.1/",
        "https://0177.0.0.1/", "https://224.0.0.1/", "https://example.com:0/", "https://example.com:99999/", "javascript:alert(1)",
        "https://example.com/\r\nX: y", "https://" + String(repeating: "a", count: 500) + ".com/",
    ]

    @Test("an address that is not https, or leads inside, is refused", arguments: refused)
    func refuses(_ address: String) {
        #expect(throws: WatchError(.unfitAddress, .init(zh: "", en: ""))) { try ReceiverRules().webhook(address) }
    }

    @Test(
        "a public https address is taken as it stands",
        arguments: ["https://example.com/hook", "https://example.com:8443/a?b=c", "https://8.8.8.8/x", "https://[2400:3200::1]/"])
    func takes(_ address: String) throws {
        #expect(try ReceiverRules().webhook(address) == address)
    }

    @Test("plain http is for this machine alone, where the operator allows it")
    func loopback() throws {
        let rules = ReceiverRules(allowsPrivate: true)
        #expect(try rules.webhook("http://127.0.0.1:9/x") == "http://127.0.0.1:9/x")
        #expect(try rules.webhook("https://10.0.0.1/x") == "https://10.0.0.1/x")
        #expect(throws: WatchError.self) { try rules.webhook("http://10.0.0.1/x") }
        #expect(throws: WatchError.self) { try rules.webhook("http://example.com/x") }
    }

    @Test(
        "whatever could become a second header or a second receiver is no mail address",
        arguments: [
            "", "a", "a@", "@b.cn", "a@b", "a b@c.cn", "a@c.cn\r\nBcc: x@y.cn", "a@c.cn,b@d.cn", "a@@c.cn", "\"a\"@c.cn", "-t@c.cn",
            "a@-", "a@c..cn", ".a@c.cn", "<a@c.cn>", "示例@c.cn", String(repeating: "a", count: 65) + "@c.cn",
        ])
    func mail(_ address: String) {
        #expect(throws: WatchError.self) { try ReceiverRules.mail(address) }
    }

    @Test("a usual mail address is taken")
    func usual() throws { #expect(try ReceiverRules.mail(" credit.office+watch@example.com ") == "credit.office+watch@example.com") }
}
