/// Body of `add-checkpoint` (C2SP tlog-witness): the size last cosigned, a consistency proof, a signed checkpoint.
public struct WitnessRequest: Hashable, Sendable {
    /// Most hashes a request may hold.
    public static let maximumHashes = 63

    public let oldSize: UInt64
    public let proof: [TreeHash]
    public let note: Note

    public init(oldSize: UInt64, proof: [TreeHash], note: Note) {
        self.oldSize = oldSize
        self.proof = proof
        self.note = note
    }

    /// - Throws: `LogError.malformed`.
    public init(_ body: some Collection<UInt8>) throws {
        let malformed = LogError(.malformed, "not an add-checkpoint request")
        var rest = Array(body)[...]
        var lines: [String] = []
        while true {
            guard lines.count <= Self.maximumHashes + 1, let end = rest.firstIndex(of: 0x0A),
                let line = String(validating: rest[..<end], as: UTF8.self)
            else { throw malformed }
            rest = rest[(end + 1)...]
            if line.isEmpty { break }
            lines.append(line)
        }
        guard let first = lines.first, first.hasPrefix("old "), let size = Decimal.value(first.dropFirst(4)) else {
            throw malformed
        }
        oldSize = size
        proof = try lines.dropFirst().map { line in
            guard let hash = TreeHash(base64: line) else { throw malformed }
            return hash
        }
        note = try Note(rest)
    }

    public var bytes: [UInt8] {
        let lines = ["old \(oldSize)"] + proof.map(\.base64)
        return Array(lines.map { $0 + "\n" }.joined().utf8) + [0x0A] + note.bytes
    }

    func verified(by keys: [NoteVerifier]) -> [NoteSignature] {
        note.signatures.filter { line in keys.contains { $0.matches(line) } }
    }
}
