/// A name taken apart: place, distinctive word, trade, form, branch, in this order. A place in brackets is taken out of the
/// text and kept with the places, so that 华信科技（宁波）有限公司 and 宁波华信科技有限公司 agree in all parts.
public struct NameParts: Sendable, Hashable {
    /// Where the parts end, in 8 bytes, so that a million names lie close together.
    struct Shape: Sendable, Hashable {
        var placeEnd: UInt8 = 0
        var distinctiveEnd: UInt8 = 0
        var tradeEnd: UInt8 = 0
        var formEnd: UInt8 = 0
        var end: UInt8 = 0
        var placeCount: UInt8 = 0
        var tradeCount: UInt8 = 0
        var family = NameWords.Family.unknown

        var length: Int { Int(end) + Int(placeCount) + Int(tradeCount) }
    }

    let shape: Shape
    /// The folded text; then the numbers of its places, widest first; then those of its trade words, last first.
    let words: ArraySlice<UInt32>

    /// All parts, folded, one behind the other.
    public var text: ArraySlice<UInt32> { part(0, shape.end) }
    public var place: ArraySlice<UInt32> { part(0, shape.placeEnd) }
    /// 字号: the word that tells this firm from others of its trade and place.
    public var distinctive: ArraySlice<UInt32> { part(shape.placeEnd, shape.distinctiveEnd) }
    public var trade: ArraySlice<UInt32> { part(shape.distinctiveEnd, shape.tradeEnd) }
    public var form: ArraySlice<UInt32> { part(shape.tradeEnd, shape.formEnd) }
    /// What follows the form: 北仑分公司. Empty for a body of its own.
    public var branch: ArraySlice<UInt32> { part(shape.formEnd, shape.end) }

    /// Numbers of the places named, as far as the division table knows them.
    var places: ArraySlice<UInt32> { words.dropFirst(Int(shape.end)).prefix(Int(shape.placeCount)) }
    var tradeWords: ArraySlice<UInt32> { words.suffix(Int(shape.tradeCount)) }

    /// The parts in words, for whoever asks why.
    public var explained: [(part: Part, text: String)] {
        Part.allCases.map { ($0, Self.string(self[$0])) }.filter { !$0.1.isEmpty }
    }

    public enum Part: String, Sendable, CaseIterable { case place, distinctive, trade, form, branch }

    public subscript(part: Part) -> ArraySlice<UInt32> {
        switch part {
        case .place: place
        case .distinctive: distinctive
        case .trade: trade
        case .form: form
        case .branch: branch
        }
    }

    /// Two names with the same key are the same after folding: same text, same places.
    var key: UInt64 {
        var hash = ScalarHash(words.prefix(Int(shape.end) + Int(shape.placeCount)))
        hash.add(UInt32(shape.end))
        return hash.value
    }

    func hasSameKey(as other: NameParts) -> Bool {
        shape.end == other.shape.end && shape.placeCount == other.shape.placeCount
            && words.prefix(Int(shape.end) + Int(shape.placeCount))
                == other.words.prefix(Int(shape.end) + Int(shape.placeCount))
    }

    public static func string(_ scalars: ArraySlice<UInt32>) -> String {
        var view = String.UnicodeScalarView()
        for scalar in scalars { view.append(Unicode.Scalar(scalar) ?? "\u{FFFD}") }
        return String(view)
    }

    @inline(__always)
    private func part(_ from: UInt8, _ to: UInt8) -> ArraySlice<UInt32> {
        words[words.startIndex + Int(from)..<words.startIndex + Int(to)]
    }
}
