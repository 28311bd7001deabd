/// The sample city could not be written.
public struct SampleError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        public let name: String
        /// The folder or a file in it cannot be made or written.
        public static let cannotWrite = Code(name: "cannot-write")
        /// Too few organisations or records to make a city of, or more than there are names for.
        public static let sizeOutOfRange = Code(name: "size-out-of-range")
        /// The catalogue lacks a feed or a heading that the sample writes.
        public static let catalogueMismatch = Code(name: "catalogue-mismatch")
    }
    public let code: Code
    public let detail: String
    public var description: String { "\(code.name): \(detail)" }
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
