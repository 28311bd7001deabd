extension NameReader {
    /// Tells readers apart that would take a name to pieces otherwise: it covers the characters folded into one another, the
    /// words known, and the places with their numbers.
    var fingerprint: UInt64 {
        var hash = ScalarHash()
        func add(_ text: String) {
            for scalar in text.unicodeScalars { hash.add(scalar.value) }
            hash.add(.max)
        }
        for value in UInt32(0)..<0x10000 {
            if let scalar = Unicode.Scalar(value) { hash.add(folding.fold(scalar) ?? 0) }
        }
        for (written, meant) in folding.rare.sorted(by: { $0.key < $1.key }) {
            hash.add(written)
            hash.add(meant)
        }
        for (word, family) in NameWords.forms {
            add(word)
            hash.add(UInt32(family.rawValue))
        }
        for list in [NameWords.branches, NameWords.trades, NameWords.notes, NameWords.zones, NameWords.weak.sorted()] {
            for word in list { add(word) }
            hash.add(.max)
        }
        for (a, b) in NameWords.sameTrade { [a, b].forEach(add) }
        for (short, long) in NameWords.shortTrades { ([short] + long).forEach(add) }
        add(NameWords.ordinals)
        places.add(to: &hash)
        return hash.value
    }
}

extension Places {
    fileprivate func add(to hash: inout ScalarHash) {
        for place in places {
            hash.add(place.stem)
            for prefix in place.prefixes { hash.add(prefix) }
        }
        words.add(to: &hash)
        bareDistricts.add(to: &hash)
    }
}

extension WordTable {
    fileprivate func add(to hash: inout ScalarHash) {
        for key in words.keys {
            hash.add(UInt32(truncatingIfNeeded: key))
            hash.add(UInt32(truncatingIfNeeded: key >> 32))
        }
        for value in words.values { hash.add(value) }
        for entry in values {
            hash.add(UInt32(entry.length))
            hash.add(UInt32(entry.value))
        }
    }
}
