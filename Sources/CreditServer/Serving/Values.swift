/// What can stand under a name that a template asks for.
protocol PageValue {
    var content: Values.Content { get }
}

extension String: PageValue { var content: Values.Content { .text(self) } }
extension Bool: PageValue { var content: Values.Content { .flag(self) } }
extension Int: PageValue { var content: Values.Content { .text(String(self)) } }
extension Values: PageValue { var content: Values.Content { .values(self) } }
extension Markup: PageValue { var content: Values.Content { .markup(self) } }
extension Array: PageValue where Element: PageValue {
    var content: Values.Content { .list(map(\.content)) }
}
extension Dictionary: PageValue where Key == String, Value: PageValue {
    // Inside of a dictionary `Values` alone would be its own.
    var content: CreditServer.Values.Content {
        var values = CreditServer.Values(capacity: count)
        for (name, value) in self { values.append(name, value) }
        return .values(values)
    }
}

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
    /// One value, told apart once, when it is written down: a page that is filled looks at it several times.
    enum Content: PageValue {
        case text(String)
        case flag(Bool)
        case values(Values)
        case list([Content])
        case markup(Markup)

        var content: Content { self }

        var text: String? { if case .text(let text) = self { text } else { nil } }
    }
    private var pairs: [(name: Name, value: Content)]

    init(capacity: Int = 0) {
        pairs = []
        pairs.reserveCapacity(capacity)
    }

    init(dictionaryLiteral elements: (String, any PageValue)...) {
        self.init(capacity: elements.count)
        for (name, value) in elements { append(name, value) }
    }

    /// Adds a value under a name that has none yet.
    mutating func append(_ name: String, _ value: any PageValue) { pairs.append((Name(name), value.content)) }

    /// Sets a value, or takes it out with nil.
    subscript(text: String) -> (any PageValue)? {
        get { self[Name(text)] }
        set {
            let name = Name(text)
            let place = pairs.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): pairs[place].value = value.content
            case (let place?, nil): pairs.remove(at: place)
            case (nil, let value?): pairs.append((name, value.content))
            case (nil, nil): break
            }
        }
    }

    subscript(name: Name) -> Content? {
        for pair in pairs where pair.name == name { return pair.value }
        return nil
    }
}
