/// One property of every document that results can be narrowed down by, such as the registration status.
struct FacetColumn: Sendable, Equatable {
    /// What occurs, in the order in which it was first met. The first stands for "not known".
    var values: [String] = [""]
    /// By document: the place of its value.
    var codes: [UInt16] = []

    /// - Returns: the place of a value, or of "not known" where a segment holds more than 65,535 different ones.
    mutating func place(of value: String, _ known: inout [String: UInt16]) -> UInt16 {
        if value.isEmpty { return 0 }
        if let place = known[value] { return place }
        guard values.count < Int(UInt16.max) else { return 0 }
        let place = UInt16(values.count)
        values.append(value)
        known[value] = place
        return place
    }

    /// The documents whose value fits.
    func documents(where fits: (String) -> Bool) -> Bitmap {
        let isWanted = values.map { !$0.isEmpty && fits($0) }
        var words = Array(repeating: UInt64(0), count: (codes.count + 63) / 64)
        guard isWanted.contains(true) else { return Bitmap(words: words) }
        codes.withUnsafeBufferPointer { codes in
            isWanted.withUnsafeBufferPointer { isWanted in
                words.withUnsafeMutableBufferPointer { words in
                    for document in codes.indices where isWanted[Int(codes[document])] {
                        words[document >> 6] |= 1 << UInt64(document & 63)
                    }
                }
            }
        }
        return Bitmap(words: words)
    }
}
