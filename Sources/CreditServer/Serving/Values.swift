/// What a template is filled with: documented page by page in `Pages/README.md`.
///
/// A page has hundreds of small ones, each asked a few dozen times. So names are compared as numbers, and a dozen of them is looked
/// through faster than a hash table is built.
struct Values: ExpressibleByDictionaryLiteral {
    /// A name by its number of 64 bits. A template in which two names had the same would not compile.
    struct Name: Hashable, Sendable {
        let number: UInt64

        /// FNV-1a.
        init(_ text: String) {
            var number: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in text.utf8 { number = (number ^ UInt64(byte)) &* 0x100_0000_01b3 }
            self.number = number
        }
    }
    private var pairs: [(name: Name, value: Any)]

    init(capacity: Int = 0) {
        pairs = []
        pairs.reserveCapacity(capacity)
    }

    init(dictionaryLiteral elements: (String, Any)...) {
        self.init(capacity: elements.count)
        for (name, value) in elements { pairs.append((Name(name), value)) }
    }

    /// Values in whatever way they were written down; nil where it is something else.
    init?(_ any: Any) {
        if let values = any as? Values {
            self = values
        } else if let dictionary = any as? [String: Any] {
            self.init(capacity: dictionary.count)
            for (name, value) in dictionary { pairs.append((Name(name), value)) }
        } else {
            return nil
        }
    }

    subscript(text: String) -> Any? {
        get { self[Name(text)] }
        set {
            let name = Name(text)
            let place = pairs.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): pairs[place].value = value
            case (let place?, nil): pairs.remove(at: place)
            case (nil, let value?): pairs.append((name, value))
            case (nil, nil): break
            }
        }
    }

    subscript(name: Name) -> Any? {
        for pair in pairs where pair.name == name { return pair.value }
        return nil
    }
}
