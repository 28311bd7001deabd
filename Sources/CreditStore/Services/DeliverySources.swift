import Synchronization

/// Which feed and department a delivery came from, by its number: never changed once it is stored, so what was read holds for ever, and
/// a city has some thousands of deliveries and millions of records that name them.
final class DeliverySources: Sendable {
    struct Source: Sendable {
        let feed: String
        let department: String?
    }
    private let known = Mutex<[Int64: Source]>([:])
    private static let most = 65_536

    /// The sources of these deliveries, those aside that are not there.
    func sources(of numbers: some Sequence<Int64>, _ connection: any Connection) throws -> [Int64: Source] {
        let known = known.withLock { $0 }
        var missing = Set<Int64>()
        for number in numbers where known[number] == nil { missing.insert(number) }
        guard !missing.isEmpty else { return known }
        var all = known
        for number in missing {
            all[number] = try connection.first(
                "SELECT feed, department FROM batch WHERE batch_number = $1", [.integer(number)]
            ) { Source(feed: $0.text(0), department: $0.optionalText(1)) }
        }
        let found = missing.compactMap { number in all[number].map { (number, $0) } }
        self.known.withLock { known in
            if known.count + found.count > Self.most { known = [:] }
            for (number, source) in found { known[number] = source }
        }
        return all
    }
}
