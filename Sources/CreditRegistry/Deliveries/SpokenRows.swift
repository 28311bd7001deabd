import CreditModel

/// The records that a delivery has spoken of, with the line that did: some 15 bytes a row, since a delivery may have ten million.
///
/// Keeps a fingerprint of 56 bits. Two records are taken for one only if their digests agree in it, for ten million rows once in
/// 1,400 such deliveries, and the caller asks whether the record is stored before it believes it.
struct SpokenRows {
    /// By the first byte of the fingerprint, so that not all rows are moved at once when there are more.
    private var shares: [Share] = Array(repeating: Share(), count: 256)

    /// Notes that a line speaks of a record.
    /// - Returns: the line that did so before.
    mutating func add(_ subject: SubjectID, _ key: Digest128, line: Int) -> Int? {
        let hash = key.low ^ (UInt64(bitPattern: subject.value) &* 0x9E37_79B9_7F4A_7C15)
        return shares[Int(hash >> 56)].add(hash & 0xFFFF_FFFF_FFFF, UInt32(truncatingIfNeeded: line)).map { Int($0) }
    }

    /// Open addressing over 48 bits of a fingerprint, at most three quarters full. Digests are as good as random, so their bits are
    /// the hash.
    private struct Share {
        private var prints: [UInt32] = []
        private var moreOfPrints: [UInt16] = []
        private var lines: [UInt32] = []
        private var count = 0

        mutating func add(_ print: UInt64, _ line: UInt32) -> UInt32? {
            if count * 4 >= prints.count * 3 { grow() }
            let print = max(print, 1)
            let place = find(print)
            if isUsed(place) { return lines[place] }
            set(place, print, line)
            count += 1
            return nil
        }

        private func isUsed(_ place: Int) -> Bool { prints[place] != 0 || moreOfPrints[place] != 0 }
        private func print(at place: Int) -> UInt64 { UInt64(moreOfPrints[place]) << 32 | UInt64(prints[place]) }

        private mutating func set(_ place: Int, _ print: UInt64, _ line: UInt32) {
            prints[place] = UInt32(truncatingIfNeeded: print)
            moreOfPrints[place] = UInt16(truncatingIfNeeded: print >> 32)
            lines[place] = line
        }

        /// Where a fingerprint is, or the free place where it belongs.
        private func find(_ print: UInt64) -> Int {
            // By the upper 32 of the 48 bits, so that the product has room however large a share grows.
            var place = Int(((print >> 16) * UInt64(prints.count)) >> 32)
            while isUsed(place), self.print(at: place) != print { place = place + 1 == prints.count ? 0 : place + 1 }
            return place
        }

        private mutating func grow() {
            let old = self
            let size = max(16, prints.count + prints.count / 4)
            prints = Array(repeating: 0, count: size)
            moreOfPrints = Array(repeating: 0, count: size)
            lines = Array(repeating: 0, count: size)
            for place in old.prints.indices where old.isUsed(place) {
                let print = old.print(at: place)
                set(find(print), print, old.lines[place])
            }
        }
    }
}
