import CreditModel
import TestSupport
import Testing

@Suite("proposals for mistyped codes")
struct CodeRepairTests {
    /// What is meant and what hands and scanners write instead.
    static let slips: [(meant: Character, written: Character)] = [
        ("0", "O"), ("0", "D"), ("0", "Q"), ("D", "0"), ("Q", "0"), ("Q", "O"), ("1", "I"), ("1", "L"), ("1", "7"),
        ("7", "1"),
        ("L", "1"), ("L", "I"), ("2", "Z"), ("5", "S"), ("8", "B"), ("B", "8"), ("6", "G"), ("G", "6"), ("U", "V"),
        ("Y", "V"),
        ("M", "N"), ("N", "M"), ("U", "W"), ("W", "U"), ("3", "8"), ("8", "3"),
    ]

    @Test("the letter O in a code is proposed as 0")
    func letterO() { #expect(CodeRepair.unifiedCodes(near: "9132O000134762764K").first == "91320000134762764K") }

    @Test("several letters that no code has are repaired together")
    func severalLetters() { #expect(CodeRepair.unifiedCodes(near: "9I32OOOO134762764K").first == "91320000134762764K") }

    @Test("two neighbours swapped are proposed in their order")
    func swapped() { #expect(CodeRepair.unifiedCodes(near: "91320000137462764K").contains("91320000134762764K")) }

    @Test("a lost check character is proposed")
    func lostCheck() { #expect(CodeRepair.unifiedCodes(near: "91320000134762764") == ["91320000134762764K"]) }

    @Test("a character typed twice is taken out again")
    func doubled() { #expect(CodeRepair.unifiedCodes(near: "913220000134762764K") == ["91320000134762764K"]) }

    @Test(
        "a text far from any length of a code has no proposals",
        arguments: ["", "9132", "9132000013476276", "91320000134762764KKK", "示例市云锦丝绸有限公司的代码"])
    func nothingNear(_ text: String) { #expect(CodeRepair.unifiedCodes(near: text).isEmpty) }

    @Test("any one look-alike slip of a valid code is among the proposals", arguments: Seeds.standard)
    func lookAlikes(seed: UInt64) {
        var rng = SplitMix64(seed)
        for _ in 0..<20 {
            let code = Codes.unified(
                Int.random(in: 0..<900_000, using: &rng),
                kind: ["91", "92", "51", "N1"].randomElement(using: &rng) ?? "91")
            for (position, character) in code.enumerated() {
                for slip in Self.slips where slip.meant == character {
                    var characters = Array(code)
                    characters[position] = slip.written
                    let written = String(characters)
                    #expect(
                        CodeRepair.unifiedCodes(near: written).contains(code),
                        "seed \(seed): \(code) written \(written)")
                }
            }
        }
    }

    @Test("no proposal is ever an invalid code, and there are at most three", arguments: Seeds.standard)
    func alwaysValid(seed: UInt64) {
        var rng = SplitMix64(seed)
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        for round in 0..<40 {
            let text: String
            if round % 2 == 0 {
                text = rng.text(alphabet, count: Int.random(in: 16...20, using: &rng))
            } else {
                // One to three slips away from a real one, any character.
                var characters = Array(Codes.unified(Int.random(in: 0..<900_000, using: &rng)))
                for _ in 0..<Int.random(in: 1...3, using: &rng) {
                    let position = Int.random(in: 0..<characters.count, using: &rng)
                    switch Int.random(in: 0..<3, using: &rng) {
                    case 0: characters[position] = alphabet.randomElement(using: &rng) ?? "0"
                    case 1: characters.remove(at: position)
                    default: characters.insert(alphabet.randomElement(using: &rng) ?? "0", at: position)
                    }
                }
                text = String(characters)
            }
            let proposals = CodeRepair.unifiedCodes(near: text)
            #expect(proposals.count <= 3)
            #expect(Set(proposals).count == proposals.count)
            for proposal in proposals {
                #expect((try? UnifiedCode(proposal)) != nil, "seed \(seed): \(text) → \(proposal)")
            }
        }
    }
}
