import CreditModel
import CreditResolution
import Synchronization

/// The index of names as of some committed moment, shared by the whole process and brought up to date when it is asked for.
final class MatchCache: Sendable {
    /// An index with the last name that is in it.
    struct Names: Sendable {
        var index: MatchIndex
        var last: Int64 = 0

        init(_ reader: NameReader) { index = MatchIndex(reader: reader) }

        /// Adds the names that came since.
        mutating func refresh(_ connection: any Connection) throws {
            if last == 0 {
                try index.load { last = try MatchNames.load(into: &$0, after: 0, connection) }
            } else {
                last = try MatchNames.load(into: &index, after: last, connection)
            }
        }
    }

    private let shared = Mutex<Names?>(nil)

    /// Forgets everything, as after names were erased: an index only grows.
    func clear() { shared.withLock { $0 = nil } }

    /// - Parameter isCommitted: whether the connection sees committed rows only, so that what is added may be shared.
    ///   Readers wait for one another while it is brought up to date, so that a hundred requests at once build it once.
    func names(_ reader: NameReader, _ connection: any Connection, isCommitted: Bool) throws -> Names {
        try shared.withLock { kept in
            guard isCommitted else { return kept ?? Names(reader) }
            var names = kept ?? Names(reader)
            // Let go of while it grows, so that adding to it copies nothing.
            kept = nil
            defer { kept = names }
            try names.refresh(connection)
            return names
        }
    }
}
