/// Visits 0 ..< count in a scattered order, each number once, without remembering anything.
struct Permutation: Sendable {
    let count: Int
    private let step: Int
    private let offset: Int

    init(count: Int, seed: UInt64) {
        self.count = max(count, 1)
        // Near the golden section neighbours end up far apart; the seed moves the step a little.
        var step = Int(Double(self.count) * 0.618_033_988_749) + Int(SplitMix64.mix(seed) % 17)
        while Self.divisor(max(step, 1), self.count) != 1 { step += 1 }
        self.step = max(step, 1) % self.count
        offset = Int(SplitMix64.mix(seed ^ 0x5EED) % UInt64(self.count))
    }

    subscript(position: Int) -> Int { (position &* step &+ offset) % count }

    private static func divisor(_ a: Int, _ b: Int) -> Int {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
