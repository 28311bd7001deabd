import CreditCatalogue
import CreditIntake
import CreditModel
import TestSupport
import Testing

@Suite("whom a row says it is about")
struct SubjectTests {
    static let code = "91990102MACX000176"

    @Test("a unified code brings the organisation code inside it along, strongest first")
    func identifiers() throws {
        let claim = try #require(try PenaltyRow.take().drafts.first?.subject)
        #expect(claim.kind == .organisation)
        #expect(claim.identifiers == [Identifier(.unifiedCode, Self.code), Identifier(.organisationCode, "MACX00017")])
        #expect(!claim.isRegistration)
    }

    @Test(
        "a unified code in any case, width and spacing is the same code",
        arguments: ["91990102macx000176", "９１９９０１０２ＭＡＣＸ０００１７６", " 91990102 MACX0001 76 ", "91990102-MACX00017-6"])
    func spellings(_ text: String) throws {
        let taken = try PenaltyRow.take(["CF_XDR_SHXYM": text])
        #expect(taken.value("subjectUscc") == Self.code)
        #expect(!taken.changes("subjectUscc").isEmpty)
    }

    @Test(
        "an older number in the unified code's column is recognised and moved",
        arguments: [
            ("990101000000122", IdentifierScheme.registrationNumber, "990101000000122"),
            ("00990077-7", .organisationCode, "009900777"), ("009900777", .organisationCode, "009900777"),
            ("1101082734659", .legacyRegistration, "1101082734659"),
            ("320584NA000155X", .legacyRegistration, "320584NA000155X"),
            ("企独苏办字第0037号", .legacyRegistration, "企独苏办字第0037号"),
        ])
    func moved(_ text: String, _ scheme: IdentifierScheme, _ value: String) throws {
        let taken = try PenaltyRow.take(["CF_XDR_SHXYM": text])
        #expect(taken.faults == [])
        #expect(taken.drafts.first?.subject.identifiers == [Identifier(scheme, value)])
        #expect(taken.changes("subjectUscc").contains(.movedColumn))
        #expect(taken.notes("subjectUscc") == (scheme == .legacyRegistration ? [.legacyIdentifier] : []))
    }

    @Test("a unified code in another number's column is recognised", arguments: ["CF_XDR_GSZC", "CF_XDR_ZZJG"])
    func unifiedElsewhere(_ column: String) throws {
        let taken = try PenaltyRow.take(["CF_XDR_SHXYM": "", column: Self.code])
        #expect(taken.drafts.first?.subject.identifiers.first == Identifier(.unifiedCode, Self.code))
    }

    @Test(
        "a wrong code is refused with what it may have been",
        arguments: [
            ("91990102MACX00017", "uscc-length", "91990102MACX000176"),
            ("91990102MACXO00176", "uscc-character", "91990102MACX000176"),
            ("91990102MACX000716", "uscc-check-digit", "91990102MACX000176"),
            ("91990102MACX000177", "uscc-check-digit", "91990102MACX000176"),
            ("00000000000000000X", "uscc-check-digit", nil), ("9.1990102E+17", "number-lost-digits", nil),
            ("未知号码", "identifier-unreadable", nil),
            ("MACX00018", "organisation-code-check-digit", "MACX00017"),
            ("990101000000123", "registration-number-check-digit", "990101000000122"),
            ("123", "identifier-unreadable", nil), ("91350203M0001QAY9B", "uscc-check-digit", nil),
        ] as [(String, String, String?)])
    func refused(_ text: String, _ code: String, _ suggestion: String?) throws {
        let taken = try PenaltyRow.take(["CF_XDR_SHXYM": text])
        #expect(taken.faults == ["\(code) subjectUscc"])
        #expect(taken.rejects.first?.original == text)
        if let suggestion {
            #expect(
                taken.rejects.first?.suggestion?.contains(suggestion) == true,
                "\(taken.rejects.first?.suggestion ?? "none")")
        }
    }

    @Test("a code that an officer accepted is taken with a remark")
    func pilots() throws {
        let taken = try PenaltyRow.take(["CF_XDR_SHXYM": "91350203m0001qay9b"], pilots: ["91350203M0001QAY9B"])
        #expect(taken.value("subjectUscc") == "91350203M0001QAY9B")
        #expect(taken.notes("subjectUscc") == [.pilotCode])
    }

    @Test("a code of a region that is in no table is taken with a remark")
    func region() throws {
        let code = Codes.unified(1, division: "998877")
        #expect(try PenaltyRow.take(["CF_XDR_SHXYM": code]).notes("subjectUscc") == [.regionUnknown])
    }

    @Test("two numbers of different bodies in one row are refused")
    func disagree() throws {
        let taken = try PenaltyRow.take(["CF_XDR_ZZJG": "MACX00025"])
        #expect(taken.faults == ["identifiers-disagree subjectOrganisationCode"])
        #expect(taken.rejects.first?.other == "MACX00017")
        #expect(try PenaltyRow.take(["CF_XDR_ZZJG": "MACX0001-7"]).faults == [])
    }

    @Test("a row with a name and no number is a claim without identifiers")
    func nameOnly() throws {
        let claim = try #require(try PenaltyRow.take(["CF_XDR_SHXYM": ""]).drafts.first?.subject)
        #expect(claim.identifiers.isEmpty)
        #expect(claim.name == "示例市云锦丝绸有限公司")
    }

    @Test("a row with neither name nor number is about nobody")
    func nobody() throws {
        let rows = [["企业名称", "统一社会信用代码", "列入原因", "列入日期", "列入机关"], ["", "", "示例", "2024-09-10", "示例市市场监督管理局"]]
        let taken = try Taken("abnormal", rows)
        #expect(taken.faults == ["subject-missing -"])
    }

    @Test("a registration says so, and brings its former names")
    func registration() throws {
        let rows = [
            ["企业名称", "曾用名", "统一社会信用代码"], ["示例市云锦丝绸有限公司（原示例市云锦丝绸厂）", "示例市丝绸一厂、示例市丝绸二厂；示例市云锦丝绸有限公司", Self.code],
        ]
        let claim = try #require(try Taken("registration", rows).drafts.first?.subject)
        #expect(claim.isRegistration)
        #expect(claim.name == "示例市云锦丝绸有限公司")
        #expect(claim.formerNames == ["示例市云锦丝绸厂", "示例市丝绸一厂", "示例市丝绸二厂"])
    }

    @Test("a practitioner is claimed by profession and licence number")
    func practitioner() throws {
        let taken = try Taken(
            "practitioner",
            [Self.practitionerHeadings, ["示例甲", "律师", "1990 1202 4100 0002 0", "执业", "2024-01-15", "示例市司法局", ""]])
        let claim = try #require(taken.drafts.first?.subject)
        #expect(claim.kind == .practitioner)
        #expect(claim.identifiers == [Identifier(.licence, "lawyer/19901202410000020")])
    }

    static let practitionerHeadings = ["姓名", "执业类别", "执业证号", "执业状态", "发证日期", "发证机关", "监管决定内容"]
}

@Suite("what no row may bring in")
struct RefusedContentTests {
    /// Everything that a reject shows to anybody.
    static func shown(_ taken: Taken) -> String {
        taken.rejects.map {
            "\($0.column ?? "")|\($0.field ?? "")|\($0.suggestion ?? "")|\($0.other ?? "")|\($0.original)"
        }.joined(separator: "\n")
    }

    @Test(
        "a natural person as party is turned away without a word of the row",
        arguments: ["自然人", "01", "个人", "公民", "自 然 人"])
    func naturalPersons(_ kind: String) throws {
        let taken = try PenaltyRow.take(["CF_XDR_LB": kind, "CF_XDR_MC": "示例甲", "CF_XDR_SHXYM": ""])
        #expect(taken.drafts.isEmpty)
        #expect(taken.faults.contains("subject-natural-person subjectKind"))
        #expect(!Self.shown(taken).contains("示例甲"))
    }

    @Test("a short name without any number may be a person's and is turned away", arguments: ["示例甲", "示例", "示·例甲"])
    func shortNames(_ name: String) throws {
        let taken = try PenaltyRow.take(["CF_XDR_MC": name, "CF_XDR_SHXYM": ""])
        #expect(taken.faults.contains("subject-natural-person subjectName"))
        #expect(!Self.shown(taken).contains(name))
    }

    @Test("a short name that can only be an organisation's is let through", arguments: ["示例店", "示例面馆", "示例厂"])
    func shortOrganisations(_ name: String) throws {
        #expect(try PenaltyRow.take(["CF_XDR_MC": name, "CF_XDR_SHXYM": ""]).drafts.count == 1)
    }

    @Test(
        "an identity number in a code's column is a natural person's",
        arguments: [
            CitizenSpecimen.first, CitizenSpecimen.second, "11010519491231002x", "110105 19491231 002X",
            "１１０１０５１９４９１２３１００２Ｘ",
        ])
    func identityNumberAsCode(_ number: String) throws {
        for column in ["CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_XDR_ZZJG"] {
            let taken = try PenaltyRow.take(["CF_XDR_SHXYM": ""].merging([column: number]) { $1 })
            #expect(taken.drafts.isEmpty)
            #expect(taken.rejects.first?.code == .subjectNaturalPerson)
            #expect(
                !Self.shown(taken).contains("1949") && !Self.shown(taken).contains("１９４９")
                    && !Self.shown(taken).contains("1880"))
        }
    }

    @Test(
        "an identity number in any text is refused and never echoed",
        arguments: [
            "CF_XDR_MC", "CF_FRDB", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_NR", "CF_CFJG", "CF_SJLY", "期限", "序列",
            "备注",
        ])
    func identityNumberInText(_ column: String) throws {
        for number in [CitizenSpecimen.first, CitizenSpecimen.second, CitizenSpecimen.first.lowercased()] {
            let taken = try PenaltyRow.take([column: "示例负责人\(number)号"])
            #expect(taken.drafts.isEmpty, "\(column)")
            #expect(taken.rejects.contains { $0.code == .citizenNumberInText })
            #expect(!Self.shown(taken).contains("1949") && !Self.shown(taken).contains("1880"))
        }
    }

    @Test(
        "an identity number is found however it is spaced or how wide its digits are",
        arguments: [
            "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ", "110105-19491231-002X", "110105\u{200A}19491231002X",
            "110105\u{2011}19491231\u{2212}002X", "110105‐19491231‒002X", "110105－19491231﹣002X",
        ])
    func disguisedIdentityNumbers(_ number: String) throws {
        let taken = try PenaltyRow.take(["CF_SY": "负责人号码\(number)。"])
        #expect(taken.drafts.isEmpty)
    }

    @Test(
        "an identity number is refused in columns that are not words, too", arguments: ["CF_XDR_SWDJ", "行政区划", "公布网址"])
    func identityNumberInOtherColumns(_ column: String) throws {
        let text = column == "公布网址" ? "https://example.invalid/?id=\(CitizenSpecimen.second)" : CitizenSpecimen.second
        let taken = try PenaltyRow.take([column: text])
        #expect(taken.drafts.isEmpty)
    }

    @Test(
        "an identity number in a cell with another fault is not echoed with that fault",
        arguments: ["CF_JDRQ", "CF_NR_FK", "CF_CFLB", "案件程序", "CF_YXQ"])
    func notEchoed(_ column: String) throws {
        for number in [CitizenSpecimen.first, "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ"] {
            let taken = try PenaltyRow.take([column: number])
            #expect(taken.drafts.isEmpty)
            let shown = Self.shown(taken)
            #expect(!shown.contains("1949") && !shown.contains("１９４９"), "\(column): \(shown)")
        }
    }

    @Test(
        "a labelled personal fact is refused and not echoed",
        arguments: ["当事人宗教信仰：示例教", "血型:示例型", "民族为示例族", "婚姻状况：示例", "政治面貌＝示例", "个人收入：示例"])
    func labelledFacts(_ text: String) throws {
        for column in ["CF_SY", "CF_NR", "备注", "期限"] {
            let taken = try PenaltyRow.take([column: text])
            #expect(taken.drafts.isEmpty)
            #expect(taken.rejects.contains { $0.code == .forbiddenContent && $0.column == column })
            #expect(
                !Self.shown(taken).contains("示例教") && !Self.shown(taken).contains("示例型")
                    && !Self.shown(taken).contains("示例族"))
        }
    }

    @Test("a bank card number in a text is refused and not echoed")
    func bankCard() throws {
        let card = "6222000000000000"  // prefix and zeros; the check is found below
        let digits = (0...9).map { card.dropLast() + String($0) }.first { BankCardNumber.occurs(in: Array($0.utf8)) }
        let number = String(try #require(digits))
        let taken = try PenaltyRow.take(["CF_NR": "罚款转入\(number)。"])
        #expect(taken.faults.contains("bank-card-in-text content"))
        #expect(!Self.shown(taken).contains(number))
    }

    @Test(
        "a practitioner's identity number as licence number is refused and not echoed",
        arguments: [CitizenSpecimen.first, "110105 19491231 002x"])
    func licenceIsIdentity(_ number: String) throws {
        let taken = try Taken(
            "practitioner",
            [SubjectTests.practitionerHeadings, ["示例甲", "律师", number, "执业", "2024-01-15", "示例市司法局", ""]])
        #expect(taken.drafts.isEmpty)
        #expect(taken.rejects.contains { $0.code == .citizenNumberInText && $0.field == "licenceNumber" })
        #expect(!Self.shown(taken).contains("1949"))
    }

    @Test("names of persons in roles are not kept as delivered when cleaning changed them")
    func personRoles() throws {
        let taken = try PenaltyRow.take(["CF_FRDB": " 示例\u{0007}甲 "])
        let change = try #require(
            taken.drafts.first?.changes.first { $0.field == taken.item.position(of: "legalRepresentative") })
        #expect(change.delivered == "")
    }
}
