import CreditCatalogue
import CreditModel

/// The places at the beginning of names, so that who types the distinctive word of a name finds it among the first.
public struct PlaceWords: Sendable {
    private var words: Set<[UInt16]> = []
    private var longest = 0
    private static let suffixes: Set<UInt16> = Set("省市区县".utf16)

    /// Knows no place by name; 省, 市, 区 and 县 are recognised by themselves.
    public init() {}

    /// Knows the divisions of the catalogue with and without their last character.
    public init(_ divisions: Divisions) {
        for name in divisions.names.keys {
            var word = Array(OrganisationName.key(name).utf16)
            guard word.count >= 2, name != "市辖区" else { continue }
            words.insert(word)
            longest = max(longest, word.count)
            if word.count > 2, let last = word.last, Self.suffixes.contains(last) {
                word.removeLast()
                words.insert(word)
            }
        }
    }

    /// Tells sets of places apart: an index built with other places orders otherwise.
    var fingerprint: UInt64 {
        words.reduce(UInt64(words.count)) { sum, word in sum &+ (ScalarSum(word).value | 1) }
    }

    /// Where a folded name goes on behind its places; 0 where it begins with none.
    func wordStart(_ text: some RandomAccessCollection<UInt16>) -> Int {
        let text = Array(text.prefix(24))
        var start = 0
        for _ in 0..<4 {
            let length = known(text, start) ?? suffixed(text, start)
            guard let length, start + length + 2 <= text.count else { break }
            start += length
        }
        return start
    }

    private func known(_ text: [UInt16], _ start: Int) -> Int? {
        guard longest >= 2, start + 2 <= text.count else { return nil }
        for length in stride(from: min(longest, text.count - start), through: 2, by: -1)
        where words.contains(Array(text[start..<start + length])) {
            let end = start + length
            return end < text.count && Self.suffixes.contains(text[end]) ? length + 1 : length
        }
        return nil
    }

    /// 示例市, 湖东区: two or three characters and what kind of place it is.
    private func suffixed(_ text: [UInt16], _ start: Int) -> Int? {
        for length in 3...4 where start + length <= text.count && Self.suffixes.contains(text[start + length - 1]) {
            return length
        }
        return nil
    }
}

/// FNV-1a over units.
private struct ScalarSum {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325
    init(_ units: [UInt16]) { for unit in units { value = (value ^ UInt64(unit)) &* 0x100_0000_01b3 } }
}
