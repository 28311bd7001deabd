import CreditModel
import TestSupport

@testable import CreditServices

/// Random organisations with names, and what a scan of all of them finds: the oracle.
struct Corpus {
    struct Body {
        let subject: SubjectID
        var names: [String]
        var isEnded = false
        var isRegistered = true
        var status: String?
        var division: String?
        var form = "91"
        var sector: String?
    }
    var bodies: [Body] = []
    var rng: SplitMix64
    private var last: Int64 = 0

    /// Few characters, so that they meet in every order and repeat; a rare one of two units, its neighbour that shares a half,
    /// ASCII, and what only looks like it.
    static let alphabet = Array("云锦丝绸东西公司店ab7𠀀𠀁é")
    static let endings = ["有限公司", "公司", "店", "有限责任公司", "厂", ""]
    static let places = ["示例市", "湖东区", "示例市湖东区", ""]

    init(seed: UInt64, count: Int) {
        rng = SplitMix64(seed)
        for _ in 0..<count { add() }
    }

    mutating func name() -> String {
        let core = rng.text(Self.alphabet, count: Int.random(in: 1...6, using: &rng))
        return (Self.places.randomElement(using: &rng) ?? "") + core + (Self.endings.randomElement(using: &rng) ?? "")
    }

    mutating func add() {
        last += Int64.random(in: 1...3, using: &rng)
        bodies.append(body(SubjectID(last)))
    }

    mutating func body(_ subject: SubjectID) -> Body {
        var body = Body(subject: subject, names: [name()])
        while Int.random(in: 0..<4, using: &rng) == 0 { body.names.append(name()) }
        body.isEnded = Int.random(in: 0..<5, using: &rng) == 0
        body.isRegistered = Int.random(in: 0..<5, using: &rng) > 0
        body.status = [nil, "in-operation", "revoked"].randomElement(using: &rng) ?? nil
        body.division = [nil, "990102", "990105", "990201"].randomElement(using: &rng) ?? nil
        body.form = ["91", "92", ""].randomElement(using: &rng) ?? ""
        body.sector = [nil, "C", "F", "H"].randomElement(using: &rng) ?? nil
        return body
    }

    /// A text out of some name, or any text.
    mutating func question() -> String {
        let name = Array((bodies.randomElement(using: &rng)?.names.randomElement(using: &rng) ?? "").unicodeScalars)
        if Int.random(in: 0..<4, using: &rng) == 0 || name.isEmpty {
            return rng.text(Self.alphabet, count: Int.random(in: 1...4, using: &rng))
        }
        let start = Int.random(in: 0..<name.count, using: &rng)
        let end = min(name.count, start + Int.random(in: 1...7, using: &rng))
        var view = String.UnicodeScalarView()
        view.append(contentsOf: name[start..<end])
        return String(view)
    }

    /// Everything at once.
    func index() -> SearchIndex {
        var index = SearchIndex()
        index.apply(Self.changes(bodies))
        return index
    }

    static func changes(_ bodies: some Sequence<Body>) -> SearchIndex.Changes {
        var changes = SearchIndex.Changes(places: PlaceWords())
        for body in bodies {
            changes.forget(body.subject)
            changes.add(
                body.subject, isEnded: body.isEnded, isRegistered: body.isRegistered, status: body.status,
                division: body.division, form: body.form, sector: body.sector)
            for (place, name) in body.names.enumerated() {
                changes.add(name: OrganisationName.key(name), isCurrent: place == 0, of: body.subject)
            }
        }
        return changes
    }

    // MARK: the oracle

    static func contains(_ text: String, _ key: String) -> Bool {
        let text = Array(text.unicodeScalars), key = Array(key.unicodeScalars)
        guard key.count <= text.count else { return false }
        return (0...text.count - key.count).contains { text[$0..<$0 + key.count].elementsEqual(key) }
    }

    func scan(_ key: String, where fits: (Body) -> Bool = { _ in true }) -> [Body] {
        bodies.filter { body in fits(body) && body.names.contains { Self.contains(OrganisationName.key($0), key) } }
    }

    /// What the rules of order say, in their words: 0 exact … 3 inside, then in being, registered, short, first registered.
    static func order(_ body: Body, _ key: String) -> [Int] {
        let keys = body.names.map { OrganisationName.key($0) }.filter { !$0.isEmpty }
        let fit = keys.map { text -> Int in
            let units = Array(text.utf16), wanted = Array(key.utf16)
            if units == wanted { return 0 }
            if units.starts(with: wanted) { return 1 }
            if units.dropFirst(PlaceWords().wordStart(units)).starts(with: wanted) { return 2 }
            return contains(text, key) ? 3 : 4
        }.min() ?? 4
        return [
            fit, body.isEnded ? 1 : 0, body.isRegistered ? 0 : 1, keys.first.map(\.utf16.count) ?? 0,
            Int(body.subject.value),
        ]
    }
}

extension SearchIndex {
    func subjects(_ key: String, most: Int = 10_000, _ change: (inout NameQuery) -> Void = { _ in }) -> [SubjectID] {
        var query = NameQuery(key: key, shownOn: Day(daysSinceEpoch: 20_780), most: most)
        change(&query)
        return search(query).matches.map(\.subject)
    }
}
