import CreditModel
import Synchronization

/// Fields of an item as JSON names them, and where their values lie in records that were packed alike: looked for once for all
/// records of a packing, not by name in every one.
final class FieldKeys: Sendable {
    private let fields: [String]
    /// The quoted names with their colons in one block, and where each lies in it.
    let block: [UInt8]
    let places: [Range<Int>]
    /// An item has as many packings as it had sets of fields: a few.
    private let known = Mutex<[(names: RecordValues.Names, positions: [Int])]>([])
    private static let most = 8

    init(_ fields: [String]) {
        self.fields = fields
        (block, places) = JSONWriter.written(fields)
    }

    /// The position of each field among the names of a record's values; -1 where they lack it.
    func positions(in names: RecordValues.Names) -> [Int] {
        known.withLock { known in
            for (other, positions) in known where other === names { return positions }
            let positions = fields.map { names.positions[$0] ?? -1 }
            if known.count == Self.most { known.removeFirst() }
            known.append((names, positions))
            return positions
        }
    }
}
