import CreditModel
import CreditRegistry
import CreditServices

/// Names of organisations from the tables into the index. Practitioners are found by licence alone, so their names never enter
/// (RIGHTS 2, 3).
enum SearchLoading {
    /// Registration states of bodies that are no more, as codes of the table `registration-status`.
    static let ended: Set<String> = ["deregistered", "revoked", "registration-withdrawn", "moved-out", "closed"]

    private static let columns = """
        SELECT s.subject_id, s.code, s.status, s.division, s.registered, n.name_key, n.kind, s.sector
        FROM subject s JOIN subject_name n ON n.subject_id = s.subject_id WHERE s.kind = 'organisation'
        """
    private static let shownRecords = """
        SELECT r.subject_id, i.text, r.published_until FROM record r JOIN word i ON i.word_id = r.item
        WHERE r.published_until IS NOT NULL AND r.standing = 0
        """

    // MARK: everything

    static func index(_ places: PlaceWords, _ connection: any Connection) throws -> SearchIndex {
        var index = SearchIndex(places: places)
        let owners = try owners(connection)
        index.setOwners(owners)
        var names = Names(places, owners)
        try connection.query("\(columns) ORDER BY s.subject_id", []) { row in
            names.add(row)
            return true
        }
        index.apply(names.finish())
        var shown: [String: [(subject: SubjectID, until: Day)]] = [:]
        try connection.query(shownRecords, []) { row in
            shown[row.text(1), default: []].append((SubjectID(row.integer(0)), day(row)))
            return true
        }
        add(shown, to: &index)
        return index
    }

    private static func day(_ row: any SQLRow) -> Day { Day(daysSinceEpoch: Int32(clamping: row.integer(2))) }

    private static func add(_ shown: [String: [(subject: SubjectID, until: Day)]], to index: inout SearchIndex) {
        for (item, rows) in shown { index.addRecords(of: item, rows.sorted { $0.subject < $1.subject }) }
    }

    // MARK: what changed

    static func apply(_ changes: SubjectJournal.Changes, to index: inout SearchIndex, _ connection: any Connection) throws {
        if !changes.renamed.isEmpty {
            let owners = try owners(connection)
            let before = index.ownership
            index.setOwners(owners)
            // A merger or its undoing concerns the one under which a subject was shown and the one under which it is.
            var concerned: Set<SubjectID> = []
            for number in changes.renamed {
                let subject = SubjectID(Int64(number))
                concerned.formUnion([subject, before[subject] ?? subject, owners[subject] ?? subject])
            }
            var members: [SubjectID: [SubjectID]] = [:]
            for (other, owner) in owners { members[owner, default: []].append(other) }
            concerned.formUnion(concerned.flatMap { members[$0] ?? [] })
            var names = Names(index.places, owners)
            for subject in concerned { names.changes.forget(subject) }
            try inPortions(concerned) { ids, places in
                try connection.query("\(columns) AND s.subject_id IN (\(places))", ids) { row in
                    names.add(row)
                    return true
                }
            }
            index.apply(names.finish())
        }
        add(changes.shown, to: &index)
        if changes.recounted.isEmpty { return }
        let recounted = Set(changes.recounted.map { SubjectID(Int64($0)) })
        var shown: [String: [(subject: SubjectID, until: Day)]] = [:]
        try inPortions(recounted) { ids, places in
            try connection.query("\(shownRecords) AND r.subject_id IN (\(places))", ids) { row in
                shown[row.text(1), default: []].append((SubjectID(row.integer(0)), day(row)))
                return true
            }
        }
        index.forgetRecords(of: recounted)
        add(shown, to: &index)
    }

    /// Asks for many subjects with few statements of one text.
    static func inPortions(_ subjects: some Collection<SubjectID>, _ body: ([SQLValue], String) throws -> Void) throws {
        let size = subjects.count > 20 ? 200 : 20
        let places = (1...size).map { "$\($0)" }.joined(separator: ", ")
        var rest = subjects.map(\.value).sorted()[...]
        while let last = rest.last {
            var portion = rest.prefix(size).map { SQLValue.integer($0) }
            rest = rest.dropFirst(size)
            while portion.count < size { portion.append(.integer(last)) }
            try body(portion, places)
        }
    }

    /// Who is shown under whom since officers merged them, through every step.
    static func owners(_ connection: any Connection) throws -> [SubjectID: SubjectID] {
        var direct: [SubjectID: SubjectID] = [:]
        try connection.query(
            "SELECT other_id, subject_id FROM identity_decision WHERE kind = 'same' AND undone_at IS NULL", []
        ) { row in
            direct[SubjectID(row.integer(0))] = SubjectID(row.integer(1))
            return true
        }
        return direct.mapValues { first in
            var owner = first
            // Mergers in a circle would be a fault elsewhere; they must not hang the search.
            for _ in direct { owner = direct[owner] ?? owner }
            return owner
        }
    }
}

/// Rows on their way into the index.
private struct Names {
    var changes: SearchIndex.Changes
    private let owners: [SubjectID: SubjectID]
    /// Names of merged subjects wait until the one under which they are shown has come.
    private var waiting: [(owner: SubjectID, key: String)] = []
    private var last: SubjectID?

    init(_ places: PlaceWords, _ owners: [SubjectID: SubjectID]) {
        changes = SearchIndex.Changes(places: places)
        self.owners = owners
    }

    mutating func add(_ row: any SQLRow) {
        let subject = SubjectID(row.integer(0))
        if let owner = owners[subject] {
            waiting.append((owner, row.text(5)))
            return
        }
        if last != subject {
            let status = row.optionalText(2)
            let code = row.text(1)
            changes.add(
                subject, isEnded: status.map { SearchLoading.ended.contains($0) } ?? false,
                isRegistered: row.integer(4) == 1, status: status, division: row.optionalText(3),
                form: code.utf8.count == 18 ? String(code.prefix(2)) : "",
                sector: row.optionalText(7))
            last = subject
        }
        changes.add(name: row.text(5), isCurrent: row.integer(6) == Int64(NameKind.current.rawValue), of: subject)
    }

    consuming func finish() -> SearchIndex.Changes {
        for (owner, key) in waiting { changes.add(name: key, isCurrent: false, of: owner) }
        return changes
    }
}
