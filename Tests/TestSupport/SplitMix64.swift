/// Small seeded generator, so that every failing property can be repeated from the seed in its name.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(_ seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Seeds of the property tests. As arguments they stand in the name of each case.
public enum Seeds {
    public static let standard: [UInt64] = [1, 2, 3, 5, 8, 13, 21, 34]
}

extension RandomNumberGenerator {
    /// A string of `count` elements of an alphabet.
    public mutating func text(_ alphabet: some Collection<Character>, count: Int) -> String {
        String((0..<count).compactMap { _ in alphabet.randomElement(using: &self) })
    }
}
