/// What of a name is looked up to find others like it: pairs of neighbouring characters of its own word and trade, its place
/// with the character behind it, and its own word with one character left out.
struct NameFeatures {
    /// Hashes, each once: the pairs of the distinctive word, other pairs, then the words with one character left out.
    private(set) var hashes: [UInt64] = []
    private(set) var ownCount = 0
    private(set) var pairCount = 0

    init(_ parts: NameParts, _ places: Places) {
        hashes.reserveCapacity(24)
        pairs(of: parts.distinctive)
        ownCount = hashes.count
        let core = parts.words[parts.words.startIndex + Int(parts.shape.placeEnd)..<parts.words.startIndex + Int(parts.shape.tradeEnd)]
        pairs(of: core)
        if core.count < 2 { pairs(of: parts.text) }
        pairs(of: parts.branch)
        if let first = core.first {
            add(1, places.narrowestStem(parts.places) ?? .max, first)
        }
        if hashes.isEmpty, let only = parts.text.first { add(3, only, 0) }
        pairCount = hashes.count
        slips(parts)
    }

    private mutating func pairs(of text: ArraySlice<UInt32>) {
        guard var before = text.first else { return }
        for scalar in text.dropFirst() {
            add(2, before, scalar)
            before = scalar
        }
    }

    /// Two words that differ by one character have one of these in common, with the trade that goes with them.
    private mutating func slips(_ parts: NameParts) {
        let word = parts.distinctive
        guard (1...6).contains(word.count) else { return }
        var trade: UInt32 = 0
        for number in parts.tradeWords { trade = trade &* 31 &+ number &+ 1 }
        for left in word.indices where word.count > 1 {
            var hash = ScalarHash()
            for index in word.indices where index != left { hash.add(word[index]) }
            add(hash.value, trade)
        }
        add(ScalarHash(word).value, trade)
    }

    private mutating func add(_ kind: UInt32, _ first: UInt32, _ second: UInt32) {
        append(UInt64(kind) << 60 ^ UInt64(first) << 21 ^ UInt64(second))
    }

    private mutating func add(_ word: UInt64, _ trade: UInt32) {
        append(word ^ UInt64(trade) &* 0xD6E8_FEB8_6659_FD93)
    }

    private mutating func append(_ hash: UInt64) {
        if !hashes.contains(hash) { hashes.append(hash) }
    }
}

/// Which names have a feature. Features share about two million drawers: one that is shared by chance brings a candidate more,
/// never one less.
struct Postings: Sendable {
    /// What was settled lies in two flat arrays, by drawer; what came later in `pending`.
    var starts: [UInt32] = []
    var names: [UInt32] = []
    /// Drawer and name of everything added since, in order; what `settle` sorts.
    private var pending: [UInt64] = []
    /// For each drawer how many those are and the last of them, counted from 1; for each of them the one before it in its drawer, 0 at
    /// the end. Empty while nothing was added that is to be found.
    private var lasts: [(count: UInt32, last: UInt32)] = []
    private var before: [UInt32] = []

    private static let drawerBits: UInt64 = 21
    private static var drawers: Int { 1 << Int(drawerBits) }

    @inline(__always)
    static func drawer(_ hash: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: ((hash ^ (hash >> 32)) &* 0x9E37_79B9_7F4A_7C15) >> (64 - drawerBits))
    }

    /// While many are loaded nothing is looked up, so what is added need not be findable before `settle`.
    var isLoading = false

    mutating func add(_ features: NameFeatures, of name: UInt32) {
        for hash in features.hashes {
            let drawer = Self.drawer(hash)
            pending.append(UInt64(drawer) << 32 | UInt64(name))
            if isLoading { continue }
            if lasts.isEmpty { lasts = Array(repeating: (0, 0), count: Self.drawers) }
            let (count, last) = lasts[Int(drawer)]
            before.append(last)
            lasts[Int(drawer)] = (count + 1, UInt32(pending.count))
        }
        // Sorting moves everything, so the more there is, the longer it is put off; never so long that what waits takes as much
        // memory as what is sorted.
        if pending.count > (isLoading ? max(1 << 20, names.count / 2) : max(200_000, names.count / 8)) { settle() }
    }

    /// What was added to a drawer since, the latest first.
    private func forEachRecent(_ drawer: UInt32, _ body: (UInt32) -> Void) {
        guard !lasts.isEmpty else { return }
        var place = lasts[Int(drawer)].last
        while place != 0 {
            body(UInt32(truncatingIfNeeded: pending[Int(place) - 1]))
            place = before[Int(place) - 1]
        }
    }

    /// Sorts everything into the flat arrays.
    mutating func settle() {
        guard !pending.isEmpty else { return }
        var counts = [UInt32](repeating: 0, count: Self.drawers + 1)
        for drawer in 0..<max(0, starts.count - 1) { counts[drawer + 1] += starts[drawer + 1] - starts[drawer] }
        for entry in pending { counts[Int(entry >> 32) + 1] += 1 }
        for drawer in 0..<Self.drawers { counts[drawer + 1] += counts[drawer] }
        var next = counts
        var all = [UInt32](repeating: 0, count: names.count + pending.count)
        for drawer in 0..<max(0, starts.count - 1) {
            for place in starts[drawer]..<starts[drawer + 1] {
                all[Int(next[drawer])] = names[Int(place)]
                next[drawer] += 1
            }
        }
        for entry in pending {
            let drawer = Int(entry >> 32)
            all[Int(next[drawer])] = UInt32(truncatingIfNeeded: entry)
            next[drawer] += 1
        }
        (starts, names) = (counts, all)
        (pending, lasts, before) = ([], [], [])
    }

    /// How many names lie in a drawer.
    @inline(__always)
    func count(_ drawer: UInt32) -> Int {
        let old = starts.isEmpty ? 0 : Int(starts[Int(drawer) + 1] - starts[Int(drawer)])
        return lasts.isEmpty ? old : old + Int(lasts[Int(drawer)].count)
    }

    /// Adds a weight to every name in a drawer, and notes the names that had none.
    func add(_ weight: Float, to scores: inout [Float], of drawer: UInt32, _ touched: inout [UInt32]) {
        if !starts.isEmpty {
            for place in Int(starts[Int(drawer)])..<Int(starts[Int(drawer) + 1]) {
                let name = names[place]
                if scores[Int(name)] == 0 { touched.append(name) }
                scores[Int(name)] += weight
            }
        }
        forEachRecent(drawer) { name in
            if scores[Int(name)] == 0 { touched.append(name) }
            scores[Int(name)] += weight
        }
    }
}
