import CreditRegistry
import Synchronization

/// Words by number and packings by number, as committed rows of `word` and `packing` say. Neither is ever changed or removed, so
/// what was read once holds for ever, in every snapshot that knows of it.
final class RecordCoding: Sendable {
    fileprivate struct State {
        var words: [Int64: String] = [:]
        var numbers: [String: Int64] = [:]
        var packings: [Int64: Packing] = [:]
        /// The newest packing of an item.
        var current: [String: Packing] = [:]
    }
    private let state: Mutex<State>

    init() { state = Mutex(State()) }

    /// A copy for one transaction, which sees what it adds itself and shares it with nobody, since it may be undone.
    func copy() -> RecordCoding {
        let copy = RecordCoding()
        let now = state.withLock { $0 }
        copy.state.withLock { $0 = now }
        return copy
    }

    // MARK: words

    /// - Throws: `StoreError.damaged` where a number stands for nothing.
    func word(_ number: Int64, _ connection: any Connection) throws -> String {
        if let word = state.withLock({ $0.words[number] }) { return word }
        try refresh(connection)
        guard let word = state.withLock({ $0.words[number] }) else {
            throw StoreError(.damaged, "the database holds a word that is not there; run `chengxin verify store`")
        }
        return word
    }

    func word(_ number: Int64?, _ connection: any Connection) throws -> String? {
        try number.map { try word($0, connection) }
    }

    /// The number of a word; nil where nothing stored has it yet.
    func number(of word: String, _ connection: any Connection) throws -> Int64? {
        if let number = state.withLock({ $0.numbers[word] }) { return number }
        let number = try connection.first("SELECT word_id FROM word WHERE text = $1", [.text(word)]) { $0.integer(0) }
        if let number { state.withLock { $0.add(word, number) } }
        return number
    }

    /// The number of a word, which is given one where it has none. Only in a writing transaction's own copy.
    func give(_ word: String, _ connection: any Connection) throws -> Int64 {
        if let number = try number(of: word, connection) { return number }
        let number = try connection.first("SELECT coalesce(max(word_id), 0) + 1 FROM word") { $0.integer(0) } ?? 1
        try connection.run("INSERT INTO word (word_id, text) VALUES ($1, $2)", [.integer(number), .text(word)])
        state.withLock { $0.add(word, number) }
        return number
    }

    func give(_ word: String?, _ connection: any Connection) throws -> Int64? {
        try word.map { try give($0, connection) }
    }

    private func refresh(_ connection: any Connection) throws {
        let rows = try connection.rows("SELECT word_id, text FROM word") { ($0.integer(0), $0.text(1)) }
        state.withLock { state in for (number, word) in rows { state.add(word, number) } }
    }

    // MARK: packings

    /// - Throws: `StoreError.damaged` where there is none of this number.
    func packing(_ number: Int64, _ connection: any Connection) throws -> Packing {
        if let packing = state.withLock({ $0.packings[number] }) { return packing }
        try load(connection)
        guard let packing = state.withLock({ $0.packings[number] }) else {
            throw StoreError(.damaged, "the database holds a packing that is not there; run `chengxin verify store`")
        }
        return packing
    }

    /// The newest packing of an item.
    func current(of item: String, _ connection: any Connection) throws -> Packing? {
        if let packing = state.withLock({ $0.current[item] }) { return packing }
        try load(connection)
        return state.withLock { $0.current[item] }
    }

    /// Adds a packing. Only in a writing transaction's own copy.
    func add(
        _ item: String, published: [String], internal: [String], dictionary: [UInt8]?, _ connection: any Connection
    ) throws -> Packing {
        let number = try connection.first("SELECT coalesce(max(packing_id), 0) + 1 FROM packing") { $0.integer(0) } ?? 1
        try connection.run(
            "INSERT INTO packing (packing_id, item, published, internal, dictionary) VALUES ($1, $2, $3, $4, $5)",
            [
                .integer(number), .text(item), .text(published.joined(separator: " ")),
                .text(`internal`.joined(separator: " ")), .bytes(dictionary),
            ])
        let packing = Packing(number: number, published: published, internal: `internal`, dictionary: dictionary)
        state.withLock { state in
            state.packings[number] = packing
            state.current[item] = packing
        }
        return packing
    }

    private func load(_ connection: any Connection) throws {
        let known = state.withLock { Set($0.packings.keys) }
        let rows = try connection.rows("SELECT packing_id, item, published, internal, dictionary FROM packing ORDER BY packing_id") {
            row in
            (
                item: row.text(1),
                packing: known.contains(row.integer(0))
                    ? nil
                    : Packing(
                        number: row.integer(0), published: row.text(2).split(separator: " ").map(String.init),
                        internal: row.text(3).split(separator: " ").map(String.init), dictionary: row.optionalBytes(4))
            )
        }
        state.withLock { state in
            for case (let item, let packing?) in rows {
                state.packings[packing.number] = packing
                if (state.current[item]?.number ?? 0) < packing.number { state.current[item] = packing }
            }
        }
    }

    // MARK: payloads

    /// What a payload says.
    /// - Throws: `StoreError.damaged` where it is not what was stored.
    func content(_ payload: [UInt8], _ connection: any Connection) throws -> Packing.Content {
        let (packing, plain) = try unpacked(payload, connection)
        guard let content = packing.content(plain) else { throw Self.damaged }
        return content
    }

    /// The packing of a payload and its unpacked form.
    func unpacked(_ payload: [UInt8], _ connection: any Connection) throws -> (Packing, [UInt8]) {
        guard let (number, frame) = payload.withUnsafeBytes({ Packing.number(of: $0) }) else { throw Self.damaged }
        let packing = try packing(number, connection)
        guard let plain = Self.expanding({ packing.plain(payload, from: frame, $0) }) else { throw Self.damaged }
        return (packing, plain)
    }

    /// For the rows of one answer: their words and packings are found without a lock for each.
    func reading(_ connection: any Connection) -> Reading { Reading(self, state.withLock { $0 }, connection) }

    /// What was known at one moment, used by one thread; what is missing is read as usual.
    final class Reading {
        private let coding: RecordCoding
        private let known: State
        private let connection: any Connection
        private let context: Spare

        fileprivate init(_ coding: RecordCoding, _ known: State, _ connection: any Connection) {
            (self.coding, self.known, self.connection) = (coding, known, connection)
            context = RecordCoding.takeContext()
        }

        deinit { RecordCoding.giveBack(context) }

        func word(_ number: Int64) throws -> String { try known.words[number] ?? coding.word(number, connection) }

        func unpacked(_ payload: [UInt8]) throws -> (Packing, [UInt8]) {
            guard let (number, frame) = payload.withUnsafeBytes({ Packing.number(of: $0) }) else { throw RecordCoding.damaged }
            let packing = try known.packings[number] ?? coding.packing(number, connection)
            guard let plain = packing.plain(payload, from: frame, context.context) else { throw RecordCoding.damaged }
            return (packing, plain)
        }
    }

    static let damaged = StoreError(.damaged, "a stored record cannot be read; run `chengxin verify store`")

    private static func expanding<T>(_ body: (ExpansionContext) -> T) -> T {
        let context = takeContext()
        defer { giveBack(context) }
        return body(context.context)
    }

    private static func takeContext() -> Spare { spare.withLock { $0.popLast() } ?? Spare(context: ExpansionContext()) }

    private static func giveBack(_ context: Spare) { spare.withLock { if $0.count < 8 { $0.append(context) } } }

    /// Contexts that nobody uses at the moment; each is used by one thread at a time.
    private struct Spare: @unchecked Sendable { let context: ExpansionContext }
    private static let spare = Mutex<[Spare]>([])
}

extension RecordCoding.State {
    mutating func add(_ word: String, _ number: Int64) {
        words[number] = word
        numbers[word] = number
    }
}
