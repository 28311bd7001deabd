import CreditModel

/// The database programs that the platform can keep its data in.
public enum Engine: Sendable, Hashable, CaseIterable {
    case sqlite
    case postgres
}

/// A database: transactions over connections. Drivers differ in how they do it, not in what they promise.
///
/// SQL is written once for all engines: parameters `$1`, `$2`, … numbered in order of their first appearance, upsert
/// with ON CONFLICT, RETURNING. `body` may run more than once where the server asks for a transaction to be repeated,
/// so it changes nothing but the database. A task that is cancelled gets `CancellationError` before its next statement,
/// and its transaction is undone; once `body` has returned, the transaction finishes.
public protocol Database: Sendable {
    /// Reads a consistent snapshot that later writes do not touch.
    func read<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T
    /// The same for a question that touches a handful of rows by their keys. An engine that answers within the process does so
    /// on the thread that asks: going to another and back costs more than the answer.
    func glance<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T
    /// The same for a question of one statement, which is a snapshot of its own: asked with every request, it needs no transaction
    /// around it.
    func ask<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T
    /// Runs `body` alone among the writers of all processes, and keeps everything it did or nothing.
    func write<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T
    /// Lets go of pages that are held in this process. Waits for whoever reads or writes.
    func releaseMemory()
}

extension Database {
    public func releaseMemory() {}

    public func glance<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        try await read(body)
    }

    public func ask<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        try await glance(body)
    }
}

/// A connection inside `read` or `write`. Never leaves the closure.
///
/// A statement that fails ends the transaction: even where `body` catches the error, nothing is kept and `write` throws
/// it. One statement runs at a time: inside the closure of `query` or `load` the connection takes no other.
public protocol Connection {
    var engine: Engine { get }
    /// Runs a statement that returns no rows, and tells how many rows it changed.
    @discardableResult func run(_ sql: String, _ arguments: [SQLValue]) throws -> Int
    /// Runs a query and hands over row by row; `false` from `body` ends it early.
    ///
    /// Rows are not gathered in memory. An early end still costs the server all rows; `LIMIT` saves them.
    func query(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Bool) throws
    /// Inserts many rows into a table in the engine's fastest way; `next` gives one after the other, nil after the
    /// last.
    ///
    /// Names are not SQL: they are quoted. Every row has one value for each of `columns`.
    func load(_ table: String, _ columns: [String], next: () throws -> [SQLValue]?) throws
    /// The same for so many rows, each written value by value: for those of which there are millions.
    func load(_ table: String, _ columns: [String], count: Int, _ write: (Int, any RowWriter) throws -> Void) throws
    /// Has `job` done on another thread, with a connection of the same transaction, while the caller goes on, also with statements
    /// of its own: until `settle`, these may see what the job stores, in part, or not. Nothing else of the caller's may be changed by
    /// both. An engine may do the job at once.
    ///
    /// The end of the transaction waits for all jobs, and keeps nothing where one has failed.
    /// - Throws: what a job before it threw.
    func later(_ order: JobOrder, _ job: @escaping (any Connection) throws -> Void) throws
    /// Waits until all jobs are done.
    /// - Throws: what the first one threw that failed.
    func settle() throws
    /// Whether all jobs are done that may wait.
    var isIdle: Bool { get }
}

extension Connection {
    public func later(_ order: JobOrder, _ job: @escaping (any Connection) throws -> Void) throws { try job(self) }
    public func settle() throws {}
    public var isIdle: Bool { true }

    public func rows<T>(_ sql: String, _ arguments: [SQLValue] = [], _ map: (any SQLRow) throws -> T) throws -> [T] {
        var result: [T] = []
        try query(sql, arguments) { row in
            result.append(try map(row))
            return true
        }
        return result
    }

    public func first<T>(_ sql: String, _ arguments: [SQLValue] = [], _ map: (any SQLRow) throws -> T) throws -> T? {
        var result: T?
        try query(sql, arguments) { row in
            result = try map(row)
            return false
        }
        return result
    }

    /// Inserts many rows into a table in the engine's fastest way.
    public func load(_ table: String, _ columns: [String], _ rows: some Sequence<[SQLValue]>) throws {
        var iterator = rows.makeIterator()
        try load(table, columns) { iterator.next() }
    }

    /// A name as SQL writes it when it must be nothing else.
    static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}

/// A value bound to a parameter.
public enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes([UInt8])

    static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    static func bytes(_ value: [UInt8]?) -> SQLValue { value.map { .bytes($0) } ?? .null }
    static func flag(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
}

/// A row of a result, valid until the next one. Columns count from 0. NULL reads as 0, "" and no bytes.
public protocol SQLRow {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) -> Int64
    func real(_ column: Int) -> Double
    func text(_ column: Int) -> String
    /// The same; where it equals a text that is known, that one, so that no other is made.
    func text(_ column: Int, like known: String?) -> String
    func bytes(_ column: Int) -> [UInt8]
    /// A digest of 16 bytes; nil where there are fewer, as in NULL.
    func digest(_ column: Int) -> Digest128?
}

extension SQLRow {
    public func text(_ column: Int, like known: String?) -> String { text(column) }
    public func digest(_ column: Int) -> Digest128? { Digest128(bytes(column)) }

    func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    func optionalBytes(_ column: Int) -> [UInt8]? { isNull(column) ? nil : bytes(column) }
    func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
}
