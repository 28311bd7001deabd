/// Who acts: an account of a person, a department's delivery, a job of the platform, or the operator at the machine.
public struct Actor: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, CaseIterable { case account, department, job, `operator` }
    public let kind: Kind
    /// Account name, unified code, or name of the job.
    public let id: String

    public init(_ kind: Kind, _ id: String) {
        self.kind = kind
        self.id = id
    }

    /// `kind:id`, as stored.
    public var description: String { "\(kind.rawValue):\(id)" }

    /// Reads what `description` gives.
    public init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), let kind = Kind(rawValue: String(text[..<colon])) else { return nil }
        self.init(kind, String(text[text.index(after: colon)...]))
    }
}
