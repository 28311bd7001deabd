import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Witnesses", .timeLimit(.minutes(20)))
struct WitnessTests {
    private static let leaves = Fixture.leaves(Fixture.entries(40))

    private static func head(_ size: Int) -> Witness.Head {
        Witness.Head(size: UInt64(size), root: Reference.root(leaves[..<size]))
    }

    private static func note(_ size: Int, root: TreeHash? = nil, origin: String = Fixture.origin, seed: UInt8 = 7)
        throws -> Note
    {
        let root = root ?? Reference.root(leaves[..<size])
        return try Fixture.signer(seed: seed).note(Checkpoint(origin: origin, size: UInt64(size), root: root).text)
    }

    private static func request(_ old: Int, _ size: Int, note: Note? = nil, proof: [TreeHash]? = nil) throws -> [UInt8]
    {
        let hashes = old == 0 || old >= size ? [] : Reference.proof(old, leaves[..<size])
        return WitnessRequest(oldSize: UInt64(old), proof: proof ?? hashes, note: try note ?? Self.note(size)).bytes
    }

    private static func answer(_ body: [UInt8], last: Witness.Head?) throws -> Witness.Outcome {
        let signer = try Fixture.signer("witness.example", seed: 9, .cosignature)
        let witness = try Witness(signer: signer, logs: [Fixture.origin: [Fixture.signer().verifier]])
        return try witness.add(body, now: 1000) { _ in last }
    }

    @Test("a consistent checkpoint is cosigned, from any size to any later one")
    func cosigned() throws {
        let witness = try Fixture.signer("witness.example", seed: 9, .cosignature).verifier
        for old in 0...40 {
            for size in [old, old + 1, 40] where size <= 40 {
                let last = old == 0 ? nil : Self.head(old)
                let outcome = try Self.answer(Self.request(old, size), last: last)
                guard case .cosigned(let line, let head, let origin, let checkpoint) = outcome else {
                    Issue.record("\(old) to \(size): \(outcome)")
                    continue
                }
                #expect(outcome.status == 200)
                #expect(outcome.body == line.line + "\n")
                #expect(head == Self.head(size))
                #expect(origin == Fixture.origin)
                #expect(try checkpoint.verify(with: [witness, Fixture.signer().verifier]).count == 2)
            }
        }
    }

    @Test("each fault has its status, in the order of the specification")
    func faults() throws {
        let last = Self.head(10)
        let other = TreeHash.leaf([0xFF])
        let proof = Reference.proof(10, Self.leaves[..<20])
        let table: [(Int, [UInt8])] = try [
            (400, []), (400, Array("old 10\n".utf8)), (400, Self.request(21, 20)),
            (400, Array("old 010\n".utf8) + Self.request(10, 20).dropFirst(7)),
            (400, Self.request(10, 20, proof: [TreeHash](repeating: other, count: 64))),
            (404, Self.request(10, 20, note: Self.note(20, origin: "unknown.example"))),
            (403, Self.request(10, 20, note: Self.note(20, seed: 8))),
            (403, Self.request(10, 20, note: Note(text: Self.note(20).text, signatures: Self.note(19).signatures))),
            (409, Self.request(0, 20)), (409, Self.request(9, 20)), (409, Self.request(11, 20)),
            (422, Self.request(10, 20, note: Self.note(20, root: other))),
            (422, Self.request(10, 20, proof: proof.dropLast())), (422, Self.request(10, 20, proof: proof + [other])),
            (422, Self.request(10, 20, proof: [])), (422, Self.request(10, 10, note: Self.note(10, root: other))),
            (422, Self.request(10, 10, proof: [other])),
        ]
        for (status, body) in table {
            let outcome = try Self.answer(body, last: last)
            #expect(outcome.status == status, "\(String(decoding: body, as: UTF8.self))")
            if status == 409 {
                #expect(outcome.body == "10\n")
                #expect(outcome.contentType == "text/x.tlog.size")
            }
        }
        #expect(try Self.answer(Self.request(5, 20), last: nil).body == "0\n")
        #expect(try Self.answer(Self.request(0, 20, proof: [other]), last: nil).status == 422)
        #expect(try Self.answer(Self.request(0, 0, note: Self.note(0, root: other)), last: nil).status == 422)
        #expect(try Self.answer(Self.request(0, 0), last: nil).status == 200)
    }

    @Test("a cosignature of a known witness enters the published checkpoint, once")
    func box() throws {
        let log = try Fixture.signer()
        let witness = try Fixture.signer("witness.example", seed: 9, .cosignature)
        let stranger = try Fixture.signer("stranger.example", seed: 10, .cosignature)
        let storage = MemoryStorage()
        let note = try Self.note(20)
        storage.files = ["checkpoint": note.bytes]
        let box = try CosignatureBox(log: log.verifier, witnesses: [witness.verifier])
        func line(_ signer: NoteSigner, _ time: UInt64, size: Int = 20) throws -> String {
            try Cosignature.sign(Self.note(size).text, at: time, with: signer).line + "\n"
        }
        let answer = try line(stranger, 5) + line(witness, 5)
        #expect(try box.accept(answer, storage: storage).signatures.count == 2)
        #expect(try box.accept(line(witness, 9), storage: storage).signatures.count == 2)
        // An older answer that comes late changes nothing.
        #expect(try box.accept(line(witness, 6), storage: storage).signatures.count == 2)
        let published = try Note(#require(storage.files["checkpoint"]))
        #expect(try published.verify(with: [log.verifier, witness.verifier]).count == 2)
        #expect(Cosignature(published.signatures[1])?.timestamp == 9)
        #expect(throws: LogError(.invalidSignature, "")) {
            try box.accept(line(witness, 10, size: 19), storage: storage)
        }
        #expect(throws: LogError(.unsigned, "")) { try box.accept(line(stranger, 10), storage: storage) }
        for bad in ["", "\n", "x\n", String(answer.dropLast())] {
            #expect(throws: LogError(.malformed, "")) { try box.accept(bad, storage: storage) }
        }
        #expect(try Note(#require(storage.files["checkpoint"])) == published)
        #expect(throws: LogError(.invalidKey, "")) { try CosignatureBox(log: log.verifier, witnesses: [log.verifier]) }
    }
}
