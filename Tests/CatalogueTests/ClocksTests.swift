import CreditCatalogue
import CreditModel
import TestSupport
import Testing

@Suite("the three clocks of a record")
struct ClocksTests {
    /// One decision and what the rules of its day make of it.
    struct Rule: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let fields: [String: String]
        let published: String?
        let repairable: String?
        let severity: Severity

        init(_ rule: String, _ fields: [String: String], until: String?, repair: String?, _ severity: Severity) {
            (testDescription, self.fields, published, repairable, self.severity) = (
                rule, fields, until, repair, severity
            )
        }
    }

    static let rules: [Rule] = [
        Rule(
            "order 36: a warning is not shown, and repair may be asked at once",
            ["decidedOn": "2026-04-01", "penaltyKinds": "warning"], until: nil, repair: "2026-04-01", .minor),
        Rule(
            "order 36: criticism beside a warning is still minor",
            ["decidedOn": "2026-04-01", "penaltyKinds": "warning;notice-of-criticism"], until: nil,
            repair: "2026-04-01", .minor),
        Rule(
            "order 36: a fine by simple procedure is minor",
            ["decidedOn": "2026-04-01", "penaltyKinds": "fine", "procedure": "simple"], until: nil,
            repair: "2026-04-01", .minor),
        Rule(
            "order 36: a fine by ordinary procedure is general, three months to one year",
            ["decidedOn": "2026-04-01", "penaltyKinds": "fine", "procedure": "ordinary"], until: "2027-04-01",
            repair: "2026-07-02", .general),
        Rule(
            "order 36: confiscation is general",
            ["decidedOn": "2026-11-30", "penaltyKinds": "confiscation-of-gains"], until: "2027-11-30",
            repair: "2027-03-01", .general),
        Rule(
            "order 36: a revoked licence is serious, one to three years",
            ["decidedOn": "2026-04-01", "penaltyKinds": "revocation-of-licence"], until: "2029-04-01",
            repair: "2027-04-02", .serious),
        Rule(
            "order 36: restriction of business is serious",
            ["decidedOn": "2026-04-01", "penaltyKinds": "restriction-of-business"], until: "2029-04-01",
            repair: "2027-04-02", .serious),
        Rule(
            "order 36: a ban from an occupation is serious",
            ["decidedOn": "2026-04-01", "penaltyKinds": "ban-from-occupation"], until: "2029-04-01",
            repair: "2027-04-02", .serious),
        Rule(
            "order 36: of several kinds the heaviest counts",
            ["decidedOn": "2026-04-01", "penaltyKinds": "warning;fine;revocation-of-licence"], until: "2029-04-01",
            repair: "2027-04-02", .serious),
        Rule(
            "order 36: a serious kind by simple procedure contradicts itself and stays serious",
            ["decidedOn": "2026-04-01", "penaltyKinds": "revocation-of-licence", "procedure": "simple"],
            until: "2029-04-01",
            repair: "2027-04-02", .serious),
        Rule(
            "order 36: no kind stated is general",
            ["decidedOn": "2026-04-01"], until: "2027-04-01", repair: "2026-07-02", .general),
        Rule(
            "order 36: a kind that cannot be told apart from a revocation is not taken for one",
            ["decidedOn": "2026-04-01", "penaltyKinds": "suspension-or-revocation"], until: "2027-04-01",
            repair: "2026-07-02", .general),
        Rule(
            "order 36: the department's own class wins, up and within its maximum",
            ["decidedOn": "2026-04-01", "penaltyKinds": "fine", "severity": "serious"], until: "2029-04-01",
            repair: "2027-04-02", .serious),
        Rule(
            "order 36: the department's own class wins, down",
            ["decidedOn": "2026-04-01", "penaltyKinds": "revocation-of-licence", "severity": "general"],
            until: "2027-04-01",
            repair: "2026-07-02", .general),
        Rule(
            "order 36: a class that it does not know is the heaviest that it does",
            ["decidedOn": "2026-04-01", "severity": "special-serious"], until: "2029-04-01", repair: "2027-04-02",
            .serious),
        Rule(
            "order 58: the day before order 36, a fine is shown three months to three years",
            ["decidedOn": "2026-03-31", "penaltyKinds": "fine"], until: "2029-03-31", repair: "2026-07-01", .general),
        Rule(
            "order 58: a warning is not shown", ["decidedOn": "2023-05-01", "penaltyKinds": "warning"], until: nil,
            repair: "2023-05-01", .minor),
        Rule(
            "order 58: work safety has a minimum of one year",
            ["decidedOn": "2024-02-29", "penaltyKinds": "fine", "legalBasis": "《中华人民共和国安全生产法》第九十七条"],
            until: "2027-02-28", repair: "2025-03-01", .general),
        Rule(
            "order 58: special equipment has a minimum of one year",
            ["decidedOn": "2024-01-10", "penaltyKinds": "fine", "legalBasis": "特种设备安全法"], until: "2027-01-10",
            repair: "2025-01-11", .general),
        Rule(
            "order 58: fire has a minimum of one year",
            ["decidedOn": "2024-01-10", "penaltyKinds": "fine", "legalBasis": "《消防法》"], until: "2027-01-10",
            repair: "2025-01-11", .general),
        Rule(
            "order 36: the longer minimum of order 58 is gone",
            ["decidedOn": "2026-04-01", "penaltyKinds": "fine", "legalBasis": "《消防法》"], until: "2027-04-01",
            repair: "2026-07-02", .general),
        Rule(
            "order 58: knows no serious class, so a stated one changes nothing",
            ["decidedOn": "2024-01-10", "severity": "serious"], until: "2027-01-10", repair: "2024-04-11", .general),
        Rule(
            "527: the day before order 58, general is three months to one year",
            ["decidedOn": "2023-04-30", "penaltyKinds": "fine"], until: "2024-04-30", repair: "2023-07-31", .general),
        Rule(
            "527: serious is six months to three years",
            ["decidedOn": "2019-07-01", "severity": "serious"], until: "2022-07-01", repair: "2020-01-02", .serious),
        Rule(
            "527: especially serious is shown to the maximum and not repairable",
            ["decidedOn": "2019-07-01", "severity": "special-serious"], until: "2022-07-01", repair: nil,
            .specialSerious),
        Rule(
            "527: a revocation is not serious by guess",
            ["decidedOn": "2020-02-29", "penaltyKinds": "revocation-of-licence"], until: "2021-02-28",
            repair: "2020-05-30", .general),
        Rule(
            "before 2019-07-01: thirty-six months at most", ["decidedOn": "2019-06-30"], until: "2022-06-30",
            repair: "2019-06-30", .general),
    ]

    @Test("each rule of its day", arguments: rules)
    func penalty(_ rule: Rule) throws {
        let found = try ItemClocks("administrative-penalty")(rule.fields)
        #expect(found.publishedUntil?.description == rule.published)
        #expect(found.repairableFrom?.description == rule.repairable)
        #expect(found.severity == rule.severity)
    }

    @Test("a month from 31 March is shown on 30 April and gone on 1 May")
    func lastDay() throws {
        #expect(try #require(Day(iso: "2026-03-31")).adding(months: 1).description == "2026-04-30")
        let found = try ItemClocks("administrative-penalty")(["decidedOn": "2026-08-31", "penaltyKinds": "fine"])
        // Three months from 31 August end on 30 November; repair may be asked from the next day.
        #expect(found.repairableFrom?.description == "2026-12-01")
    }

    @Test("without a day of decision the day of publication stands for it, else the day of receipt")
    func missingStart() throws {
        let clocks = try ItemClocks("administrative-penalty")
        let published = clocks(["publishedOn": "2026-03-31", "penaltyKinds": "fine"])
        #expect(published.publishedUntil?.description == "2029-03-31")
        #expect(published.ruleSet == "penalty-order-58")
        let received = clocks([:], receivedOn: "2026-05-31")
        #expect(received.publishedUntil?.description == "2027-05-31")
        #expect(clocks(["decidedOn": "2099-12-31"], receivedOn: "2026-05-31") == received)
    }

    @Test("a reported end of publicity changes no clock")
    func reportedEnd() throws {
        let clocks = try ItemClocks("administrative-penalty")
        let fields = ["decidedOn": "2026-04-01", "penaltyKinds": "fine"]
        #expect(clocks(fields) == clocks(fields.merging(["publicityUntil": "2099-12-31"]) { first, _ in first }))
    }

    @Test(
        "every spelling of an open end is the open end",
        arguments: ["2099-12-31", "2099-01-31", "9999-12-31", "2150-01-01"])
    func openEnds(_ text: String) throws {
        let licence = try ItemClocks("administrative-licence")(["decidedOn": "2020-01-01", "validUntil": text])
        #expect(
            licence.publishedUntil == .openEnd && licence.disclosedUntil == .openEnd
                && licence.archivedUntil == .openEnd)
        let entry = try ItemClocks("serious-dishonesty")(["listedOn": "2020-01-01", "validUntil": text])
        #expect(entry.publishedUntil?.description == "2023-01-01")
    }

    @Test("an adverse record is disclosed for five years from its day")
    func disclosure() throws {
        #expect(
            try ItemClocks("administrative-penalty")(["decidedOn": "2024-02-29"]).disclosedUntil.description
                == "2029-02-28")
        #expect(
            try ItemClocks("abnormal-operation")(["listedOn": "2024-03-01"]).disclosedUntil.description == "2029-03-01")
    }

    @Test("disclosure of a list entry is extended while it stands (浙江 art. 16), and publication is not")
    func extended() throws {
        let clocks = try ItemClocks("serious-dishonesty")
        let standing = clocks(["listedOn": "2020-05-10", "validUntil": "2028-05-09"])
        #expect(standing.publishedUntil?.description == "2023-05-10")
        #expect(standing.disclosedUntil.description == "2028-05-09")
        let removed = clocks(["listedOn": "2020-05-10", "validUntil": "2028-05-09", "removedOn": "2021-01-04"])
        #expect(removed.publishedUntil?.description == "2021-01-04")
        #expect(removed.disclosedUntil.description == "2025-05-10")
    }

    @Test("a registration has no end until it is deregistered, and then leaves all circles after its retention")
    func registration() throws {
        let clocks = try ItemClocks("registration")
        let standing = clocks(["establishedOn": "1990-01-01", "operatesUntil": "2010-01-01"])
        #expect(standing.publishedUntil == .openEnd && standing.archivedUntil == .openEnd)
        let gone = clocks([
            "establishedOn": "1990-01-01", "operatesUntil": "2099-12-31", "deregisteredOn": "2024-02-29",
        ])
        #expect(gone.publishedUntil?.description == "2034-02-28")
        #expect(gone.disclosedUntil.description == "2034-02-28")
        #expect(gone.archivedUntil.description == "2034-02-28")
    }

    @Test("the archive keeps organisations for thirty years and practitioners for ten")
    func archive() throws {
        #expect(
            try ItemClocks("administrative-penalty")(["decidedOn": "2024-02-29"]).archivedUntil.description
                == "2054-02-28")
        let person = try ItemClocks("practitioner")(
            ["issuedOn": "2020-01-15", "validUntil": "2023-01-14", "profession": "physician"])
        #expect(person.archivedUntil.description == "2030-01-15")
        #expect(person.disclosedUntil.description == "2028-01-14")
    }

    @Test(
        "items that are not public have no publication",
        arguments: ["judgment", "tax-grade-shared", "public-credit-evaluation"])
    func notPublic(_ id: String) throws {
        #expect(try ItemClocks(id)(["decidedOn": "2026-01-01"]).publishedUntil == nil)
    }

    @Test(
        "a profession is published only where a law opens its register",
        arguments: [
            ("physician", true), ("patent-agent", true), ("lawyer", true), ("notary", false), ("accountant", false),
            ("fund", false),
        ])
    func professions(_ profession: String, _ isPublic: Bool) throws {
        let found = try ItemClocks("practitioner")([
            "issuedOn": "2020-01-15", "profession": profession, "practiceStatus": "active",
        ])
        #expect(found.publishedUntil == (isPublic ? .openEnd : nil))
    }

    @Test("a register entry without a profession is not published")
    func noProfession() throws {
        let found = try ItemClocks("practitioner")(["issuedOn": "2020-01-15", "practiceStatus": "active"])
        #expect(found.publishedUntil == nil)
    }

    @Test(
        "a licence that has ended is not published, even where its last day was never reported",
        arguments: ["deregistered", "revoked", "expired", "not-practising"])
    func endedLicence(_ status: String) throws {
        let found = try ItemClocks("practitioner")(
            [
                "issuedOn": "2024-01-15", "validUntil": "2099-12-31", "profession": "physician",
                "practiceStatus": status,
            ],
            receivedOn: "2026-02-28")
        #expect(found.publishedUntil == nil)
        #expect(found.disclosedUntil.description == "2031-02-28")
        #expect(found.archivedUntil.description == "2034-01-15")
    }

    @Test("decisions on a practice are internal fields")
    func decisions() throws {
        let item = try ItemClocks("practitioner").item
        for name in ["decisionNumber", "decision"] {
            #expect(item.fields[try #require(item.position(of: name))].publicity == .internal)
        }
    }

    @Test("every rule set that judges is found by its id, with words, basis and what is not confirmed")
    func ruleSets() throws {
        let catalogue = try SharedCatalogue.load()
        let set = try #require(catalogue.ruleSet("penalty-order-36"))
        #expect(set.verified && set.effectiveTo == nil)
        #expect(set.term(.general)?.words.zh == "一般失信，公示三个月至一年")
        #expect(set.basis.map(\.law).contains("credit-repair-measures-2025"))
        #expect(catalogue.ruleSet("penalty-before-2019")?.verified == false)
        #expect(catalogue.ruleSet("penalty-order-58")?.term(.minor)?.verified == false)
        #expect(catalogue.ruleSet("nonsense") == nil)
        #expect(catalogue.clocks.archives.allSatisfy { !$0.verified })
    }

    @Test("the classes of codes/severity.yaml are those of the rules")
    func severities() throws {
        let table = try #require(try SharedCatalogue.load().codeTables["severity"])
        #expect(table.values.map(\.code) == Severity.allCases.map(\.rawValue))
        #expect(Severity.allCases.sorted() == [.minor, .general, .serious, .specialSerious])
    }

    @Test(
        "a revoked decision leaves within three working days",
        arguments: [
            ("2026-11-20", "2026-11-25"), ("2026-09-30", "2026-10-10"), ("2026-02-13", "2026-02-25"),
            ("2025-12-31", "2026-01-06"),
        ])
    func withdrawal(_ revoked: String, _ due: String) throws {
        let catalogue = try SharedCatalogue.load()
        let found = catalogue.clocks.withdrawal.dueDay(
            revokedOn: try #require(Day(iso: revoked)), calendar: catalogue.calendar)
        #expect(found.description == due)
    }
}
