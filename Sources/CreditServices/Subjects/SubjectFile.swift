import CreditCatalogue
import CreditModel
import CreditRegistry

/// Everything one audience may see about one subject.
public struct SubjectFile: Sendable {
    public let profile: SubjectProfile
    public let records: [RecordView]

    /// The subject with this number, in any usual spelling (case, width, blanks, hyphens).
    public static func load(
        code: String, from store: some ServiceStore, publisher: Publisher, audience: Audience
    ) async throws -> SubjectFile? {
        for spelling in spellings(of: code) {
            guard let (profile, rows) = try await store.file(code: spelling) else { continue }
            return SubjectFile(profile: profile, records: publisher.views(rows, for: audience))
        }
        return nil
    }

    /// A number as it may be stored: folded, without hyphens, as typed.
    public static func spellings(of code: String) -> [String] {
        let folded = Folding.code(code)
        var spellings = [folded]
        for other in [folded.filter { $0 != "-" }, code] where !spellings.contains(other) { spellings.append(other) }
        return spellings
    }

    public static func load(
        profile: SubjectProfile, from store: some ServiceStore, publisher: Publisher, audience: Audience
    ) async throws -> SubjectFile {
        let rows = try await store.records(of: profile.id)
        return SubjectFile(profile: profile, records: publisher.views(rows, for: audience))
    }

    public func records(of item: String) -> [RecordView] { records.filter { $0.item.id == item } }
    public func records(category: String) -> [RecordView] { records.filter { $0.item.category == category } }

    /// The file as it was on a day, as far as it was known at a moment; nil where nothing was.
    /// - Parameters:
    ///   - asOf: the day in the world; nil = the publisher's day.
    ///   - knownAt: the moment of our knowledge; nil = now.
    public static func load(
        profile: SubjectProfile, asOf: Day?, knownAt: Instant?, from store: some ServiceStore, publisher: Publisher,
        audience: Audience
    ) async throws -> SubjectFile? {
        let publisher = Publisher(catalogue: publisher.catalogue, today: asOf ?? publisher.today)
        var state = profile.state
        var rows: [RecordRow] = []
        for row in try await store.records(of: profile.id) {
            guard let item = publisher.catalogue.item(row.item) else { continue }
            let content = RecordContent(item: item, catalogue: publisher.catalogue)
            let history = RecordHistory(content: content, revisions: try await store.history(of: row.id))
            guard let then = history.state(asOf: asOf, knownAt: knownAt),
                let stated = history.revisions.first(where: { $0.number == then.stated }),
                let statement = stated.statement
            else { continue }
            if content.namesSubject {
                let values = content.values(statement)
                state.name = content.subjectName(values) ?? state.name
                content.apply(values, to: &state)
            }
            rows.append(row.at(then, stated: stated, statement))
        }
        if rows.isEmpty { return nil }
        let then = SubjectProfile(
            id: profile.id, state: state, identifiers: profile.identifiers, names: profile.names)
        return SubjectFile(profile: then, records: publisher.views(rows, for: audience))
    }
}

extension RecordRow {
    /// The row as it was in another state.
    func at(_ state: RecordState, stated: Revision, _ statement: Statement) -> RecordRow {
        RecordRow(
            id: id, item: item, revision: state.revision, subjectName: subjectName, subjectCode: subjectCode,
            day: state.day, clocks: state.clocks, circle: state.circle, standing: state.standing, mark: state.mark,
            values: RecordValues(statement.values), changes: stated.changes, notes: stated.notes,
            receivedAt: stated.recordedAt,
            batch: batch.flatMap { source in
                stated.batch.map {
                    BatchSource(number: $0, feed: source.feed, department: source.department, line: stated.line ?? 0)
                }
            })
    }
}
