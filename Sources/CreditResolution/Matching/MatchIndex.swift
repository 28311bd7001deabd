import CreditModel

/// All names and numbers that subjects are known by, held in memory for looking them up in microseconds.
///
/// It is a value: whoever adds names inside a transaction that may be undone adds them to a copy. A million names take about
/// 200 MB. Names that fold alike are held once, with all who bear them, so that a hundred thousand bodies of one name cost one
/// comparison and not a hundred thousand.
public struct MatchIndex: Sendable {
    public let reader: NameReader

    // Names, by number.
    var shapes: [NameParts.Shape] = []
    var offsets: [UInt32] = []
    var words: [UInt32] = []
    var bearers: [UInt32] = []
    var signatures: [UInt64] = []
    var exact = FlatMap()

    struct Link {
        let subject: UInt32
        let name: UInt32
        let kind: NameKind
        /// The next bearer of the same name, and the next name of the same bearer; `none` at the end.
        let nextBearer: UInt32
        let nextName: UInt32
    }
    var links: [Link] = []
    static let none = UInt32.max

    // Subjects, by number in the order in which they were first heard of.
    var subjects: [SubjectID] = []
    var numbers = FlatMap()
    var codes: [PackedCode] = []
    var namesOf: [UInt32] = []
    /// The number under which a subject without unified code is filed.
    var otherCodes: [UInt32: String] = [:]

    // Identifiers.
    var identifiers = FlatMap()
    var identifierEntries: [(code: PackedCode, scheme: IdentifierScheme, subject: UInt32)] = []

    var postings = Postings()

    public init(reader: NameReader) { self.reader = reader }

    public var nameCount: Int { shapes.count }
    public var subjectCount: Int { subjects.count }

    // MARK: Adding

    public mutating func add(name: String, kind: NameKind, of subject: SubjectID) {
        add(name: reader.read(name), kind: kind, of: subject)
    }

    public mutating func add(name parts: NameParts, kind: NameKind, of subject: SubjectID) {
        guard parts.shape.end > 0 else { return }
        let number = number(of: subject)
        let name = insert(parts)
        var link = bearers[Int(name)]
        while link != Self.none {
            if links[Int(link)].subject == number, links[Int(link)].kind.rawValue >= kind.rawValue { return }
            link = links[Int(link)].nextBearer
        }
        links.append(
            Link(
                subject: number, name: name, kind: kind, nextBearer: bearers[Int(name)], nextName: namesOf[Int(number)]))
        bearers[Int(name)] = UInt32(links.count - 1)
        namesOf[Int(number)] = UInt32(links.count - 1)
    }

    /// The number under which the registry files a subject.
    public mutating func add(code: String, of subject: SubjectID) {
        if code.utf8.count == 18, (try? UnifiedCode(code)) != nil {
            codes[Int(number(of: subject))] = PackedCode(code)
        } else {
            otherCodes[number(of: subject)] = code
        }
    }

    public mutating func add(_ identifier: Identifier, of subject: SubjectID) {
        let number = number(of: subject)
        let code = PackedCode(identifier.value)
        if identifier.scheme == .unifiedCode {
            codes[Int(number)] = code
            // The organisation code is part of the unified code, and departments still deliver it alone.
            let bytes = Array(identifier.value.utf8)
            if bytes.count == 18 {
                insert(PackedCode(String(decoding: bytes[8..<17], as: UTF8.self)), .organisationCode, number)
            }
        }
        insert(code, identifier.scheme, number)
    }

    /// Adds many at once, faster than one by one. Looking up gives the same afterwards.
    public mutating func load(_ body: (inout MatchIndex) throws -> Void) rethrows {
        beginLoading()
        defer { endLoading() }
        try body(&self)
    }

    /// Between these two, names that are added are not found.
    mutating func beginLoading() { postings.isLoading = true }
    mutating func endLoading() {
        postings.settle()
        postings.isLoading = false
    }

    private mutating func number(of subject: SubjectID) -> UInt32 {
        let key = UInt64(bitPattern: subject.value)
        if let number = numbers[key] { return number }
        let number = UInt32(subjects.count)
        subjects.append(subject)
        codes.append(PackedCode(none: ()))
        namesOf.append(Self.none)
        numbers.set(key, to: number)
        return number
    }

    private mutating func insert(_ parts: NameParts) -> UInt32 {
        let key = parts.key
        if let name = exact[key], self[name].hasSameKey(as: parts) { return name }
        let name = UInt32(shapes.count)
        shapes.append(parts.shape)
        offsets.append(UInt32(words.count))
        words += parts.words
        bearers.append(Self.none)
        signatures.append(Self.signature(parts))
        exact.set(key, to: name)
        postings.add(NameFeatures(parts, reader.places), of: name)
        return name
    }

    private mutating func insert(_ code: PackedCode, _ scheme: IdentifierScheme, _ subject: UInt32) {
        let key = code.hash(scheme)
        if let found = identifiers[key] {
            // The first bearer of a number keeps it: the registry never links one number to two.
            let entry = identifierEntries[Int(found)]
            if entry.code == code, entry.scheme == scheme { return }
        }
        identifiers.set(key, to: UInt32(identifierEntries.count))
        identifierEntries.append((code, scheme, subject))
    }

    // MARK: Looking up

    subscript(name: UInt32) -> NameParts {
        let shape = shapes[Int(name)]
        let offset = Int(offsets[Int(name)])
        return NameParts(shape: shape, words: words[offset..<offset + shape.length])
    }

    /// The name that folds to the same text and places.
    func name(sameAs parts: NameParts) -> UInt32? {
        guard let name = exact[parts.key], self[name].hasSameKey(as: parts) else { return nil }
        return name
    }

    /// Who bears a name, at most `limit`, with how they bear it.
    func bearers(of name: UInt32, limit: Int) -> [(subject: UInt32, kind: NameKind)] {
        var result: [(subject: UInt32, kind: NameKind)] = []
        var link = bearers[Int(name)]
        while link != Self.none, result.count < limit {
            result.append((links[Int(link)].subject, links[Int(link)].kind))
            link = links[Int(link)].nextBearer
        }
        return result
    }

    /// Every name of a subject.
    func names(of subject: UInt32) -> [UInt32] {
        var result: [UInt32] = []
        var link = namesOf[Int(subject)]
        while link != Self.none {
            result.append(links[Int(link)].name)
            link = links[Int(link)].nextName
        }
        return result
    }

    func subject(identifiedBy identifier: Identifier) -> UInt32? {
        let code = PackedCode(identifier.value)
        guard let found = identifiers[code.hash(identifier.scheme)] else { return nil }
        let entry = identifierEntries[Int(found)]
        return entry.code == code && entry.scheme == identifier.scheme ? entry.subject : nil
    }

    /// Whether a subject has a unified code, other than the given.
    func hasOtherCode(_ subject: UInt32, than identifiers: [Identifier]) -> Bool {
        let own = codes[Int(subject)]
        guard !own.isNone else { return false }
        for identifier in identifiers {
            switch identifier.scheme {
            case .unifiedCode where PackedCode(identifier.value) != own: return true
            case .organisationCode:
                let code = self.subject(identifiedBy: identifier)
                if code != subject { return true }
            default: continue
            }
        }
        return false
    }

    /// The unified code of a subject, else the number under which it is filed.
    public func code(of subject: SubjectID) -> String? {
        guard let number = number(ofKnown: subject) else { return nil }
        return codes[Int(number)].isNone ? otherCodes[number] : codes[Int(number)].text
    }

    func number(ofKnown subject: SubjectID) -> UInt32? { numbers[UInt64(bitPattern: subject.value)] }

    /// Which characters a name has, one bit for a sixty-fourth of them: for ordering candidates, never for deciding.
    static func signature(_ parts: NameParts) -> UInt64 {
        var bits: UInt64 = 0
        for scalar in parts.text { bits |= 1 << (UInt64(scalar &* 0x9E37_79B1) >> 20 & 63) }
        return bits
    }
}

/// A number in 16 bytes: up to 20 letters and digits exactly, longer ones by two hashes.
struct PackedCode: Sendable, Hashable {
    private let value: UInt128

    init(none: Void) { value = 0 }

    init(_ text: String) {
        var packed: UInt128 = 1
        var length = 0
        for byte in text.utf8 {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x5A: digit = byte - 0x41 + 10
            default: length = 99; digit = 0
            }
            length += 1
            guard length <= 20 else { break }
            packed = packed &* 36 &+ UInt128(digit)
        }
        if length <= 20 {
            value = packed
        } else {
            var first = ScalarHash(), second = ScalarHash()
            for byte in text.utf8 {
                first.add(UInt32(byte))
                second.add(UInt32(byte) &* 0x9E37_79B1 &+ 7)
            }
            value = UInt128(first.value) << 64 | UInt128(second.value) | 1 << 127
        }
    }

    var isNone: Bool { value == 0 }

    /// The number as it was written; nil where it was too long to be kept.
    var text: String? {
        guard value != 0, value >> 127 == 0 else { return nil }
        var digits: [UInt8] = []
        var rest = value
        while rest > 1 {
            let digit = UInt8(rest % 36)
            digits.append(digit < 10 ? 0x30 + digit : 0x41 + digit - 10)
            rest /= 36
        }
        return String(decoding: digits.reversed(), as: UTF8.self)
    }

    func hash(_ scheme: IdentifierScheme) -> UInt64 {
        let low = UInt64(truncatingIfNeeded: value), high = UInt64(truncatingIfNeeded: value >> 64)
        var hash = (low ^ (low >> 31)) &* 0x7FB5_D329_728E_A185
        hash = (hash ^ high ^ (hash >> 27)) &* 0x81DA_DEF4_BC2D_D44D
        return (hash ^ (hash >> 33)) &+ UInt64(scheme.number)
    }
}

extension IdentifierScheme {
    fileprivate var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
