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
        /// No server answers at the address.
        public static let unreachable = Code(name: "unreachable")
        /// The server answers but does not admit this user, or does not permit what was tried.
        public static let refused = Code(name: "refused")
        /// The connection ended before the transaction was committed: nothing of it was stored.
        public static let connectionLost = Code(name: "connection-lost")
        /// The connection ended while the server was committing: all of it was stored, or nothing.
        public static let commitUnknown = Code(name: "commit-unknown")
    }
    public let code: Code
    /// What happened and what to do, for operators. Never SQL, never data, never a password.
    public let detail: String

    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
    public var description: String { detail }
}
