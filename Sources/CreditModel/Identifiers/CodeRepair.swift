/// Proposes what a mistyped code may have been: one slip, such as O for 0, two neighbours swapped, the check
/// character lost. A proposal is shown to the sender and never applied by itself.
public enum CodeRepair {
    /// At most three unified codes that are one slip away from `written` and pass both checks, likeliest first.
    public static func unifiedCodes(near written: String) -> [String] {
        let bytes = Array(written.utf8)
        guard (17...19).contains(bytes.count) else { return [] }
        func valid(_ candidates: [[UInt8]]) -> [String] {
            var found: [String] = []
            for candidate in candidates where (try? UnifiedCode.check(candidate)) != nil {
                let text = String(decoding: candidate, as: UTF8.self)
                if !found.contains(text) { found.append(text) }
            }
            return found
        }
        var likely: [[UInt8]] = []
        switch bytes.count {
        case 17:
            if let check = UnifiedCode.checkCharacter(of: bytes) { likely.append(bytes + [check]) }
        case 18:
            likely = lookAlikes(of: bytes) + swaps(of: bytes)
            if let check = UnifiedCode.checkCharacter(of: bytes.dropLast()) {
                likely.append(bytes.dropLast() + [check])
            }
        default:
            likely = deletions(of: bytes)
        }
        let first = valid(likely)
        if !first.isEmpty { return Array(first.prefix(3)) }
        // Nothing likely fits: any one character replaced or left out. Only worth showing when few remain.
        let rest = valid(
            bytes.count == 18 ? substitutions(of: bytes) : bytes.count == 17 ? insertions(into: bytes) : [])
        return rest.count <= 3 ? rest : []
    }

    /// Characters that hands and scanners take for each other, written → meant.
    private static let confusable: [(UInt8, [UInt8])] = [
        ("O", "0Q"), ("I", "1L"), ("Z", "2"), ("S", "5"), ("V", "UY"), ("0", "DQ"), ("D", "0"), ("1", "7L"),
        ("7", "1"), ("8", "B3"), ("B", "8"), ("5", "6"), ("6", "5G"), ("G", "6"), ("2", "7"), ("3", "8"), ("L", "1"),
        ("Q", "0"), ("U", "W"), ("W", "U"), ("M", "N"), ("N", "M"),
    ].map { (pair: (String, String)) in (pair.0.utf8.first ?? 0, Array(pair.1.utf8)) }

    private static func lookAlikes(of bytes: [UInt8]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        // Letters the alphabet lacks are certainly wrong, so replace all of them at once first (O…O in a whole column).
        var all = bytes
        for index in bytes.indices where UnifiedCodeAlphabet.value(bytes[index]) == nil {
            if let meant = confusable.first(where: { $0.0 == bytes[index] })?.1.first { all[index] = meant }
        }
        if all != bytes { result.append(all) }
        for index in bytes.indices {
            for meant in confusable.first(where: { $0.0 == bytes[index] })?.1 ?? [] {
                var candidate = bytes
                candidate[index] = meant
                result.append(candidate)
            }
        }
        return result
    }

    private static func swaps(of bytes: [UInt8]) -> [[UInt8]] {
        (0..<bytes.count - 1).compactMap { index in
            guard bytes[index] != bytes[index + 1] else { return nil }
            var candidate = bytes
            candidate.swapAt(index, index + 1)
            return candidate
        }
    }

    private static func substitutions(of bytes: [UInt8]) -> [[UInt8]] {
        bytes.indices.flatMap { index in
            UnifiedCodeAlphabet.characters.map { character in
                var candidate = bytes
                candidate[index] = character
                return candidate
            }
        }
    }

    private static func insertions(into bytes: [UInt8]) -> [[UInt8]] {
        (0...bytes.count).flatMap { index in
            UnifiedCodeAlphabet.characters.map { character in
                var candidate = bytes
                candidate.insert(character, at: index)
                return candidate
            }
        }
    }

    private static func deletions(of bytes: [UInt8]) -> [[UInt8]] {
        bytes.indices.map { index in
            var candidate = bytes
            candidate.remove(at: index)
            return candidate
        }
    }
}
