import CreditCatalogue

/// Names of divisions as they begin Chinese organisations' names, with and without their 省, 市, 县, 区.
struct Places: Sendable {
    /// A place that a name mentions: one word, and the divisions that bear or bore it.
    struct Place: Sendable {
        /// Code prefixes: two digits a province, four a city, six a county. 0 for a zone without a code.
        let prefixes: [UInt32]
        /// The word without its kind (宁波 of 宁波市), by which 章丘市 of old and 章丘区 of today are one.
        let stem: UInt32
    }

    private(set) var places: [Place] = []
    private var byWord: [UInt64: UInt32] = [:]
    private var stems: [UInt64: UInt32] = [:]
    let longest: Int

    init(_ divisions: Divisions, folding: CharacterFolding) {
        var longest = 0
        var words: [[UInt32]: (stem: [UInt32], prefixes: Set<UInt32>)] = [:]
        func add(_ word: String, stem: String, _ prefix: UInt32) {
            let scalars = folding.scalars(word)
            guard scalars.count >= 2 else { return }
            longest = max(longest, scalars.count)
            words[scalars, default: (folding.scalars(stem), [])].prefixes.insert(prefix)
        }
        for (name, codes) in divisions.names {
            for code in codes {
                guard let number = UInt32(code), name != "市辖区", name != "县" else { continue }
                let prefix =
                    number % 10000 == 0 ? number / 10000 : number % 100 == 0 ? number / 100 : number
                let stem = Self.stem(name)
                add(name, stem: stem, prefix)
                // A bare word such as 平安 is a place only where it is not a district's: those are too often plain words.
                if stem != name, prefix < 10000 || !name.hasSuffix("区") { add(stem, stem: stem, prefix) }
            }
        }
        for zone in NameWords.zones { add(zone, stem: zone, 0) }
        self.longest = longest
        for (word, entry) in words {
            let key = Self.hash(entry.stem[...])
            let stem = stems[key] ?? UInt32(stems.count)
            stems[key] = stem
            byWord[Self.hash(word[...])] = UInt32(places.count)
            places.append(Place(prefixes: entry.prefixes.sorted(), stem: stem))
        }
    }

    /// The longest place at the beginning of a text, with its length.
    func place(at text: ArraySlice<UInt32>) -> (index: UInt32, length: Int)? {
        guard text.count >= 2 else { return nil }
        var length = min(longest, text.count)
        while length >= 2 {
            if let index = byWord[Self.hash(text.prefix(length))] { return (index, length) }
            length -= 1
        }
        return nil
    }

    enum Relation: UInt8, Sendable {
        /// The same word for the same place.
        case same
        /// One lies in the other: 山东 and 济南.
        case within
        /// Known to be two places.
        case apart
        /// One of the names, or both, say nothing.
        case unsaid
    }

    /// How the places of two names stand to each other. Each list is in the order of the name; the last is the narrowest.
    func relation(_ left: ArraySlice<UInt32>, _ right: ArraySlice<UInt32>) -> Relation {
        let left = left.filter { !isZone($0) }, right = right.filter { !isZone($0) }
        guard let narrowLeft = left.last, let narrowRight = right.last else {
            return left.isEmpty && right.isEmpty ? .same : .unsaid
        }
        if places[Int(narrowLeft)].stem == places[Int(narrowRight)].stem, related(left, right) { return .same }
        let isWithin =
            left.contains { touches($0, narrowRight) } || right.contains { touches($0, narrowLeft) }
        return isWithin ? .within : .apart
    }

    /// Same word, but 鼓楼区 of Nanjing is not that of Fuzhou: wider places that are both said must not contradict.
    private func related(_ left: [UInt32], _ right: [UInt32]) -> Bool {
        guard left.count > 1, right.count > 1 else { return true }
        return left.dropLast().contains { wide in right.dropLast().contains { touches(wide, $0) } }
    }

    private func touches(_ left: UInt32, _ right: UInt32) -> Bool {
        if places[Int(left)].stem == places[Int(right)].stem { return true }
        return places[Int(left)].prefixes.contains { a in
            places[Int(right)].prefixes.contains { b in Self.contains(a, b) || Self.contains(b, a) }
        }
    }

    func isZone(_ index: UInt32) -> Bool { places[Int(index)].prefixes == [0] }

    private static func contains(_ wide: UInt32, _ narrow: UInt32) -> Bool {
        var narrow = narrow
        while narrow > wide { narrow /= 100 }
        return narrow == wide && wide != 0
    }

    private static let kinds = [
        "维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "省", "市", "县", "区", "盟",
        "旗", "州",
    ]

    static func stem(_ name: String) -> String {
        for kind in kinds where name.hasSuffix(kind) && name.count - kind.count >= 2 {
            return String(name.dropLast(kind.count))
        }
        return name
    }

    /// FNV-1a over scalars: the tables hold some 15,000 words, and 64 bits keep them apart.
    static func hash(_ text: ArraySlice<UInt32>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for scalar in text { hash = (hash ^ UInt64(scalar)) &* 0x100_0000_01b3 }
        return hash
    }
}
