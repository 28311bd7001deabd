import CreditModel
import TestSupport
import Testing

@testable import CreditCatalogue

@Suite("the catalogue loader refuses what is wrong and names the file")
struct LoaderTests {
    /// One thing to spoil, where, and what the message must say.
    struct Fault: CustomTestStringConvertible, Sendable {
        let rule: String
        let file: String
        let old: String
        let new: String
        let words: String
        /// File that the message names, where it is not the edited one.
        var named: String?
        var testDescription: String { rule }
    }

    static let penalty = "items/administrative-penalty.yaml"
    static let penaltyFeed = "feeds/penalty.yaml"

    static let faults: [Fault] = [
        Fault(rule: "an unknown key of an item", file: penalty, old: "nature: adverse", new: "nature: adverse\ncolour: red", words: "unknown key `colour`"),
        Fault(rule: "an unknown key of a field", file: penalty, old: "role: subject-name,", new: "role: subject-name, size: 3,", words: "unknown key `size`"),
        Fault(rule: "an unknown key of a feed", file: penaltyFeed, old: "verified: true\n", new: "verified: true\nspeed: 3\n", words: "unknown key `speed`"),
        Fault(rule: "an unknown key of a code", file: "codes/procedure.yaml", old: "{ code: ", new: "{ sort: 1, code: ", words: "unknown key `sort`"),
        Fault(rule: "an unknown key of the edition", file: "catalogue.yaml", old: "division:", new: "area: 1\ndivision:", words: "unknown key `area`"),
        Fault(rule: "a law that is not listed", file: penalty, old: "law: double-publicity-2018", new: "law: no-such-law", words: "`no-such-law`, which is not in laws.yaml"),
        Fault(rule: "a law of a publication that is not listed", file: penalty, old: "months: 36, basis: [ { law: credit-repair-measures-2025", new: "months: 36, basis: [ { law: no-such-law", words: "`publication` rests on `no-such-law`"),
        Fault(rule: "a law of a code table that is not listed", file: "codes/penalty-kind.yaml", old: "law: administrative-penalty-law-2021", new: "law: no-such-law", words: "no-such-law"),
        Fault(rule: "a law of the edition that is not listed", file: "catalogue.yaml", old: "law: national-catalogue-2024", new: "law: no-such-law", words: "no-such-law"),
        Fault(rule: "a table that does not exist", file: penalty, old: "table: penalty-kind", new: "table: no-such-table", words: "`no-such-table`, which is not in codes/"),
        Fault(rule: "a table for a field that holds no code", file: penalty, old: "type: text, maxLength: 512,", new: "type: text, table: penalty-kind, maxLength: 512,", words: "`table` goes with the types code and codes"),
        Fault(rule: "a heading for a field that the item lacks", file: penaltyFeed, old: "  term: [CF_QX", new: "  nonsense: [CF_QX", words: "names the field `nonsense`"),
        Fault(rule: "a required field that the item lacks", file: penaltyFeed, old: "required: [subjectName,", new: "required: [nonsense,", words: "names the field `nonsense`"),
        Fault(rule: "a derivation for a field that the item lacks", file: penaltyFeed, old: "{ field: fine, from: content", new: "{ field: nonsense, from: content", words: "names the field `nonsense`"),
        Fault(rule: "a feed of an item that does not exist", file: penaltyFeed, old: "item: administrative-penalty", new: "item: no-such-item", words: "`item: no-such-item` is not in items/"),
        Fault(rule: "one heading for two fields", file: penaltyFeed, old: "[CF_QX, 期限]", new: "[CF_QX, 期限, 文 号]", words: "is given to two fields"),
        Fault(rule: "a heading that is a field's and refused", file: penaltyFeed, old: "[CF_QX, 期限]", new: "[CF_QX, 期限, 身份证号]", words: "is both a field's and ignored or refused"),
        Fault(rule: "a heading that would bring in a blood type", file: penaltyFeed, old: "[CF_QX, 期限]", new: "[CF_QX, 期限, 血型]", words: "never recorded (RIGHTS 5)"),
        Fault(rule: "an item that names a person as subject", file: penalty, old: "subjects: [organisation]", new: "subjects: [organisation, person]", words: "only organisation and practitioner can be described"),
        Fault(rule: "an item about citizens", file: penalty, old: "subjects: [organisation]", new: "subjects: [citizen]", words: "only organisation and practitioner can be described"),
        Fault(rule: "an item about nobody", file: penalty, old: "subjects: [organisation]", new: "subjects: []", words: "at least one kind of subject"),
        Fault(rule: "a title in one language only", file: penalty, old: "title: { zh: 行政处罚, en: Administrative penalty }", new: "title: { zh: 行政处罚 }", words: "`en` is missing"),
        Fault(rule: "an empty translation", file: penalty, old: "title: { zh: 行政处罚, en: Administrative penalty }", new: "title: { zh: 行政处罚, en: \"\" }", words: "needs both zh and en"),
        Fault(rule: "a third language", file: penalty, old: "title: { zh: 行政处罚, en: Administrative penalty }", new: "title: { zh: 行政处罚, en: Penalty, fr: Amende }", words: "unknown key `fr`"),
        Fault(rule: "an adverse item that is shown for ever", file: penalty, old: "publication: { from: decidedOn, months: 36,", new: "publication: { always: true,", words: "must leave publication on a computed date (RIGHTS 12)"),
        Fault(rule: "a term from a field that is no day", file: penalty, old: "publication: { from: decidedOn,", new: "publication: { from: content,", words: "which is no day field"),
        Fault(rule: "a term of 61 months", file: penalty, old: "months: 36", new: "months: 61", words: "`publication.months` is 61"),
        Fault(rule: "a term of no months", file: penalty, old: "months: 36", new: "months: 0", words: "`publication.months` is 0"),
        Fault(rule: "two terms at once", file: penalty, old: "publication: { from: decidedOn, months: 36,", new: "publication: { never: true, from: decidedOn, months: 36,", words: "exactly one of"),
        Fault(rule: "an unknown category", file: penalty, old: "category: administrative", new: "category: gossip", words: "category `gossip` is not in categories.yaml"),
        Fault(rule: "a record key without the subject", file: penalty, old: "key: [subject, documentNumber", new: "key: [documentNumber", words: "`key` must contain subject"),
        Fault(rule: "a record key of an unknown field", file: penalty, old: "key: [subject, documentNumber", new: "key: [subject, nonsense", words: "`key` names `nonsense`"),
        Fault(rule: "a day compared with an unknown field", file: penalty, old: "notBefore: decidedOn", new: "notBefore: nonsense", words: "compared with `nonsense`"),
        Fault(rule: "two fields in one role", file: penalty, old: "role: facts", new: "role: content", words: "two fields play the role `content`"),
        Fault(rule: "one field twice", file: penalty, old: "{ name: caseName", new: "{ name: noticeTitle", words: "field `noticeTitle` is declared twice"),
        Fault(rule: "an unknown role", file: penalty, old: "role: facts", new: "role: gossip", words: "`role` is `gossip`, allowed are"),
        Fault(rule: "an unknown type", file: penalty, old: "type: codes", new: "type: emoji", words: "`type` is `emoji`, allowed are"),
        Fault(rule: "a person's role shown outside the registration", file: penalty, old: "type: personRole, maxLength: 50, publicity: internal", new: "type: personRole, maxLength: 50, publicity: public", words: "shown only with the registration (RIGHTS 3)"),
        Fault(rule: "a practitioner without a profession", file: "items/practitioner.yaml", old: "role: profession, ", new: "", words: "both roles are needed (RIGHTS 2)"),
        Fault(rule: "a practitioner without a licence number", file: "items/practitioner.yaml", old: "role: licence-number, ", new: "", words: "both roles are needed (RIGHTS 2)"),
        Fault(rule: "a word that is neither true nor false", file: penalty, old: "verified: true\npublicity", new: "verified: maybe\npublicity", words: "`verified` must be true or false"),
        Fault(rule: "a day written in another way", file: "catalogue.yaml", old: "effectiveFrom: 2026-04-01", new: "effectiveFrom: 2026-4-1", words: "must be a day written YYYY-MM-DD"),
        Fault(rule: "a spelling of two codes", file: "codes/penalty-kind.yaml", old: "[警告, ", new: "[警告, 罚款, ", words: "is given to two values"),
        Fault(rule: "a check without words", file: "checks.yaml", old: "code: late-delivery", new: "code: later-delivery", words: "the check `late-delivery` has no words"),
        Fault(rule: "a cleaning step without words", file: "cleaning.yaml", old: "code: derived", new: "code: deduced", words: "the change `derived` has no words"),
        Fault(rule: "an open end that is no day", file: "cleaning.yaml", old: "openEnds: [\"2099-12-31\"", new: "openEnds: [\"2099-13-31\"", words: "which is not a day"),
        Fault(rule: "a guard without blood types", file: "forbidden.yaml", old: "words: [血型, blood type, blood group, bloodtype]", new: "words: [blood kind]", words: "no group forbids 血型 (blood type): RIGHTS 5 needs it"),
        Fault(rule: "a guard without identity numbers", file: "forbidden.yaml", old: "  - { id: citizen-identity-number,", new: "  - { id: bank-card-number,", words: "pattern `citizen-identity-number` is missing"),
        Fault(rule: "a guard without measures", file: "forbidden.yaml", old: "\nmeasures:", new: "\nmeasurements:", words: "`measures` is missing"),
        Fault(rule: "a division without its name", file: "divisions.csv", old: "990101,示例古城区,,", new: "990101,,,", words: "a line must be `code,name,from,to`"),
        Fault(rule: "a weekend day as a day off", file: "calendar.yaml", old: "2026-01-02", new: "2026-01-03", words: "is a weekend day, which is off anyway"),
        Fault(rule: "a weekday as a make-up day", file: "calendar.yaml", old: "2026-01-04", new: "2026-01-05", words: "is no weekend day"),
        Fault(rule: "a holiday of another year", file: "calendar.yaml", old: "2026-01-02", new: "2027-01-01", words: "which is not a day of that year"),
        Fault(rule: "an example that expects an unknown check", file: penaltyFeed, old: "code: day-order", new: "code: day-dream", words: "expects the check `day-dream`"),
        Fault(rule: "an example file that is missing", file: penaltyFeed, old: "good: examples/penalty/good.csv", new: "good: examples/penalty/best.csv", words: "`examples/penalty/best.csv` is missing"),
        Fault(rule: "text that is no YAML", file: penalty, old: "nature: adverse", new: "nature: [adverse", words: "not readable as YAML"),
    ]

    @Test("one fault is refused and its file is named", arguments: faults)
    func refuses(_ fault: Fault) throws {
        let catalogue = try EditedCatalogue()
        try catalogue.edit(fault.file, fault.old, fault.new)
        let problems = catalogue.problems()
        let file = fault.named ?? fault.file
        #expect(
            problems.contains { $0.file == file && $0.message.contains(fault.words) },
            "\(problems.isEmpty ? "it loaded" : problems.map(\.description).joined(separator: "\n"))")
    }

    @Test("the small copy loads as it is")
    func unspoilt() throws { #expect(try EditedCatalogue().problems().isEmpty) }

    @Test(
        "a field that RIGHTS 5 forbids is refused under any of its names",
        arguments: [
            ("bloodType", "代码", "Code"), ("code9", "血型", "Code"), ("code9", "代码", "Blood group"), ("faith", "宗教信仰", "Faith"), ("religion", "代码", "Code"),
            ("ethnicGroup", "民族", "Ethnic group"), ("code9", "政治面貌", "Code"), ("monthlyIncome", "代码", "Code"), ("code9", "个人收入", "Code"),
            ("code9", "存款余额", "Code"), ("code9", "指纹", "Code"), ("dnaProfile", "代码", "DNA profile"), ("code9", "信访情况", "Code"), ("code9", "婚姻状况", "Code"),
            ("code9", "子女情况", "Code"), ("healthStatus", "代码", "Code"), ("code9", "行踪", "Code"), ("code9", "消费记录", "Code"), ("code9", "低保对象", "Code"),
            ("code9", "学历", "Code"), ("code9", "性取向", "Code"), ("code9", "工会会员", "Code"), ("code9", "个人信用分", "Code"), ("citizenScore", "代码", "Code"),
        ])
    func forbiddenFields(_ name: String, _ zh: String, _ en: String) throws {
        let catalogue = try EditedCatalogue()
        try catalogue.edit(
            Self.penalty, "\nfields:\n",
            "\nfields:\n  - { name: \(name), title: { zh: \(zh), en: \(en) }, type: text, publicity: internal }\n")
        #expect(catalogue.problems().contains { $0.file == Self.penalty && $0.message.contains("never recorded (RIGHTS") })
    }

    @Test("an item without a legal basis is refused")
    func noBasis() throws {
        let catalogue = try EditedCatalogue()
        try catalogue.editBlock(Self.penalty, "basis", "basis: []")
        #expect(catalogue.problems().contains { $0.file == Self.penalty && $0.message.contains("without a legal basis") })
    }

    @Test(
        "a missing file is named",
        arguments: ["catalogue.yaml", "laws.yaml", "categories.yaml", "forbidden.yaml", "cleaning.yaml", "checks.yaml", "calendar.yaml", "divisions.csv"])
    func missingFile(_ file: String) throws {
        let catalogue = try EditedCatalogue()
        try catalogue.remove(file)
        #expect(catalogue.problems().contains { $0.file == file && $0.message == "the file is missing" })
    }

    @Test("an empty file is named")
    func emptyFile() throws {
        let catalogue = try EditedCatalogue()
        try catalogue.put(Self.penalty, "")
        #expect(catalogue.problems().contains { $0.file == Self.penalty && $0.message == "the file is empty" })
    }

    @Test("a directory that is not there is said to be missing")
    func missingDirectory() throws {
        let directory = try TemporaryDirectory()
        let error = try #require(throws: InvalidCatalogue.self) { try Catalogue.load(directory: directory.file("nowhere")) }
        #expect(error.problems.first?.message == "there is no catalogue directory at this place")
        #expect(!error.description.contains(directory.path), "machine paths do not belong in messages")
    }

    @Test("one run names every fault, each with its file and line")
    func everyFault() throws {
        let catalogue = try EditedCatalogue()
        try catalogue.edit(Self.penalty, "nature: adverse", "nature: bad")
        try catalogue.edit(Self.penaltyFeed, "verified: true\n", "verified: true\nspeed: 3\n")
        let problems = catalogue.problems()
        #expect(problems.contains { $0.file == Self.penalty && $0.line == 7 })
        #expect(problems.contains { $0.file == Self.penaltyFeed && $0.line != nil })
        #expect(InvalidCatalogue(problems: problems).description.contains("\(Self.penalty):7:"))
    }

    @Test("an item declared in two files is refused, with a file in the message")
    func declaredTwice() throws {
        let catalogue = try EditedCatalogue()
        try catalogue.put("items/second.yaml", try catalogue.text(Self.penalty))
        let problems = catalogue.problems()
        #expect(problems.contains { $0.message == "item `administrative-penalty` is declared twice" })
        withKnownIssue("the message names the directory and neither of the two files") {
            #expect(problems.contains { $0.file.hasPrefix("items/") })
        }
    }

    @Test("the days that start retention and delivery must be fields of the item")
    func danglingStarts() throws {
        for (old, new) in [("retention: { years: 5, from: decidedOn", "retention: { years: 5, from: nowhere"), ("delivery: { workingDays: 7, from: decidedOn", "delivery: { workingDays: 7, from: nowhere")] {
            let catalogue = try EditedCatalogue()
            try catalogue.edit(Self.penalty, old, new)
            withKnownIssue("CatalogueRules does not look at retention.from and delivery.from") {
                #expect(catalogue.problems().contains { $0.file == Self.penalty && $0.message.contains("nowhere") })
            }
        }
    }

    @Test("`always: false` does not mean always")
    func alwaysFalse() throws {
        let catalogue = try EditedCatalogue()
        try catalogue.edit("items/registration.yaml", "always: true", "always: false")
        withKnownIssue("ItemReader reads the value of `always` and does not use it") {
            #expect(!catalogue.problems().isEmpty)
        }
    }

    @Test("an empty list of words that no measure may hold is refused (RIGHTS 9)")
    func emptyMeasures() throws {
        let catalogue = try EditedCatalogue()
        let text = try catalogue.text("forbidden.yaml")
        let start = try #require(text.range(of: "\nmeasures:"))
        try catalogue.put("forbidden.yaml", text[..<start.lowerBound] + "\nmeasures:\n  words: []\n")
        withKnownIssue("the groups are guarded against being emptied, the measure words are not") {
            #expect(catalogue.problems().contains { $0.file == "forbidden.yaml" })
        }
    }
}

@Suite("the difference of two editions")
struct DiffTests {
    @Test("the same rules differ in nothing")
    func same() throws {
        let catalogue = try EditedCatalogue().load()
        #expect(CatalogueDiff.lines(catalogue, catalogue).isEmpty)
    }

    @Test("a changed term, a new heading and a new spelling each give one line")
    func changed() throws {
        let old = try EditedCatalogue().load()
        let copy = try EditedCatalogue()
        try copy.edit(LoaderTests.penalty, "months: 36", "months: 12")
        try copy.edit(LoaderTests.penaltyFeed, "[CF_QX, 期限]", "[CF_QX, 期限, 执行期]")
        try copy.edit("codes/procedure.yaml", "values:", "values:\n  - { code: hearing, title: { zh: 听证程序, en: Hearing }, spellings: [听证程序] }")
        let lines = CatalogueDiff.lines(old, try copy.load())
        #expect(lines.contains { $0.hasPrefix("~ item administrative-penalty publication:") && $0.contains("36") && $0.contains("12") })
        #expect(lines.contains { $0.hasPrefix("~ feed penalty headings of term:") && $0.contains("执行期") })
        #expect(lines.contains { $0.hasPrefix("+ codes procedure hearing") })
    }
}
