import CreditModel
import TestSupport
import Testing

@testable import CreditCatalogue

@Suite("the catalogue loader refuses what is wrong and names the file")
struct LoaderTests {
    /// One thing to spoil, where, and what the message must say.
    struct Fault: CustomTestStringConvertible, Sendable {
        /// Faults found while reading hide those found across files, so the two kinds are never in one copy.
        enum Stage { case reading, across, alone }
        let stage: Stage
        let rule: String
        let file: String
        let old: String
        let new: String
        let words: String
        /// File that the message names, where it is not the edited one.
        let named: String

        init(
            _ stage: Stage, _ rule: String, _ file: String, _ old: String, _ new: String, _ words: String,
            named: String? = nil
        ) {
            (self.stage, self.rule, self.file, self.old, self.new, self.words, self.named) = (
                stage, rule, file, old, new, words, named ?? file
            )
        }
        var testDescription: String { rule }
    }

    static let penalty = "items/administrative-penalty.yaml"
    static let penaltyFeed = "feeds/penalty.yaml"
    /// An adverse item with a plain term.
    static let list = "items/abnormal-operation.yaml"

    static let faults: [Fault] = [
        Fault(
            .reading, "an unknown key of an item", penalty, "nature: adverse", "nature: adverse\ncolour: red",
            "unknown key `colour`"),
        Fault(
            .reading, "an unknown key of a field", penalty, "role: subject-name,", "role: subject-name, size: 3,",
            "unknown key `size`"),
        Fault(
            .reading, "an unknown key of a feed", penaltyFeed, "verified: true\n", "verified: true\nspeed: 3\n",
            "unknown key `speed`"),
        Fault(
            .reading, "an unknown key of a code", "codes/procedure.yaml", "{ code: ", "{ sort: 1, code: ",
            "unknown key `sort`"),
        Fault(
            .reading, "an unknown key of the edition", "catalogue.yaml", "division:", "area: 1\ndivision:",
            "unknown key `area`"),
        Fault(
            .across, "a law that is not listed", penalty, "law: double-publicity-2018", "law: no-such-law",
            "`no-such-law`, which is not in laws.yaml"),
        Fault(
            .across, "a law of a publication that is not listed", penalty,
            "rules: penalty, basis: [ { law: credit-repair-measures-2025",
            "rules: penalty, basis: [ { law: no-such-law",
            "`publication` rests on `no-such-law`"),
        Fault(
            .across, "a law of a code table that is not listed", "codes/penalty-kind.yaml",
            "law: administrative-penalty-law-2021", "law: no-such-law", "no-such-law"),
        Fault(
            .across, "a law of the edition that is not listed", "catalogue.yaml", "law: national-catalogue-2024",
            "law: no-such-law", "no-such-law"),
        Fault(
            .across, "a table that does not exist", penalty, "table: penalty-kind", "table: no-such-table",
            "`no-such-table`, which is not in codes/"),
        Fault(
            .reading, "a table for a field that holds no code", penalty, "type: text, maxLength: 512,",
            "type: text, table: penalty-kind, maxLength: 512,", "`table` goes with the types code and codes"),
        Fault(
            .reading, "a heading for a field that the item lacks", penaltyFeed, "  term: [CF_QX", "  nonsense: [CF_QX",
            "`headings` names the field `nonsense`"),
        Fault(
            .reading, "a required field that the item lacks", penaltyFeed, "required: [subjectName,",
            "required: [nonsense,", "`required` names the field `nonsense`"),
        Fault(
            .reading, "a derivation for a field that the item lacks", penaltyFeed, "{ field: fine, from: content",
            "{ field: nonsense, from: content", "`derive` names the field `nonsense`"),
        Fault(
            .alone, "a feed of an item that does not exist", penaltyFeed, "item: administrative-penalty",
            "item: no-such-item", "`item: no-such-item` is not in items/"),
        Fault(
            .reading, "one heading for two fields", penaltyFeed, "[SCBMBM, ", "[SCBMBM, 文 号, ", "is given to two fields"
        ),
        Fault(
            .reading, "a heading that is a field's and refused", penaltyFeed, "[CF_CX, ", "[CF_CX, 身份证号, ",
            "is both a field's and ignored or refused"),
        Fault(
            .across, "a heading that would bring in a blood type", penaltyFeed, "[CF_QX, 期限]", "[CF_QX, 期限, 血型]",
            "never recorded (RIGHTS 5)"),
        Fault(
            .reading, "an item that names a person as subject", penalty, "subjects: [organisation]",
            "subjects: [organisation, person]", "only organisation and practitioner can be described"),
        Fault(
            .reading, "an item about citizens", penalty, "subjects: [organisation]", "subjects: [citizen]",
            "only organisation and practitioner can be described"),
        Fault(
            .across, "an item about nobody", penalty, "subjects: [organisation]", "subjects: []",
            "at least one kind of subject"),
        Fault(
            .reading, "a title in one language only", penalty, "title: { zh: 行政处罚, en: Administrative penalty }",
            "title: { zh: 行政处罚 }", "`en` is missing"),
        Fault(
            .reading, "an empty translation", penalty, "title: { zh: 行政处罚, en: Administrative penalty }",
            "title: { zh: 行政处罚, en: \"\" }", "needs both zh and en"),
        Fault(
            .reading, "a third language", penalty, "title: { zh: 行政处罚, en: Administrative penalty }",
            "title: { zh: 行政处罚, en: Penalty, fr: Amende }", "unknown key `fr`"),
        Fault(
            .across, "an adverse item that is shown for ever", list, "publication: { from: listedOn, months: 36,",
            "publication: { always: true,", "must leave publication on a computed date"),
        Fault(
            .across, "an adverse item whose end somebody must report", list,
            "publication: { from: listedOn, months: 36,", "publication: { until: removedOn,",
            "must leave publication on a computed date"),
        Fault(
            .across, "a term from a field that is no day", list, "publication: { from: listedOn,",
            "publication: { from: content,", "which is no day field"),
        Fault(.across, "a term of 61 months", list, "months: 36", "months: 61", "`publication.months` is 61"),
        Fault(.across, "a term of no months", list, "months: 36", "months: 0", "`publication.months` is 0"),
        Fault(
            .reading, "two terms at once", list, "publication: { from: listedOn, months: 36,",
            "publication: { never: true, from: listedOn, months: 36,", "exactly one of"),
        Fault(
            .across, "an unknown category", penalty, "category: administrative", "category: gossip",
            "category `gossip` is not in categories.yaml"),
        Fault(
            .across, "a record key without the subject", penalty, "key: [subject, documentNumber",
            "key: [documentNumber", "`key` must contain subject"),
        Fault(
            .reading, "a record key of an unknown field", penalty, "key: [subject, documentNumber",
            "key: [subject, nonsense", "`key` names the field `nonsense`", named: penaltyFeed),
        Fault(
            .across, "a day compared with an unknown field", penalty, "notBefore: decidedOn", "notBefore: nonsense",
            "compared with `nonsense`"),
        Fault(
            .reading, "two fields in one role", penalty, "role: facts", "role: content",
            "two fields play the role `content`"),
        Fault(
            .reading, "one field twice", penalty, "{ name: caseName", "{ name: noticeTitle",
            "field `noticeTitle` is declared twice"),
        Fault(.reading, "an unknown role", penalty, "role: facts", "role: gossip", "`role` is `gossip`, allowed are"),
        Fault(.reading, "an unknown type", penalty, "type: codes", "type: emoji", "`type` is `emoji`, allowed are"),
        Fault(
            .across, "a person's role shown outside the registration", penalty,
            "type: personRole, maxLength: 50, publicity: internal",
            "type: personRole, maxLength: 50, publicity: public", "shown only with the registration (RIGHTS 3)"),
        Fault(
            .across, "a practitioner without a profession", "items/practitioner.yaml", "role: profession, ", "",
            "both roles are needed (RIGHTS 2)"),
        Fault(
            .across, "a practitioner without a licence number", "items/practitioner.yaml", "role: licence-number, ", "",
            "both roles are needed (RIGHTS 2)"),
        Fault(
            .reading, "a word that is neither true nor false", penalty, "verified: true\npublicity",
            "verified: maybe\npublicity", "`verified` must be true or false"),
        Fault(
            .reading, "a day written in another way", "catalogue.yaml", "effectiveFrom: 2026-04-01",
            "effectiveFrom: 2026-4-1", "must be a day written YYYY-MM-DD"),
        Fault(
            .reading, "a spelling of two codes", "codes/penalty-kind.yaml", "[警告, ", "[警告, 罚款, ",
            "is given to two values"),
        Fault(
            .across, "a check without words", "checks.yaml", "code: repeated-in-file", "code: repeated",
            "the check `repeated-in-file` has no words"),
        Fault(
            .across, "a cleaning step without words", "cleaning.yaml", "code: derived", "code: deduced",
            "the change `derived` has no words"),
        Fault(
            .reading, "an open end that is no day", "cleaning.yaml", "openEnds: [\"2099-12-31\"",
            "openEnds: [\"2099-13-31\"", "which is not a day"),
        Fault(
            .reading, "a guard without blood types", "forbidden.yaml",
            "words: [血型, blood type, blood group, bloodtype]", "words: [blood kind]",
            "no group forbids 血型 (blood type): RIGHTS 5 needs it"),
        Fault(
            .reading, "a guard without identity numbers", "forbidden.yaml", "  - { id: citizen-identity-number,",
            "  - { id: bank-card-number,", "pattern `citizen-identity-number` is missing"),
        Fault(
            .reading, "a guard without measures", "forbidden.yaml", "\nmeasures:", "\nmeasurements:",
            "`measures` is missing"),
        Fault(
            .reading, "a division without its name", "divisions.csv", "990101,示例古城区,,", "990101,,,",
            "a line must be `code,name,from,to`"),
        Fault(
            .reading, "a weekend day as a day off", "calendar.yaml", "2026-01-02", "2026-01-03",
            "is a weekend day, which is off anyway"),
        Fault(.reading, "a weekday as a make-up day", "calendar.yaml", "2026-01-04", "2026-01-05", "is no weekend day"),
        Fault(
            .reading, "a holiday of another year", "calendar.yaml", "2026-01-02", "2027-01-01",
            "which is not a day of that year"),
        Fault(
            .across, "an example that expects an unknown check", penaltyFeed, "code: day-order", "code: day-dream",
            "expects the check `day-dream`"),
        Fault(
            .across, "an example file that is missing", penaltyFeed, "good: examples/penalty/good.csv",
            "good: examples/penalty/best.csv", "`examples/penalty/best.csv` is missing"),
        Fault(.alone, "text that is no YAML", penalty, "nature: adverse", "nature: [adverse", "not readable as YAML"),
    ]

    /// What each fault gives. Faults that do not touch each other share a copy, since one load costs a second in a debug build.
    private static let outcomes: [String: Result<[CatalogueProblem], any Error>] = {
        var outcomes: [String: Result<[CatalogueProblem], any Error>] = [:]
        var left = faults
        while let first = left.first {
            var later: [Fault] = []
            var taken: [Fault] = []
            let result = Result { () throws -> [CatalogueProblem] in
                let catalogue = try EditedCatalogue()
                for fault in left {
                    let fits =
                        taken.isEmpty
                        || (fault.stage == first.stage && first.stage != .alone
                            && !taken.contains {
                                $0.file == fault.file && ($0.old.contains(fault.old) || fault.old.contains($0.old))
                            })
                    if fits, try taken.isEmpty || catalogue.text(fault.file).range(of: fault.old) != nil {
                        taken.append(fault)
                        try catalogue.edit(fault.file, fault.old, fault.new)
                    } else {
                        later.append(fault)
                    }
                }
                return catalogue.problems()
            }
            for fault in taken { outcomes[fault.rule] = result }
            left = later
        }
        return outcomes
    }()

    @Test("one fault is refused and its file is named", arguments: faults)
    func refuses(_ fault: Fault) throws {
        let problems = try #require(Self.outcomes[fault.rule]).get()
        #expect(
            problems.contains { $0.file == fault.named && $0.message.contains(fault.words) },
            "\(problems.isEmpty ? "it loaded" : problems.map(\.description).joined(separator: "\n"))")
    }

    @Test("the small copy loads as it is")
    func unspoilt() throws { #expect(try EditedCatalogue().problems().isEmpty) }

    /// Names, Chinese and English titles of fields that RIGHTS 5 forbids; each is caught by one of the three.
    static let forbiddenFields: [(name: String, zh: String, en: String)] = [
        ("bloodType", "代码", "Code"), ("code1", "血型", "Code"), ("code2", "代码", "Blood group"),
        ("faith", "宗教信仰", "Faith"), ("religion", "代码", "Code"),
        ("ethnicGroup", "代码", "Code"), ("code3", "民族", "Code"), ("code4", "政治面貌", "Code"),
        ("monthlyIncome", "代码", "Code"), ("code5", "个人收入", "Code"),
        ("code6", "存款余额", "Code"), ("code7", "指纹", "Code"), ("dnaProfile", "代码", "Code"), ("code8", "信访情况", "Code"),
        ("code9", "婚姻状况", "Code"),
        ("code10", "子女情况", "Code"), ("healthStatus", "代码", "Code"), ("code11", "行踪", "Code"),
        ("code12", "消费记录", "Code"), ("code13", "低保对象", "Code"),
        ("code14", "学历", "Code"), ("code15", "性取向", "Code"), ("code16", "工会会员", "Code"), ("code17", "个人信用分", "Code"),
        ("citizenScore", "代码", "Code"),
    ]

    private static let forbiddenOutcome = Result { () throws -> [CatalogueProblem] in
        let catalogue = try EditedCatalogue()
        let lines = forbiddenFields.map {
            "  - { name: \($0.name), title: { zh: \($0.zh), en: \($0.en) }, type: text, publicity: internal }\n"
        }
        try catalogue.edit(penalty, "\nfields:\n", "\nfields:\n" + lines.joined())
        return catalogue.problems()
    }

    @Test("a field that RIGHTS 5 forbids is refused under any of its names", arguments: forbiddenFields)
    func forbiddenField(_ name: String, _ zh: String, _ en: String) throws {
        let problems = try Self.forbiddenOutcome.get()
        #expect(
            problems.contains {
                $0.file == Self.penalty && $0.message.hasPrefix("field `\(name)` would record")
                    && $0.message.contains("never recorded (RIGHTS")
            })
    }

    @Test("an item without a legal basis is refused")
    func noBasis() throws {
        let catalogue = try EditedCatalogue()
        try catalogue.editBlock(Self.penalty, "basis", "basis: []")
        #expect(
            catalogue.problems().contains { $0.file == Self.penalty && $0.message.contains("without a legal basis") })
    }

    @Test("every missing file is named")
    func missingFiles() throws {
        let catalogue = try EditedCatalogue()
        let files = [
            "catalogue.yaml", "laws.yaml", "categories.yaml", "forbidden.yaml", "cleaning.yaml", "checks.yaml",
            "calendar.yaml", "divisions.csv",
        ]
        for file in files { try catalogue.remove(file) }
        let problems = catalogue.problems()
        for file in files {
            #expect(problems.contains { $0.file == file && $0.message == "the file is missing" }, "\(file)")
        }
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
        let error = try #require(throws: InvalidCatalogue.self) {
            try Catalogue.load(directory: directory.file("nowhere"))
        }
        #expect(error.problems.first?.message == "there is no catalogue directory at this place")
        #expect(!error.description.contains(directory.path), "machine paths do not belong in messages")
    }

    @Test("one run names every fault, each with its file and line")
    func everyFault() throws {
        let catalogue = try EditedCatalogue()
        try catalogue.edit(Self.penalty, "nature: adverse", "nature: bad")
        try catalogue.edit(Self.penaltyFeed, "verified: true\n", "verified: true\nspeed: 3\n")
        let problems = catalogue.problems()
        #expect(problems.contains { $0.file == Self.penalty && $0.line == 6 })
        #expect(problems.contains { $0.file == Self.penaltyFeed && $0.line != nil })
        #expect(InvalidCatalogue(problems: problems).description.contains("\(Self.penalty):6:"))
    }

    @Test("an item declared in two files is refused, with a file in the message")
    func declaredTwice() throws {
        let catalogue = try EditedCatalogue()
        try catalogue.put("items/second.yaml", try catalogue.text(Self.penalty))
        let problems = catalogue.problems()
        #expect(problems.contains { $0.message == "item `administrative-penalty` is declared twice" })
        #expect(problems.contains { $0.file.hasPrefix("items/") })
    }

    @Test("the days that start retention and delivery must be fields of the item")
    func danglingStarts() throws {
        let catalogue = try EditedCatalogue()
        try catalogue.edit(
            Self.penalty, "retention: { years: 5, from: decidedOn", "retention: { years: 5, from: nowhere")
        try catalogue.edit(
            Self.penalty, "delivery: { workingDays: 7, from: decidedOn", "delivery: { workingDays: 7, from: nowhere")
        let problems = catalogue.problems()
        #expect(problems.count { $0.file == Self.penalty && $0.message.contains("nowhere") } == 2)
    }

    @Test("`always: false` does not mean always")
    func alwaysFalse() throws {
        let catalogue = try EditedCatalogue()
        try catalogue.edit("items/registration.yaml", "always: true", "always: false")
        #expect(!catalogue.problems().isEmpty)
    }

    @Test("an empty list of words that no measure may hold is refused (RIGHTS 9)")
    func emptyMeasures() throws {
        let catalogue = try EditedCatalogue()
        let text = try catalogue.text("forbidden.yaml")
        let start = try #require(text.range(of: "\nmeasures:"))
        try catalogue.put("forbidden.yaml", text[..<start.lowerBound] + "\nmeasures:\n  words: []\n")
        #expect(catalogue.problems().contains { $0.file == "forbidden.yaml" })
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
        try copy.edit(LoaderTests.list, "months: 36", "months: 12")
        try copy.edit(LoaderTests.penaltyFeed, "[CF_QX, 期限]", "[CF_QX, 期限, 执行期]")
        try copy.edit(
            "codes/procedure.yaml", "values:",
            "values:\n  - { code: sample, title: { zh: 示例程序, en: Sample }, spellings: [示例程序] }")
        let lines = CatalogueDiff.lines(old, try copy.load())
        #expect(
            lines.contains {
                $0.hasPrefix("~ item abnormal-operation publication:") && $0.contains("36") && $0.contains("12")
            })
        #expect(lines.contains { $0.hasPrefix("~ feed penalty headings of term:") && $0.contains("执行期") })
        #expect(lines.contains { $0.hasPrefix("+ codes procedure sample") })
    }
}
