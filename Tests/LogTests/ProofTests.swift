import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Offline proofs", .timeLimit(.minutes(20)))
struct ProofTests {
    private struct Case {
        let proof: LogProof
        let leaf: TreeHash
        let log: NoteVerifier
        let witnesses: [NoteVerifier]
    }

    private static func make(size: Int, index: UInt64, extra: [UInt8]? = nil) throws -> Case {
        let entries = Fixture.entries(size)
        var proofs = Fixture.proofs(try Fixture.tiles(entries), size: size)
        let log = try Fixture.signer()
        let witnesses = try (1...3).map { try Fixture.signer("witness\($0).example", seed: $0, .cosignature) }
        let text = try Checkpoint(origin: Fixture.origin, size: UInt64(size), root: proofs.root()).text
        let lines = try [log.sign(text)] + witnesses.map { try Cosignature.sign(text, at: 1000, with: $0) }
        let proof = LogProof(
            extra: extra, inclusion: try proofs.inclusion(of: index),
            checkpoint: try Note(text: text, signatures: lines))
        return Case(
            proof: proof, leaf: .leaf(entries[Int(index)]), log: log.verifier, witnesses: witnesses.map(\.verifier))
    }

    @Test("a proof is read back and verifies", arguments: [nil, [1, 2, 3]] as [[UInt8]?])
    func roundTrip(extra: [UInt8]?) throws {
        for size in [1, 2, 255, 257, 1000] {
            let made = try Self.make(size: size, index: UInt64(size / 2), extra: extra)
            let proof = try LogProof(made.proof.bytes)
            #expect(proof == made.proof)
            #expect(proof.extra == extra)
            let verified = try proof.verify(
                leaf: made.leaf, origin: Fixture.origin, log: [made.log], witnesses: made.witnesses, quorum: 3)
            #expect(verified.checkpoint.size == UInt64(size))
            #expect(verified.index == UInt64(size / 2))
            #expect(verified.witnesses.map(\.name) == made.witnesses.map(\.name))
            #expect(verified.witnesses.allSatisfy { $0.timestamp == 1000 })
        }
    }

    @Test("one changed byte anywhere in a proof never passes with the quorum")
    func changed() throws {
        let made = try Self.make(size: 70, index: 40)
        let bytes = made.proof.bytes
        for position in bytes.indices {
            for mask: UInt8 in [0x01, 0x20] {
                var other = bytes
                other[position] ^= mask
                #expect(throws: LogError.self, "byte \(position)") {
                    try LogProof(other).verify(
                        leaf: made.leaf, origin: Fixture.origin, log: [made.log], witnesses: made.witnesses, quorum: 3)
                }
            }
        }
    }

    @Test("origin, log key, quorum and leaf are what the reader asked for")
    func demands() throws {
        let made = try Self.make(size: 9, index: 4)
        func check(
            leaf: TreeHash? = nil, origin: String = Fixture.origin, log: NoteVerifier? = nil,
            witnesses: [NoteVerifier]? = nil, quorum: Int = 0
        ) -> LogError.Code? {
            do {
                try made.proof.verify(
                    leaf: leaf ?? made.leaf, origin: origin, log: [log ?? made.log],
                    witnesses: witnesses ?? made.witnesses, quorum: quorum)
                return nil
            } catch { return (error as? LogError)?.code }
        }
        let stranger = try Fixture.signer(seed: 99).verifier
        #expect(check(quorum: 3) == nil)
        #expect(check(leaf: .leaf([0])) == .invalidProof)
        #expect(check(origin: "other.example/log") == .otherLog)
        #expect(check(log: stranger) == .unsigned)
        #expect(check(witnesses: [made.witnesses[0]], quorum: 2) == .quorumMissed)
        // The same key listed twice is still one witness.
        #expect(check(witnesses: [made.witnesses[0], made.witnesses[0]], quorum: 2) == .quorumMissed)
        #expect(check(quorum: 4) == .quorumMissed)
    }

    @Test("what is no proof is refused")
    func refused() throws {
        let made = try Self.make(size: 3, index: 1)
        let text = String(decoding: made.proof.bytes, as: UTF8.self)
        let hash = made.leaf.base64
        for bad in [
            "", "c2sp.org/tlog-proof@v2" + text.dropFirst(22), text.replacing("index 1\n", with: "index 01\n"),
            text.replacing("index 1\n", with: ""), text.replacing("index 1\n", with: "extra \nindex 1\n"),
            text.replacing("index 1\n", with: "extra AA\nindex 1\n"),
            text.replacing("index 1\n", with: "index 1\nindex 1\n"),
            text.replacing("index 1\n", with: "index 1\n" + String(repeating: hash + "\n", count: 64)),
            String(text.dropLast()), text + "\n",
        ] {
            #expect(throws: LogError(.malformed, ""), "\(bad)") { try LogProof(Array(bad.utf8)) }
        }
    }
}
