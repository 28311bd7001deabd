/// A name taken apart: place, distinctive word, trade, form, branch, in this order. A place in brackets is taken out of the
/// text and kept with the places, so that 华信科技（宁波）有限公司 and 宁波华信科技有限公司 agree in all parts.
public struct NameParts: Sendable, Hashable {
    /// All parts, folded, one behind the other.
    public let text: [UInt32]
    /// Numbers of the places named, widest first, as far as the division table knows them.
    let places: [UInt32]
    /// Numbers of the trade's words, last first.
    let tradeWords: [UInt16]
    let placeEnd: Int
    let distinctiveEnd: Int
    let tradeEnd: Int
    let formEnd: Int
    let family: NameWords.Family

    public var place: ArraySlice<UInt32> { text[..<placeEnd] }
    /// 字号: the word that tells this firm from others of its trade and place.
    public var distinctive: ArraySlice<UInt32> { text[placeEnd..<distinctiveEnd] }
    public var trade: ArraySlice<UInt32> { text[distinctiveEnd..<tradeEnd] }
    public var form: ArraySlice<UInt32> { text[tradeEnd..<formEnd] }
    /// What follows the form: 北仑分公司. Empty for a body of its own.
    public var branch: ArraySlice<UInt32> { text[formEnd...] }

    /// Everything but place and form: what candidates are found by.
    var core: ArraySlice<UInt32> { text[placeEnd..<tradeEnd] }

    /// The parts in words, for whoever asks why.
    public var explained: [(part: String, text: String)] {
        [("place", place), ("distinctive", distinctive), ("trade", trade), ("form", form), ("branch", branch)]
            .filter { !$0.1.isEmpty }.map { ($0.0, Self.string($0.1)) }
    }

    static func string(_ scalars: ArraySlice<UInt32>) -> String {
        var view = String.UnicodeScalarView()
        for scalar in scalars { view.append(Unicode.Scalar(scalar) ?? "\u{FFFD}") }
        return String(view)
    }
}
