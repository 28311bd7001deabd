/// What a log says of itself: its name, its size and the root of its tree (C2SP tlog-checkpoint).
public struct Checkpoint: Hashable, Sendable {
    /// Unique name of the log, such as `credit.example.cn/log`.
    public let origin: String
    /// Number of leaves.
    public let size: UInt64
    public let root: TreeHash
    /// Opaque further lines; not recommended, kept so that signatures verify.
    public let extensions: [String]

    /// - Throws: `LogError.malformed` when a line is empty or holds a control character, or the size exceeds 2^63 - 1.
    public init(origin: String, size: UInt64, root: TreeHash, extensions: [String] = []) throws {
        for line in [origin] + extensions {
            guard !line.isEmpty, line.utf8.allSatisfy({ $0 >= 0x20 }) else {
                throw LogError(.malformed, "a line of a checkpoint is empty or has control characters")
            }
        }
        guard size <= UInt64(Int64.max) else { throw LogError(.malformed, "a checkpoint of impossible size") }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads a note text.
    /// - Throws: `LogError.malformed`.
    public init(text: String) throws {
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { String(Substring($0)) }
        guard lines.count >= 4, lines.last == "", let size = Decimal.value(lines[1]),
            let root = TreeHash(base64: lines[2])
        else { throw LogError(.malformed, "not a checkpoint") }
        try self.init(origin: lines[0], size: size, root: root, extensions: Array(lines[3...].dropLast()))
    }

    /// Reads a signed checkpoint and verifies that one of the keys signed it.
    /// - Throws: `LogError.malformed`, `.invalidSignature`, `.unsigned`.
    public init(verifying note: Note, keys: [NoteVerifier]) throws {
        try note.verify(with: keys)
        try self.init(text: note.text)
    }

    /// The note text, with its final newline.
    public var text: String {
        ([origin, String(size), root.base64] + extensions).map { $0 + "\n" }.joined()
    }

    // Compared as bytes: Swift strings are equal when they only look alike.
    public static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(size)
        hasher.combine(root)
    }
}
