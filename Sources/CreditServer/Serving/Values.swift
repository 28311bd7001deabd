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
    enum Content {
        case text(String)
        case flag(Bool)
        case values(Values)
        case list([Content])
        case markup(Markup)

        /// What is none of them, such as a number, is the text that describes it.
        init(_ any: Any) {
            switch any {
            case let text as String: self = .text(text)
            case let values as Values: self = .values(values)
            case let many as [Values]: self = .list(many.map { .values($0) })
            case let flag as Bool: self = .flag(flag)
            case let many as [String]: self = .list(many.map { .text($0) })
            case let markup as Markup: self = .markup(markup)
            case let many as [Any]: self = .list(many.map { Content($0) })
            case let dictionary as [String: Any]: self = .values(Values(dictionary))
            case let content as Content: self = content
            default: self = .text(String(describing: any))
            }
        }

        var text: String? { if case .text(let text) = self { text } else { nil } }
    }
    private var pairs: [(name: Name, value: Content)]

    init(capacity: Int = 0) {
        pairs = []
        pairs.reserveCapacity(capacity)
    }

    init(dictionaryLiteral elements: (String, Any)...) {
        self.init(capacity: elements.count)
        for (name, value) in elements { append(name, value) }
    }

    private init(_ dictionary: [String: Any]) {
        self.init(capacity: dictionary.count)
        for (name, value) in dictionary { append(name, value) }
    }

    /// Adds a value under a name that has none yet.
    mutating func append(_ name: String, _ value: Any) { pairs.append((Name(name), Content(value))) }

    /// Sets a value, or takes it out with nil.
    subscript(text: String) -> Any? {
        get { self[Name(text)] }
        set {
            let name = Name(text)
            let place = pairs.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): pairs[place].value = Content(value)
            case (let place?, nil): pairs.remove(at: place)
            case (nil, let value?): pairs.append((name, Content(value)))
            case (nil, nil): break
            }
        }
    }

    subscript(name: Name) -> Content? {
        for pair in pairs where pair.name == name { return pair.value }
        return nil
    }
}
