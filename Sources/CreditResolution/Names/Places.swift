import CreditCatalogue

/// Names of divisions as they begin Chinese organisations' names, with and without their 省, 市, 县, 区.
struct Places: Sendable {
    /// A place that a name mentions: one word, and the divisions that bear or bore it.
    struct Place: Sendable {
        /// Code prefixes: two digits a province, four a city, six a county. 0 for a zone without a code.
        let prefixes: [UInt32]
        /// The word without its kind (宁波 of 宁波市), by which 章丘市 of old and 章丘区 of today are one.
        let stem: UInt32
        var isZone: Bool { prefixes.first == 0 }
    }

    let places: [Place]
    let words: WordTable
    /// Districts without their 区. Too many are plain words (平安, 新华), so they count only behind the city they lie in.
    let bareDistricts: WordTable

    init(_ divisions: Divisions, folding: CharacterFolding) { self.init(names: Array(divisions.names), folding: folding) }

    /// - Parameter names: with the codes that bear or bore each, in whatever order.
    init(names: [(key: String, value: [String])], folding: CharacterFolding) {
        var words: [[UInt32]: (stem: [UInt32], prefixes: Set<UInt32>)] = [:]
        var districts: [[UInt32]: [UInt32]] = [:]
        func add(_ word: String, stem: String, _ prefix: UInt32) {
            let scalars = folding.scalars(word)
            guard scalars.count >= 2 else { return }
            words[scalars, default: (folding.scalars(stem), [])].prefixes.insert(prefix)
        }
        for (name, codes) in names {
            for code in codes {
                guard let number = UInt32(code), name != "市辖区", name != "县" else { continue }
                let prefix =
                    number % 10000 == 0 ? number / 10000 : number % 100 == 0 ? number / 100 : number
                let stem = Self.stem(name)
                add(name, stem: stem, prefix)
                if stem != name, prefix < 10000 || !name.hasSuffix("区") { add(stem, stem: stem, prefix) }
                // 朝阳地区 is no district: without its 地区 it would be taken for 朝阳区, or that for it.
                if prefix >= 10000, name == stem + "区" { districts[folding.scalars(stem)] = folding.scalars(name) }
            }
        }
        for zone in NameWords.zones { add(zone, stem: zone, 0) }
        var stems: [[UInt32]: UInt32] = [:]
        var places: [Place] = []
        // In a fixed order, so that a place has the same number in every run.
        let sorted = words.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (_, entry) in sorted {
            let stem = stems[entry.stem] ?? UInt32(stems.count)
            stems[entry.stem] = stem
            places.append(Place(prefixes: entry.prefixes.sorted(), stem: stem))
        }
        self.places = places
        let numbers = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($0.element.key, UInt16($0.offset)) })
        bareDistricts = WordTable(
            districts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.compactMap { stem, name in
                numbers[name].map { (stem, $0) }
            })
        self.words = WordTable(sorted.enumerated().map { ($0.element.key, UInt16($0.offset)) })
    }

    /// The longest place at the beginning of a text, with its length.
    @inline(__always)
    func place(at text: ArraySlice<UInt32>) -> (index: UInt32, length: Int)? {
        words.longestPrefix(of: text).map { (UInt32($0.value), $0.length) }
    }

    /// The same, behind other places: only what lies in the one before it, since most names' own words sound like some place
    /// far away (同心, 永昌). A district may then stand there without its 区.
    func place(at text: ArraySlice<UInt32>, in wider: ArraySlice<UInt32>) -> (index: UInt32, length: Int)? {
        guard let last = wider.last(where: { !isZone($0) }) else { return place(at: text) }
        let whole = place(at: text).flatMap { isZone($0.index) || lies($0.index, in: last) ? $0 : nil }
        guard let bare = bareDistricts.longestPrefix(of: text), bare.length > whole?.length ?? 0,
            lies(UInt32(bare.value), in: last)
        else { return whole }
        return (UInt32(bare.value), bare.length)
    }

    private func lies(_ narrow: UInt32, in wide: UInt32) -> Bool {
        places[Int(wide)].prefixes.contains { wide in places[Int(narrow)].prefixes.contains { Self.contains(wide, $0) } }
    }

    /// The narrowest place of a list that is not a zone, by its stem; so that 宁波 and 宁波市 are one.
    func narrowestStem(_ list: ArraySlice<UInt32>) -> UInt32? {
        list.last { !isZone($0) }.map { places[Int($0)].stem }
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
        guard let narrowLeft = left.lastIndex(where: { !isZone($0) }), let narrowRight = right.lastIndex(where: { !isZone($0) })
        else {
            return left.allSatisfy(isZone) && right.allSatisfy(isZone) ? .same : .unsaid
        }
        if places[Int(left[narrowLeft])].stem == places[Int(right[narrowRight])].stem,
            related(left[..<narrowLeft], right[..<narrowRight])
        {
            return .same
        }
        let (narrow, other) = (left[narrowLeft], right[narrowRight])
        let isWithin =
            touches(narrow, other) || left.contains { !isZone($0) && hasStem(of: other, $0) }
            || right.contains { !isZone($0) && hasStem(of: narrow, $0) }
        return isWithin ? .within : .apart
    }

    private func hasStem(of left: UInt32, _ right: UInt32) -> Bool {
        places[Int(left)].stem == places[Int(right)].stem
    }

    /// Same word, but 鼓楼区 of Nanjing is not that of Fuzhou: wider places that are both said must not contradict.
    private func related(_ wideLeft: ArraySlice<UInt32>, _ wideRight: ArraySlice<UInt32>) -> Bool {
        guard wideLeft.contains(where: { !isZone($0) }), wideRight.contains(where: { !isZone($0) }) else { return true }
        return wideLeft.contains { wide in !isZone(wide) && wideRight.contains { !isZone($0) && touches(wide, $0) } }
    }

    /// Whether both name the same zones, in the same order.
    func sameZones(_ left: ArraySlice<UInt32>, _ right: ArraySlice<UInt32>) -> Bool {
        left.lazy.filter(isZone).elementsEqual(right.lazy.filter(isZone))
    }

    private func touches(_ left: UInt32, _ right: UInt32) -> Bool {
        if places[Int(left)].stem == places[Int(right)].stem { return true }
        return places[Int(left)].prefixes.contains { a in
            places[Int(right)].prefixes.contains { b in Self.contains(a, b) || Self.contains(b, a) }
        }
    }

    func isZone(_ index: UInt32) -> Bool { places[Int(index)].isZone }

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
}
