import CreditModel
import CreditRegistry
import CreditResolution

/// The subjects that the numbers of many questions belong to, with their names, asked for in bulk.
///
/// Whom a number belongs to is settled by that subject's own names, so such a question needs no index of every name of the city.
/// Questions that no number settles are left open.
struct KnownNumbers: Sendable {
    private let subjects: [Identifier: SubjectID]
    private let index: MatchIndex

    init(_ queries: [MatchQuery], _ reader: NameReader, _ connection: any Connection) throws {
        var wanted: Set<Identifier> = []
        for query in queries {
            wanted.formUnion(query.identifiers)
            guard let written = query.faultyCode, written.utf8.count <= 20 else { continue }
            wanted.formUnion(CodeRepair.unifiedCodes(near: written).map { Identifier(.unifiedCode, $0) })
        }
        var subjects: [Identifier: SubjectID] = [:]
        for some in Array(Set(wanted.map(\.value))).filter({ !$0.utf8.contains(0) }).chunks(of: Store.bulk) {
            try connection.query(
                "SELECT value, scheme, subject_id FROM identifier WHERE value IN (\(RecordMapping.places(some.count)))",
                some.map { .text($0) }
            ) { row in
                guard let scheme = IdentifierScheme(rawValue: row.text(1)) else { return true }
                let identifier = Identifier(scheme, row.text(0))
                if wanted.contains(identifier) { subjects[identifier] = SubjectID(row.integer(2)) }
                return true
            }
        }
        var index = MatchIndex(reader: reader)
        try index.load { index in
            for some in Array(Set(subjects.values)).chunks(of: Store.bulk) {
                try connection.query(
                    """
                    SELECT n.subject_id, n.name, n.kind FROM subject_name n JOIN subject s ON s.subject_id = n.subject_id
                    WHERE n.subject_id IN (\(RecordMapping.places(some.count))) AND s.kind = 'organisation'
                    """, some.map { .integer($0.value) }
                ) { row in
                    index.add(
                        name: row.text(1), kind: NameKind(rawValue: Int(row.integer(2))) ?? .delivered,
                        of: SubjectID(row.integer(0)))
                    return true
                }
            }
        }
        (self.subjects, self.index) = (subjects, index)
    }

    /// - Returns: for each question its answer, the same that every name of the city would give; nil where it takes the names.
    func answers(_ queries: ArraySlice<MatchQuery>, _ rules: MatchRules) throws -> [MatchAnswer?] {
        let matcher = Matcher(index, rules: rules, particulars: nil) { subjects[$0] }
        return try queries.map { query in
            let mayKnow =
                query.identifiers.contains { subjects[$0] != nil } || query.faultyCode != nil || query.name == nil
            guard mayKnow else { return nil }
            let answer = try matcher.match(query)
            switch answer.reason {
            case .number, .numberButOtherName, .numbersDisagree, .numberRepaired, .legacyNumberAndName: return answer
            default: return query.name == nil ? answer : nil
            }
        }
    }
}
