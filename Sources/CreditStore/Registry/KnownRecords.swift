import CreditModel
import CreditRegistry

/// What one transaction knows of records, so that a row costs no question where it need not.
///
/// Nobody else writes meanwhile. What the transaction writes itself it notes here, or has what is noted read anew. A reference, since it
/// is asked for each row and holds a dozen others.
final class KnownRecords {
    private struct Key: Hashable {
        let subject: Int64
        let key: Digest128
    }
    private struct Found {
        let ordinal: Int32
        let revision: Int32
        let contentHash: Digest128?
    }
    private var records = NumberedTable<Key, Found>()
    /// Subjects whose records are all here.
    private var whole = SubjectSet()
    private var lastOrdinals = SubjectColumn<Int32>(none: -1)
    /// Items of which there was so little when the transaction began that every record is here; false where there was more.
    private var items: [String: Bool] = [:]
    private var ofItems = NumberedTable<Key, Found>()

    /// Some 70 bytes each.
    private let mostRecords: Int
    /// Four bytes each. A last ordinal that was dropped is asked for again.
    private static let mostOrdinals = 16_000_000
    /// Of so many records of one item all keys are read.
    let fewRecords: Int

    init(fewRecords: Int = 4096, mostRecords: Int = 1_000_000) { (self.fewRecords, self.mostRecords) = (fewRecords, mostRecords) }

    func isWhole(_ subject: SubjectID) -> Bool { whole.contains(subject.value) }

    func record(_ subject: SubjectID, _ key: Digest128) -> StoredRecord? {
        Self.stored(records[Key(subject: subject.value, key: key)])
    }

    /// From now on all records of the subject are kept here, none so far. Makes room, which may drop those of others.
    func begin(_ subject: SubjectID) {
        if records.count >= mostRecords {
            records.removeAll()
            whole.removeAll()
        }
        whole.insert(subject.value)
        raise(0, of: subject)
    }

    /// For subjects that were begun; others are read whole when they are asked for.
    func keep(_ record: StoredRecord, _ key: Digest128, of subject: SubjectID) {
        // Where the last ordinal is not known, one that is might not be the last.
        if lastOrdinals[subject.value] >= 0 { raise(record.ordinal, of: subject) }
        if whole.contains(subject.value) { records.set(Key(subject: subject.value, key: key), to: Self.found(record)) }
    }

    /// A row with ordinal, revision, content hash and key of a record.
    func keep(_ row: any SQLRow, of subject: SubjectID) throws {
        let (key, record) = try Self.read(row)
        keep(record, key, of: subject)
    }

    /// For what changes a record otherwise: it is asked for again. Its keys stay and are overwritten then.
    func drop(_ subject: SubjectID) { whole.remove(subject.value) }

    // MARK: ordinals

    /// The last ordinal of a subject, once it is known. No act gives one back.
    func lastOrdinal(_ subject: SubjectID) -> Int64? {
        let last = lastOrdinals[subject.value]
        return last < 0 ? nil : Int64(last)
    }

    func raise(_ ordinal: Int64, of subject: SubjectID) {
        let ordinal = Int32(clamping: ordinal)
        if lastOrdinals.room >= Self.mostOrdinals { lastOrdinals.removeAll() }
        if lastOrdinals[subject.value] < ordinal { lastOrdinals[subject.value] = ordinal }
    }

    // MARK: items

    /// Whether every record that the item had when the transaction began is here; nil where nobody has looked.
    func isSmall(_ item: String) -> Bool? { items[item] }

    /// Notes that an item has more records than are read at once.
    func noteLarge(_ item: String) { items[item] = false }

    /// - Parameter rows: all records of the item.
    func noteSmall(_ item: String, _ rows: [(subject: SubjectID, key: Digest128, record: StoredRecord)]) {
        items[item] = true
        for row in rows { ofItems.set(Key(subject: row.subject.value, key: row.key), to: Self.found(row.record)) }
    }

    func recordOfItem(_ subject: SubjectID, _ key: Digest128) -> StoredRecord? {
        Self.stored(ofItems[Key(subject: subject.value, key: key)])
    }

    /// Ordinal, revision, content hash and key, in this order.
    static func read(_ row: any SQLRow) throws -> (key: Digest128, record: StoredRecord) {
        guard let key = row.digest(3) else { throw RecordCoding.damaged }
        return (key, StoredRecord(ordinal: row.integer(0), revision: row.integer(1), contentHash: row.digest(2)))
    }

    private static func found(_ record: StoredRecord) -> Found {
        Found(
            ordinal: Int32(clamping: record.ordinal), revision: Int32(clamping: record.revision),
            contentHash: record.contentHash)
    }

    private static func stored(_ found: Found?) -> StoredRecord? {
        found.map {
            StoredRecord(ordinal: Int64($0.ordinal), revision: Int64($0.revision), contentHash: $0.contentHash)
        }
    }
}
