import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Signed notes", .timeLimit(.minutes(20)))
struct NoteTests {
    // Keys and note of the examples of golang.org/x/mod/sumdb/note.
    private static let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let skey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    private static let text =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    private static let line =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

    private static func malformed(_ text: String) {
        #expect(throws: LogError(.malformed, ""), "\(text)") { try Note(Array(text.utf8)) }
    }

    @Test("a note of another implementation verifies, and its key signs the same bytes")
    func foreign() throws {
        let verifier = try NoteVerifier(Self.vkey)
        #expect(verifier.description == Self.vkey)
        let bytes = Array("\(Self.text)\n\(Self.line)\n".utf8)
        let note = try Note(bytes)
        #expect(try note.verify(with: [verifier]) == [verifier])
        #expect(note.bytes == bytes)
        let signer = try NoteSigner(secret: Self.skey)
        #expect(signer.secret == Self.skey)
        #expect(signer.verifier == verifier)
        try signer.note(Self.text).verify(with: [verifier])
    }

    @Test("the first test of RFC 8032 section 7.1 verifies, and no other signature does")
    func rfc8032() throws {
        func bytes(_ hex: String) -> [UInt8] {
            stride(from: 0, to: hex.utf8.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
        }
        let key = try NoteVerifier(
            name: "rfc8032", publicKey: bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
        let secret = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
        #expect(try NoteSigner(name: "rfc8032", seed: secret).verifier == key)
        let signature = bytes(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")
        #expect(key.isValid(signature[...], over: []))
        for bit in 0..<512 {
            var other = signature
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.isValid(other[...], over: []))
        }
        #expect(!key.isValid(signature[...], over: [0]))
        #expect(!key.isValid(signature.dropLast(), over: []))
    }

    @Test("what is no note is refused")
    func refused() throws {
        let line = Self.line
        for bad in [
            "", "\n", "text", "text\n", "text\n\n", "text\n\n\n", "text\n\(line)\n", "text\n\n\(line)",
            "te\txt\n\n\(line)\n", "text\r\n\n\(line)\n", "text\n\nx\(line)\n", "text\n\n\(line) \n",
            "text\n\n- PeterNeumann x08go/ZJ\n", "text\n\n— a+b x08go/ZJ\n", "text\n\n—  x08go/ZJ\n",
            "text\n\n— a\u{A0}b x08go/ZJ\n", "text\n\n— a x08gow==\n", "text\n\n— a x08go/Z\n", "text\n\n\(line)\n\n",
            "text\n\n" + String(repeating: line + "\n", count: 101),
        ] {
            Self.malformed(bad)
        }
        #expect(throws: LogError(.malformed, "")) { try Note([0xFF, 0x0A, 0x0A] + Array(line.utf8) + [0x0A]) }
        #expect(throws: LogError(.malformed, "")) { try Note([UInt8](repeating: 0x0A, count: 1 << 20 + 1)) }
        let many = try Note(Array(("text\n\n" + String(repeating: line + "\n", count: 100)).utf8))
        #expect(many.signatures.count == 100)
        // Empty lines belong to the text; it ends at the last.
        #expect(try Note(Array("a\n\nb\n\n\n\(line)\n".utf8)).text == "a\n\nb\n\n")
    }

    @Test("known keys must verify, unknown ones are ignored, and one known key is needed")
    func known() throws {
        let first = try Fixture.signer("first", seed: 1)
        let second = try Fixture.signer("second", seed: 2)
        let note = try Note(text: "text\n", signatures: [first.sign("text\n"), second.sign("text\n")])
        #expect(try note.verify(with: [second.verifier]) == [second.verifier])
        #expect(try note.verify(with: [second.verifier, first.verifier]).count == 2)
        let third = try Fixture.signer("first", seed: 3)
        #expect(throws: LogError(.unsigned, "")) { try note.verify(with: [third.verifier]) }
        #expect(throws: LogError(.unsigned, "")) { try note.verify(with: []) }
        let spoilt = try Note(text: "text\n", signatures: [first.sign("text\n"), second.sign("other\n")])
        #expect(throws: LogError(.invalidSignature, "")) { try spoilt.verify(with: [first.verifier, second.verifier]) }
        #expect(try spoilt.verify(with: [first.verifier]).count == 1)
    }

    @Test("a key with another ID, type or length is refused, and no secret is described")
    func keys() throws {
        let parts = Self.vkey.split(separator: "+", maxSplits: 2).map(String.init)
        for bad in [
            "", "a+b", parts[0] + "+c74f20a4+" + parts[2], parts[0] + "+C74F20A3+" + parts[2],
            "Other+c74f20a3+" + parts[2], Self.vkey + "=", "+c74f20a3+" + parts[2],
            "PeterNeumann+c74f20a3+AhpcAA==",
        ] {
            #expect(throws: LogError(.invalidKey, ""), "\(bad)") { try NoteVerifier(bad) }
            #expect(throws: LogError(.invalidKey, ""), "\(bad)") { try NoteSigner(secret: "PRIVATE+KEY+" + bad) }
        }
        #expect(try NoteSigner(secret: Self.skey).description == "NoteSigner(PeterNeumann)")
        let fresh = try NoteSigner(generating: "fresh")
        #expect(try NoteSigner(secret: fresh.secret).verifier == NoteVerifier(fresh.verifier.description))
    }

    @Test("a checkpoint is read back and nothing else is read")
    func checkpoint() throws {
        let root = TreeHash.leaf([1])
        let checkpoint = try Checkpoint(origin: "log.example/一", size: 20_852_163, root: root, extensions: ["x y"])
        #expect(checkpoint.text == "log.example/一\n20852163\n\(root.base64)\nx y\n")
        #expect(try Checkpoint(text: checkpoint.text) == checkpoint)
        for bad in [
            "", "a\n", "a\n1\n", "a\n1\n\(root)", "\n1\n\(root)\n", "a\n01\n\(root)\n", "a\n+1\n\(root)\n",
            "a\n\n\(root)\n",
            "a\n-1\n\(root)\n", "a\n9223372036854775808\n\(root)\n", "a\n1\n\(root)\n\n", "a\n1\n\(root)\n\nx\n",
            "a\n1\nAAAA\n", "a\n1 \n\(root)\n", "a\n１\n\(root)\n",
        ] {
            #expect(throws: LogError(.malformed, ""), "\(bad)") { try Checkpoint(text: bad) }
        }
        #expect(throws: LogError(.malformed, "")) { try Checkpoint(origin: "a\nb", size: 1, root: root) }
        #expect(throws: LogError(.malformed, "")) { try Checkpoint(origin: "", size: 1, root: root) }
    }

    @Test("a cosignature holds for one text, one time and one key")
    func cosignature() throws {
        let witness = try Fixture.signer("witness.example", seed: 9, .cosignature)
        let text = try Checkpoint(origin: Fixture.origin, size: 5, root: .leaf([5])).text
        let line = try Cosignature.sign(text, at: 1_679_315_147, with: witness)
        #expect(Cosignature(line)?.timestamp == 1_679_315_147)
        #expect(witness.verifier.verifies(line, of: text))
        #expect(!witness.verifier.verifies(line, of: text + "x\n"))
        for byte in line.signature.indices {
            var signature = line.signature
            signature[byte] ^= 1
            let other = try NoteSignature(name: line.name, keyID: line.keyID, signature: signature)
            #expect(!witness.verifier.verifies(other, of: text))
        }
        // Domain separation: the same key as a log's key makes and takes other signatures.
        let log = try Fixture.signer("witness.example", seed: 9)
        #expect(log.verifier.keyID != witness.verifier.keyID)
        #expect(throws: LogError(.invalidKey, "")) { try witness.sign(text) }
        #expect(throws: LogError(.invalidKey, "")) { try Cosignature.sign(text, at: 1, with: log) }
        #expect(throws: LogError(.malformed, "")) { try Cosignature.sign(text, at: 0, with: witness) }
        #expect(throws: LogError(.malformed, "")) { try Cosignature.sign("no checkpoint\n", at: 1, with: witness) }
    }
}
