import CreditModel
import CreditResolution
import Synchronization

/// The index of names as of some committed moment, shared by the whole process and brought up to date when it is asked for.
///
/// It starts from the snapshot where one fits, so that a delivery of a few rows does not wait for a million names to be read.
final class MatchCache: Sendable {
    /// An index with the last name that is in it.
    struct Names: Sendable {
        var index: MatchIndex
        var last: Int64 = 0
        /// The last row of `subject_change` whose subjects stand here under the number they have today.
        var change: Int64 = 0
        /// How many names there were when it was last kept as a file.
        var saved = 0
        /// How often names had been erased when this was begun.
        fileprivate var erasures = 0

        init(_ reader: NameReader) { index = MatchIndex(reader: reader) }

        /// Adds the names that came since, and the numbers of subjects that have another since.
        mutating func refresh(_ connection: any Connection) throws {
            let newest = try SubjectJournal.last(connection)
            if last == 0 {
                try index.load { last = try MatchNames.load(into: &$0, after: 0, connection) }
            } else {
                last = try MatchNames.load(into: &index, after: last, connection)
                if change < newest {
                    let renamed = try SubjectJournal.Changes.after(change, connection)?.renamed
                    try MatchNames.loadCodes(of: renamed.map { $0.map { SubjectID(Int64($0)) } }, into: &index, connection)
                }
            }
            change = newest
        }
    }

    private struct Shared {
        var names: Names?
        var erasures = 0
    }
    private let shared = Mutex(Shared())
    private let snapshot: MatchSnapshot?

    /// Below this a rebuild is quicker than it is worth keeping a file.
    private static let worthKeeping = 5000

    init(snapshot: MatchSnapshot? = nil) { self.snapshot = snapshot }

    /// Forgets everything, the file included, as after names were erased: an index only grows.
    func clear() {
        shared.withLock {
            $0.names = nil
            $0.erasures += 1
            snapshot?.remove()
        }
    }

    /// Lets go of the names, until somebody asks: they come back from the file or the table.
    func letGo() { shared.withLock { $0.names = nil } }

    /// Names that are committed and complete. Readers wait for one another while they are brought up to date, so that a hundred
    /// requests at once build them once.
    func names(_ reader: NameReader, _ connection: any Connection) throws -> Names {
        try shared.withLock { kept in
            var names = try kept.names ?? fromSnapshot(reader, connection) ?? Names(reader)
            // Let go of while it grows, so that adding to it copies nothing.
            kept.names = nil
            defer { kept.names = names }
            try names.refresh(connection)
            try save(&names, connection)
            return names
        }
    }

    /// What a transaction begins with: committed names, not necessarily all. They are the transaction's alone from then on, so that
    /// adding to them copies nothing: a million names are not held twice. Whoever asks meanwhile, or after the transaction was
    /// undone, has them from the file or the table.
    func take(_ reader: NameReader, _ connection: any Connection) throws -> Names {
        try shared.withLock { kept in
            var names = try kept.names ?? fromSnapshot(reader, connection) ?? Names(reader)
            kept.names = nil
            names.erasures = kept.erasures
            return names
        }
    }

    /// Shares what a transaction gathered, once it is committed. Names that were erased meanwhile are not brought back.
    func adopt(_ names: Names?, _ connection: any Connection) throws {
        guard var names else { return }
        try shared.withLock { kept in
            if names.erasures < kept.erasures { return }
            if let other = kept.names, other.last > names.last { return }
            try save(&names, connection)
            kept.names = names
        }
    }

    // MARK: the file

    private func save(_ names: inout Names, _ connection: any Connection) throws {
        let count = names.index.nameCount
        guard let snapshot, count >= Self.worthKeeping, count - names.saved > max(1000, names.saved / 50) else { return }
        let total = try Self.count(upTo: names.last, connection)
        let stamp = "\(names.last)\n\(names.change)\n\(total)\n\(try StoreStamp.now(connection))"
        if snapshot.save(names.index, stamp: stamp) { names.saved = count }
    }

    private func fromSnapshot(_ reader: NameReader, _ connection: any Connection) throws -> Names? {
        guard let (index, stamp) = snapshot?.load(reader) else { return nil }
        let parts = stamp.split(separator: "\n", maxSplits: 3)
        guard parts.count == 4, let last = Int64(parts[0]), let change = Int64(parts[1]), let count = Int64(parts[2]),
            try StoreStamp.isPast(String(parts[3]), connection), try Self.count(upTo: last, connection) == count
        else { return nil }
        var names = Names(reader)
        (names.index, names.last, names.change, names.saved) = (index, last, change, index.nameCount)
        return names
    }

    /// An index that holds an erased name must not be taken, and only the count tells.
    private static func count(upTo last: Int64, _ connection: any Connection) throws -> Int64 {
        try connection.first("SELECT count(*) FROM subject_name WHERE name_id <= $1", [.integer(last)]) { $0.integer(0) } ?? 0
    }
}
