/// A database: transactions over connections. Drivers differ in how they do it, not in what they promise.
///
/// SQL is written once for all engines: parameters `$1`, `$2`, … numbered in order of their first appearance, upsert with
/// ON CONFLICT, RETURNING.
public protocol Database: Sendable {
    /// Reads a consistent snapshot that later writes do not touch.
    func read<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T
    /// Runs `body` alone among writers, and keeps everything it did or nothing.
    func write<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T
}

/// A connection inside `read` or `write`. Never leaves the closure.
public protocol Connection {
    /// Runs a statement that returns no rows, and tells how many rows it changed.
    @discardableResult func run(_ sql: String, _ arguments: [SQLValue]) throws -> Int
    /// Runs a query and hands over row by row; `false` from `body` ends it early.
    func query(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Bool) throws
}

extension Connection {
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

/// A row of a result, valid until the next one. Columns count from 0.
public protocol SQLRow {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) -> Int64
    func real(_ column: Int) -> Double
    func text(_ column: Int) -> String
    func bytes(_ column: Int) -> [UInt8]
}

extension SQLRow {
    func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    func optionalBytes(_ column: Int) -> [UInt8]? { isNull(column) ? nil : bytes(column) }
    func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
}

/// A fault of the database that an operator can act on.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        public let name: String
        public static let missing = Code(name: "database-missing")
        public static let exists = Code(name: "database-exists")
        public static let notOurs = Code(name: "not-a-chengxin-database")
        public static let newer = Code(name: "schema-newer")
        public static let readOnly = Code(name: "read-only")
        public static let full = Code(name: "disk-full")
        public static let busy = Code(name: "busy")
        public static let damaged = Code(name: "damaged")
        public static let fault = Code(name: "database-fault")
    }
    public let code: Code
    /// What happened and what to do, for operators. Never SQL, never data.
    public let detail: String

    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
    public var description: String { detail }
}
