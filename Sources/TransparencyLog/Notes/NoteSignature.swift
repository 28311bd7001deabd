/// One signature line of a note: `— <key name> base64(key ID ‖ signature)`.
public struct NoteSignature: Hashable, Sendable {
    public let name: String
    /// First four bytes of the key's hash, big-endian; an identifier, not a proof.
    public let keyID: UInt32
    /// What the key made, in the format of its algorithm.
    public let signature: [UInt8]

    /// - Throws: `LogError.malformed` when the name cannot be a key name or the signature is empty.
    public init(name: String, keyID: UInt32, signature: [UInt8]) throws {
        guard Self.isKeyName(name) else { throw LogError(.malformed, "not a key name") }
        guard !signature.isEmpty else { throw LogError(.malformed, "an empty signature") }
        self.name = name
        self.keyID = keyID
        self.signature = signature
    }

    /// Reads a line without its newline.
    /// - Throws: `LogError.malformed`.
    public init(line: String) throws {
        let parts = line.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("—".utf8), let name = String(parts[1]),
            let bytes = Base64.decode(Substring(parts[2])), bytes.count > 4
        else { throw LogError(.malformed, "not a signature line") }
        let keyID = bytes[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        try self.init(name: name, keyID: keyID, signature: Array(bytes[4...]))
    }

    /// The line without its newline.
    public var line: String {
        let id = [UInt8(keyID >> 24), UInt8(keyID >> 16 & 255), UInt8(keyID >> 8 & 255), UInt8(keyID & 255)]
        return "— \(name) \(Base64.encode(id + signature))"
    }

    /// Key names are not empty and hold no Unicode space, plus sign or control character.
    static func isKeyName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 }
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.keyID == right.keyID && left.signature == right.signature
            && left.name.utf8.elementsEqual(right.name.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(keyID)
        hasher.combine(signature)
    }
}
