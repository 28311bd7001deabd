import CreditModel
import CreditRegistry

/// What one transaction knows of subjects already, so that a delivery with ten rows about one body asks the database once.
///
/// There is one writer at a time, so nobody else changes what is remembered here; the transaction itself keeps it in step with
/// everything it writes, and drops it where it writes past it.
struct SubjectMemory {
    private var identified: [Identifier: SubjectID] = [:]
    private var states: [SubjectID: SubjectState] = [:]
    private var lastOrdinals: [SubjectID: Int64] = [:]

    /// Bounds the memory of a delivery about a million bodies to some tens of megabytes.
    private static let most = 100_000

    mutating func clear() { self = SubjectMemory() }

    mutating func forget(_ subject: SubjectID) {
        states[subject] = nil
        lastOrdinals[subject] = nil
        identified.removeAll()
    }

    func subject(_ identifier: Identifier) -> SubjectID? { identified[identifier] }

    mutating func keep(_ identifier: Identifier, _ subject: SubjectID) {
        if identified.count >= Self.most { identified.removeAll(keepingCapacity: true) }
        identified[identifier] = subject
    }

    func state(_ subject: SubjectID) -> SubjectState? { states[subject] }

    mutating func keep(_ state: SubjectState, of subject: SubjectID) {
        if states.count >= Self.most { states.removeAll(keepingCapacity: true) }
        states[subject] = state
    }

    func lastOrdinal(_ subject: SubjectID) -> Int64? { lastOrdinals[subject] }

    mutating func keep(lastOrdinal: Int64, of subject: SubjectID) {
        if lastOrdinals.count >= Self.most { lastOrdinals.removeAll(keepingCapacity: true) }
        lastOrdinals[subject] = lastOrdinal
    }
}
