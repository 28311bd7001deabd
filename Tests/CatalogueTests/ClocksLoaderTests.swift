import TestSupport
import Testing

@testable import CreditCatalogue

@Suite("the loader refuses clocks that cannot be right")
struct ClocksLoaderTests {
    struct Fault: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let file: String
        let old: String
        let new: String
        let words: String
        let named: String

        init(
            _ rule: String, _ old: String, _ new: String, _ words: String, in file: String = "clocks.yaml",
            named: String? = nil
        ) {
            (testDescription, self.old, self.new, self.words, self.file) = (rule, old, new, words, file)
            self.named = named ?? file
        }
    }

    static let penalty = "items/administrative-penalty.yaml"
    static let practitioner = "items/practitioner.yaml"

    static let faults: [Fault] = [
        Fault(
            "rule sets that overlap", "effectiveTo: 2023-04-30", "effectiveTo: 2023-05-01", "overlap from 2023-05-01"),
        Fault(
            "a day without a rule set", "effectiveTo: 2023-04-30", "effectiveTo: 2023-04-29",
            "no rule set from 2023-04-30 to 2023-04-30"),
        Fault(
            "a last rule set that ends", "effectiveFrom: 2026-04-01",
            "effectiveFrom: 2026-04-01\n        effectiveTo: 2030-12-31",
            "no rule set from 2031-01-01"),
        Fault(
            "a first rule set that begins", "effectiveTo: 2019-06-30",
            "effectiveFrom: 2015-01-01\n        effectiveTo: 2019-06-30",
            "no rule set before 2015-01-01"),
        Fault("a rule set without an end before the next", "        effectiveTo: 2019-06-30\n", "", "overlap"),
        Fault(
            "a rule set that ends before it begins", "effectiveTo: 2026-03-31", "effectiveTo: 2023-04-01",
            "before it begins"),
        Fault(
            "a minimum above the maximum", "minimumMonths: 6, maximumMonths: 36",
            "minimumMonths: 37, maximumMonths: 36",
            "the minimum of 37 months is above the maximum of 36"),
        Fault(
            "a published class without a maximum", "minimumMonths: 6, maximumMonths: 36", "minimumMonths: 6",
            "needs a maximum (RIGHTS 12)"),
        Fault(
            "a term of 61 months", "minimumMonths: 6, maximumMonths: 36", "minimumMonths: 6, maximumMonths: 61",
            "1 to 60 are possible"),
        Fault(
            "a heavier class with a shorter term", "minimumMonths: 6, maximumMonths: 36",
            "minimumMonths: 6, maximumMonths: 9",
            "serious is shorter than general"),
        Fault(
            "a longer minimum above the maximum", "longerMinimum: { months: 12", "longerMinimum: { months: 48",
            "above the maximum of general"),
        Fault(
            "a kind that the table does not have", "code: fine, class", "code: fines, class",
            "`fines`, which is no code of field `penaltyKinds`"),
        Fault(
            "a kind that is not classed", "          - { code: order-to-close, class: general, verified: false }\n", "",
            "does not class `order-to-close`"),
        Fault(
            "a new kind that no rule classes", "  - { code: order-to-close,",
            "  - { code: sample, title: { zh: 示例种类, en: Sample }, spellings: [示例种类] }\n  - { code: order-to-close,",
            "does not class `sample`", in: "codes/penalty-kind.yaml", named: "clocks.yaml"),
        Fault(
            "a kind that is classed twice", "code: order-to-close, class: general", "code: fine, class: general",
            "classes `fine` twice"),
        Fault(
            "a class that the rule does not have", "code: order-to-close, class: general",
            "code: order-to-close, class: minor",
            "a class that it does not have"),
        Fault(
            "a procedure that the table does not have", "code: simple, class: minor", "code: swift, class: minor",
            "`swift`, which is no code of field `procedure`"),
        Fault(
            "a class that nobody knows", "{ class: general, published", "{ class: grave, published",
            "`class` is `grave`, allowed are"),
        Fault(
            "no general class", "- { class: general, published: true, maximumMonths: 36",
            "- { class: serious, published: true, maximumMonths: 36",
            "needs the class general"),
        Fault(
            "a class twice", "- { class: serious, published: true, minimumMonths: 6",
            "- { class: general, published: true, minimumMonths: 6",
            "the class `general` stands twice"),
        Fault(
            "a law that is not listed", "basis: [ { law: double-publicity-repair-2019", "basis: [ { law: no-such-law",
            "`no-such-law`, which is not in laws.yaml"),
        Fault(
            "a rule set without a basis", "basis: [ { law: double-publicity-repair-2019, verified: true } ]",
            "basis: []", "`penalty-527` has no basis"),
        Fault(
            "two rule sets of one id", "id: penalty-527", "id: penalty-order-58",
            "the rule set `penalty-order-58` is declared twice"),
        Fault(
            "an unknown key", "items: [administrative-penalty]", "items: [administrative-penalty]\n    colour: red",
            "unknown key `colour`"),
        Fault(
            "a field that the item does not have", "procedure: procedure, severity", "procedure: nonsense, severity",
            "use the field `nonsense`, which item"),
        Fault(
            "a field that cannot be judged", "{ day: decidedOn", "{ day: content", "has a type that cannot be judged"),
        Fault(
            "an item that does not name the rules", "items: [administrative-penalty]",
            "items: [administrative-penalty, abnormal-operation]",
            "`abnormal-operation`, whose `publication` does not name them"),
        Fault(
            "rules that do not name the item", "items: [administrative-penalty]", "items: []",
            "whose `items` do not name this item",
            named: penalty),
        Fault(
            "rules that do not exist", "rules: penalty", "rules: penalties", "`penalties`, which is not in clocks.yaml",
            in: penalty),
        Fault(
            "a code of the class table that no rule knows", "- { code: serious,", "- { code: grave,",
            "the class `grave` of field `severity`",
            in: "codes/severity.yaml", named: "clocks.yaml"),
        Fault(
            "an archive without practitioners", "  - { subject: practitioner, years: 10",
            "  - { subject: organisation, years: 10",
            "exactly one entry for practitioner"),
        Fault("an archive of no years", "years: 30", "years: 0", "needs at least one year"),
        Fault("a withdrawal without days", "workingDays: 3", "workingDays: 0", "must be at least 1"),
        Fault(
            "a register of an unknown profession", "profession: tour-guide", "profession: astrologer",
            "`astrologer`, which is no code of field `profession`"),
        Fault(
            "a register without a law",
            "- { profession: patent-agent, basis: [ { law: patent-agency-regulation-2018, article: \"23\", verified: true } ]",
            "- { profession: patent-agent, basis: []", "the register of `patent-agent` has no basis"),
        Fault(
            "an unknown status", "endedStatuses: [expired", "endedStatuses: [asleep",
            "`asleep`, which is no code of field `practiceStatus`"),
        Fault(
            "a decision on a person in public", "maxLength: 4000, publicity: internal",
            "maxLength: 4000, publicity: public",
            "field `decision` would publish a decision on a person: a person's information is published only where a law says so (RIGHTS",
            in: practitioner),
        Fault(
            "a decision's number in public", "role: document-number, maxLength: 128, publicity: internal",
            "role: document-number, maxLength: 128, publicity: public", "field `decisionNumber` would publish",
            in: practitioner),
        Fault(
            "an adverse item about practitioners in public", "nature: neutral", "nature: adverse",
            "may not be published", in: practitioner),
        Fault(
            "an adverse item without retention", "retention: { years: 5, from: listedOn",
            "retention-of-old: { years: 5, from: listedOn",
            "unknown key `retention-of-old`", in: "items/abnormal-operation.yaml"),
    ]

    @Test("one fault is refused and its file is named", arguments: faults)
    func refuses(_ fault: Fault) throws {
        let catalogue = try EditedCatalogue()
        try catalogue.edit(fault.file, fault.old, fault.new)
        let problems = catalogue.problems()
        #expect(
            problems.contains { $0.file == fault.named && $0.message.contains(fault.words) },
            "\(problems.isEmpty ? "it loaded" : problems.map(\.description).joined(separator: "\n"))")
    }

    @Test("an adverse item needs a retention, or it would never leave disclosure (RIGHTS 12)")
    func noRetention() throws {
        let catalogue = try EditedCatalogue()
        let file = "items/abnormal-operation.yaml"
        let line = try #require(try catalogue.text(file).split(separator: "\n").first { $0.hasPrefix("retention:") })
        try catalogue.edit(file, line + "\n", "")
        #expect(
            catalogue.problems().contains { $0.file == file && $0.message.contains("needs `retention` (RIGHTS 12)") })
    }

    @Test("decisions on a practice may be published once a statute is named")
    func namedStatute() throws {
        let catalogue = try EditedCatalogue()
        try catalogue.edit(
            Self.practitioner, "maxLength: 4000, publicity: internal", "maxLength: 4000, publicity: public")
        try catalogue.edit(
            "clocks.yaml", "decisions: []",
            "decisions: [ { law: patent-agency-regulation-2018, article: \"22\", verified: true } ]")
        #expect(catalogue.problems().isEmpty)
    }

    @Test("a changed term, class or register stands in the difference of two editions")
    func difference() throws {
        let old = try EditedCatalogue().load()
        let copy = try EditedCatalogue()
        try copy.edit("clocks.yaml", "minimumMonths: 6, maximumMonths: 36", "minimumMonths: 6, maximumMonths: 24")
        try copy.edit("clocks.yaml", "years: 30", "years: 20")
        let lines = CatalogueDiff.lines(old, try copy.load())
        #expect(
            lines.contains { $0.hasPrefix("~ rule set penalty-527 class serious:") && $0.contains("6 to 24 months") })
        #expect(lines.contains { $0.hasPrefix("~ archive organisation:") && $0.contains("20 years") })
    }
}
