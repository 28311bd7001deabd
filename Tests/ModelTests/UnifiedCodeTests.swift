import CreditModel
import TestSupport
import Testing

@Suite("unified social credit codes (GB 32100)")
struct UnifiedCodeTests {
    /// Codes of authorities and listed companies, both checks verified.
    static let valid = [
        "91320000134762764K", "91360000625912173B", "91320100748204660Q", "91320281142232229Q", "91310000132215150M",
        "11320100MB1886843H", "91320500608296911W", "91320000768299855B", "91320000137720519P", "9132070070404786XB",
        "9144030010001686XA", "914403001922038216", "12100000400002259P", "12100000400000624D",
    ]

    static let invalid: [(String, CodeFault)] = [
        ("91320000134762764A", .checkDigit), ("91320000137462764K", .checkDigit), ("913200001347627640", .checkDigit),
        ("91320500608296911X", .checkDigit), ("00000000000000000X", .checkDigit), ("91350203M0001QAY9B", .checkDigit),
        ("9132O000134762764K", .character), ("91320000134762764k", .character), ("91320000134762764Z", .character),
        ("9132000013476276-K", .character), ("9132000A134762764K", .character), ("91320000134762764", .length),
        ("91320000134762764KK", .length), ("", .length), ("九一三二００００１３４７６２７６４Ｋ", .length),
    ]

    @Test("a code that passes both checks is read as written", arguments: valid)
    func accepts(_ text: String) throws {
        let code = try UnifiedCode(text)
        #expect(code.text == text)
        #expect(code.registrar == text.prefix(2))
        #expect(code.division == text.dropFirst(2).prefix(6))
        #expect((try? OrganisationCode(code.organisationCode))?.text == String(text.dropFirst(8).prefix(9)))
    }

    @Test("a wrong code says what is wrong with it first", arguments: invalid)
    func refuses(_ text: String, _ fault: CodeFault) {
        #expect(throws: fault) { try UnifiedCode(text) }
    }

    @Test("a code whose own check fits but whose inner organisation code fails says so")
    func innerCheck() throws {
        let valid = Array("91320000134762764K".utf8)
        var body = Array(valid.dropLast())
        body[16] = UInt8(ascii: "5")
        let text = String(decoding: body + [try #require(UnifiedCode.checkCharacter(of: body))], as: UTF8.self)
        #expect(throws: CodeFault.innerCheckDigit) { try UnifiedCode(text) }
    }

    @Test("a pilot code is taken as it is, but only in the standard's alphabet and length")
    func pilots() throws {
        #expect(try UnifiedCode.pilot("91350203M0001QAY9B").text == "91350203M0001QAY9B")
        #expect(throws: CodeFault.character) { try UnifiedCode.pilot("91350203M0001QAY9O") }
        #expect(throws: CodeFault.length) { try UnifiedCode.pilot("91350203M0001QAY9") }
    }

    @Test("every single wrong character is noticed", arguments: Seeds.standard)
    func anySubstitutionIsNoticed(seed: UInt64) throws {
        var rng = SplitMix64(seed)
        let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
        let bytes = Array(Codes.unified(Int.random(in: 0..<900_000, using: &rng)).utf8)
        #expect(throws: Never.self) { try UnifiedCode.check(bytes) }
        for position in bytes.indices {
            for other in alphabet where other != bytes[position] {
                var wrong = bytes
                wrong[position] = other
                #expect(throws: CodeFault.self) { try UnifiedCode.check(wrong) }
            }
        }
    }
}

@Suite("organisation codes (GB 11714)")
struct OrganisationCodeTests {
    @Test(
        "valid organisation codes are read",
        arguments: ["134762764", "625912173", "608296911", "768299855", "71526726X", "PDY00001X"])
    func accepts(_ text: String) throws { #expect(try OrganisationCode(text).text == text) }

    @Test(
        "wrong codes say what is wrong",
        arguments: [
            ("608296912", CodeFault.checkDigit), ("714303307", .checkDigit), ("134762765", .checkDigit),
            ("13476276-4", .length),
            ("13476276", .length), ("1347627６4", .length), ("13476276!", .character), ("pdy00001X", .character),
        ])
    func refuses(_ text: String, _ fault: CodeFault) { #expect(throws: fault) { try OrganisationCode(text) } }
}

@Suite("business registration numbers (GS15-2006)")
struct RegistrationNumberTests {
    @Test(
        "fifteen digits with a right check can be verified",
        arguments: ["440301103097413", "440301103448669", "110108002734659", "110108000000016"])
    func verifiable(_ text: String) throws { #expect(try RegistrationNumber(text).isVerifiable) }

    @Test(
        "older forms are kept and say that they cannot be verified",
        arguments: ["1101082734659", "320584NA000155X", "企独苏办字第0037号", "企合苏总字第000123", "企独苏办字第0037-1号"])
    func legacy(_ text: String) throws {
        let number = try RegistrationNumber(text)
        #expect(!number.isVerifiable)
        #expect(number.text == text)
    }

    @Test(
        "what is neither is refused",
        arguments: [
            ("110108002734658", CodeFault.checkDigit), ("440301103097414", .checkDigit), ("44030110309741", .length),
            ("4403011030974131", .length), ("44030110309741A", .character), ("企业", .length), ("", .length),
        ])
    func refuses(_ text: String, _ fault: CodeFault) { #expect(throws: fault) { try RegistrationNumber(text) } }

    @Test("the check notices every single wrong digit", arguments: Seeds.standard)
    func noticesSubstitution(seed: UInt64) throws {
        var rng = SplitMix64(seed)
        let bytes = Array(Codes.registration(Int.random(in: 0..<90_000_000, using: &rng)).utf8)
        #expect(RegistrationNumber.passesCheck(bytes))
        for position in bytes.indices {
            for digit in UInt8(48)...57 where digit != bytes[position] {
                var wrong = bytes
                wrong[position] = digit
                #expect(!RegistrationNumber.passesCheck(wrong))
            }
        }
    }
}

@Suite("recognising what must never be recorded")
struct PersonalNumberTests {
    @Test(
        "the standard's two printed specimens are recognised",
        arguments: [CitizenSpecimen.first, CitizenSpecimen.second])
    func recognises(_ text: String) {
        #expect(CitizenNumber.matches(Array(text.utf8)))
        #expect(CitizenNumber.matches(Array(text.lowercased().utf8)))
        for around in ["（\(text)）", "号码\(text)。", "a\(text)b", " \(text)", "\(text)，\(text)"] {
            #expect(CitizenNumber.occurs(in: Array(around.utf8)))
        }
    }

    @Test(
        "numbers with a wrong check, month or length are no identity numbers",
        arguments: [
            "110105194912310021", "11010519491331002X", "440524188001010015", "11010519491231002",
            "1101051949123100211", "X10105194912310021",
        ])
    func refuses(_ text: String) { #expect(!CitizenNumber.matches(Array(text.utf8))) }

    @Test("a longer run of digits is not searched for a number inside it")
    func longRuns() { #expect(!CitizenNumber.occurs(in: Array("9\(CitizenSpecimen.second)9".utf8))) }

    @Test("an organisation's valid code is never taken for a person's", arguments: UnifiedCodeTests.valid)
    func organisationsAreNoPersons(_ text: String) { #expect(!CitizenNumber.occurs(in: Array(text.utf8))) }

    @Test("a UnionPay card number with a right Luhn check is recognised and others are not")
    func bankCards() {
        // Constructed: prefix 622200, zeros, Luhn check computed here.
        let body = "6222000000000000000".prefix(18).utf8.map { Int($0) - 48 }
        let sum = body.reversed().enumerated().reduce(0) { sum, entry in
            let doubled = entry.offset % 2 == 0 ? entry.element * 2 : entry.element
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
        let card = body.map(String.init).joined() + String((10 - sum % 10) % 10)
        #expect(BankCardNumber.occurs(in: Array("账号：\(card)。".utf8)))
        #expect(!BankCardNumber.occurs(in: Array("账号：\(card.dropLast())x".utf8)))
        #expect(!BankCardNumber.occurs(in: Array("1\(card)".utf8)))
    }
}
