import CreditModel

/// The records that a delivery has spoken of, with the line that did: 12 bytes a row, since a delivery may have ten million.
///
/// Keeps a fingerprint of 64 bits. Two records are taken for one only if their digests agree in it, for ten million rows once in
/// 400,000 such deliveries, and the caller asks whether the record is stored before it believes it.
struct SpokenRows {
    private var prints: [UInt64] = Array(repeating: 0, count: 1 << 10)
    private var lines: [UInt32] = Array(repeating: 0, count: 1 << 10)
    private var count = 0

    /// Notes that a line speaks of a record.
    /// - Returns: the line that did so before.
    mutating func add(_ subject: SubjectID, _ key: Digest128, line: Int) -> Int? {
        if count * 3 > prints.count * 2 { grow() }
        var print = key.low ^ (UInt64(bitPattern: subject.value) &* 0x9E37_79B9_7F4A_7C15)
        if print == 0 { print = 1 }
        let place = find(print)
        if prints[place] == print { return Int(lines[place]) }
        (prints[place], lines[place]) = (print, UInt32(truncatingIfNeeded: line))
        count += 1
        return nil
    }

    /// Where a fingerprint is, or the free place where it belongs. Digests are as good as random, so their bits are the hash.
    private func find(_ print: UInt64) -> Int {
        let mask = prints.count - 1
        var place = Int(truncatingIfNeeded: print >> 20) & mask
        while prints[place] != 0, prints[place] != print { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        let (oldPrints, oldLines) = (prints, lines)
        prints = Array(repeating: 0, count: oldPrints.count * 2)
        lines = Array(repeating: 0, count: oldPrints.count * 2)
        for index in oldPrints.indices where oldPrints[index] != 0 {
            let place = find(oldPrints[index])
            (prints[place], lines[place]) = (oldPrints[index], oldLines[index])
        }
    }
}
