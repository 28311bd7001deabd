/// A text with signatures (C2SP signed-note). Not to be believed before `verify(with:)`.
public struct Note: Hashable, Sendable {
    /// Most signatures read from one note; the specification asks for at least 16.
    public static let maximumSignatures = 100
    /// Longest note read, in bytes.
    public static let maximumBytes = 1 << 20

    /// Ends with a newline; the blank line before the signatures is not part of it.
    public let text: String
    public let signatures: [NoteSignature]

    /// - Throws: `LogError.malformed` when the text does not end in a newline, has control characters, or there is no
    ///   signature or too many.
    public init(text: String, signatures: [NoteSignature]) throws {
        guard text.utf8.last == 0x0A else { throw Self.malformed("the text does not end in a newline") }
        guard text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else { throw Self.malformed("control characters") }
        guard !signatures.isEmpty else { throw Self.malformed("it has no signature") }
        guard signatures.count <= Self.maximumSignatures else { throw Self.malformed("it has too many signatures") }
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note. The text ends at the last blank line.
    /// - Throws: `LogError.malformed` with the reason.
    public init(_ bytes: some Collection<UInt8>) throws {
        guard bytes.count <= Self.maximumBytes else { throw Self.malformed("it is longer than 1 MiB") }
        let bytes = Array(bytes)
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Self.malformed("it is not UTF-8") }
        guard bytes.last == 0x0A else { throw Self.malformed("it does not end in a newline") }
        guard let blank = bytes.indices.dropLast().last(where: { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }) else {
            throw Self.malformed("no blank line before signatures")
        }
        // The last newline ends the last signature line, so there is one empty piece fewer than newlines.
        let lines = bytes[(blank + 2)...].dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count <= Self.maximumSignatures else { throw Self.malformed("it has too many signatures") }
        try self.init(
            text: String(decoding: bytes[...blank], as: UTF8.self),
            signatures: lines.map { try NoteSignature(line: String(decoding: $0, as: UTF8.self)) })
    }

    public var bytes: [UInt8] { Array((text + "\n" + signatures.map { $0.line + "\n" }.joined()).utf8) }

    /// The known keys whose signatures verified, each once, in the order of the note.
    ///
    /// Signatures of unknown keys are ignored; one that names a known key and does not verify spoils the whole note.
    /// - Throws: `LogError.invalidSignature`, `LogError.unsigned` when no known key signed.
    @discardableResult
    public func verify(with keys: [NoteVerifier]) throws -> [NoteVerifier] {
        var verified: [NoteVerifier] = []
        for signature in signatures {
            for key in keys where key.matches(signature) {
                guard key.verifies(signature, of: text) else {
                    throw LogError(.invalidSignature, "the signature of \(key.name) does not verify")
                }
                if !verified.contains(key) { verified.append(key) }
            }
        }
        guard !verified.isEmpty else { throw LogError(.unsigned, "no known key signed the note") }
        return verified
    }

    private static func malformed(_ reason: String) -> LogError { LogError(.malformed, "not a signed note: \(reason)") }

    // Compared as bytes: Swift strings are equal when they only look alike, signatures are not.
    public static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8) && left.signatures == right.signatures
    }

    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(signatures)
    }
}
