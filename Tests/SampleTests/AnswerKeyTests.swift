import CreditCatalogue
import CreditIntake
import CreditModel
import Testing

@testable import CreditSample

/// Intake is the judge: what the key does not name must load, and what it names must come out as it says.
@Suite struct AnswerKeyTests {
    let fixture: SampleFixture

    init() throws { fixture = try SampleFixture.shared.get() }

    @Test("every file comes out of intake as the answer key says")
    func everyFile() throws {
        for file in fixture.summary.files {
            let problems = try Judge(fixture, file).problems()
            #expect(problems.isEmpty, "\(file.name): \(problems.prefix(5).joined(separator: "; "))")
        }
    }

    @Test("every code in the key is one that the catalogue explains")
    func knownCodes() {
        for lines in fixture.answers.values {
            for key in lines.values where !key.code.isEmpty {
                #expect(CheckCode(rawValue: key.code) != nil || ChangeCode(rawValue: key.code) != nil, "\(key.code)")
            }
        }
    }

    @Test("the key names many kinds of outcome")
    func manyKinds() {
        let kinds = Set(fixture.answers.values.flatMap { $0.values.map { "\($0.expected) \($0.code)" } })
        #expect(kinds.count >= 28, "\(kinds.sorted())")
    }
}

/// Compares one file's outcomes with the key.
private struct Judge {
    let fixture: SampleFixture
    let file: SampleCity.Summary.File
    let feed: Feed
    let item: Item

    init(_ fixture: SampleFixture, _ file: SampleCity.Summary.File) throws {
        self.fixture = fixture
        self.file = file
        feed = try #require(fixture.catalogue.feed(file.feed))
        item = try #require(fixture.catalogue.item(feed.item))
    }

    func problems() throws -> [String] {
        var left = fixture.answers[file.name] ?? [:]
        var problems: [String] = []
        // Two right rows about one record would be turned back at filing.
        var records = Set<[String]>()
        var reader = try Table.open(path: fixture.path(file.name))
        var rows = 0
        _ = try Intake(catalogue: fixture.catalogue, feed: file.feed, today: fixture.today).run(&reader) { outcome in
            rows += 1
            switch outcome {
            case .draft(let draft):
                let key = left.removeValue(forKey: draft.line)
                if !records.insert(recordKey(draft)).inserted, key?.truth != "unchanged" {
                    problems.append("\(draft.line): a record twice")
                }
                problems += judge(draft, key).map { "\(draft.line): \($0)" }
            case .rejected(let rejects):
                let line = rejects.first?.line ?? 0
                let got = rejects.map { "\($0.code.rawValue) \($0.column ?? "")" }
                guard let key = left.removeValue(forKey: line), key.expected == "reject" else {
                    return problems.append("\(line): should load but \(got)")
                }
                if got != ["\(key.code) \(key.column)"] { problems.append("\(line): \(key) but \(got)") }
            }
        }
        if rows != file.rows { problems.append("\(rows) rows, not \(file.rows)") }
        if !left.isEmpty { problems.append("key lines without a row: \(left.keys.sorted())") }
        return problems
    }

    private func recordKey(_ draft: Draft) -> [String] {
        feed.key.map { part in
            switch part {
            case .subject: draft.subject.identifiers.first?.description ?? "line \(draft.line)"
            case .field(let field): draft.values[field] ?? ""
            }
        }
    }

    private func judge(_ draft: Draft, _ key: SampleFixture.KeyLine?) -> [String] {
        let isDefinite = draft.subject.identifiers.contains { $0.scheme.isDefinite }
        guard let key else {
            if !draft.notes.isEmpty { return ["a right row has notes \(draft.notes.map(\.code.rawValue))"] }
            return isDefinite ? [] : ["a right row names nobody"]
        }
        var position: Int?
        if case .field(let field) = feed.meaning(of: key.column) { position = field }
        let changes = draft.changes.filter { position == nil || $0.field == position }.flatMap {
            $0.codes.map(\.rawValue)
        }
        switch key.expected {
        case "waiting": return isDefinite ? ["\(key) but it names somebody"] : []
        case "note": return draft.notes.contains { $0.code.rawValue == key.code } ? [] : ["\(key) but no such note"]
        case "clean":
            if !key.code.isEmpty, !changes.contains(key.code) { return ["\(key) but \(changes)"] }
            // Where cleaning only respells, it must arrive at the truth.
            let respelt = [
                "width-folded", "case-raised", "hyphens-removed", "blanks-removed", "date-form", "chinese-date",
                "excel-serial-date",
            ]
            if respelt.contains(key.code), let position, draft.values[position] != key.truth {
                return ["\(key) but \(draft.values[position] ?? "nothing")"]
            }
            return []
        default: return ["\(key) but it loaded"]
        }
    }
}
