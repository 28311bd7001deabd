/// A snapshot could not be written or read.
public struct OpenDataError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        let name: String
        public static let unwritable = Code(name: "unwritable")
        public static let noRoom = Code(name: "no-room")
        public static let busy = Code(name: "busy")
        public static let inTheWay = Code(name: "in-the-way")
    }
    public let code: Code
    /// For the operator: what happened to which file, and what to do.
    public let detail: String

    public init(_ code: Code, _ detail: String) { (self.code, self.detail) = (code, detail) }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
    public var description: String { "OpenDataError(\(code.name))" }
}
