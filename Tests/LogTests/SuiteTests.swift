import Crypto
import FoundationEssentials
import Testing

@testable import TransparencyLog

/// Foreign vectors and specifications, read where they lie beside the repository.
@Suite("Public suites", .timeLimit(.minutes(20)))
struct SuiteTests {
    private static let here = String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))

    /// `CHENGXIN_SHARED`, or the folder `shared` beside the repository.
    static let suites: String? = {
        let shared = ProcessInfo.processInfo.environment["CHENGXIN_SHARED"] ?? here + "/../../../shared"
        return FileManager.default.fileExists(atPath: shared + "/data/suites") ? shared + "/data/suites" : nil
    }()

    @Test("the suites are there")
    func present() {
        if Self.suites == nil {
            Issue.record(
                "public suites not found: set CHENGXIN_SHARED; the tests over them were skipped", severity: .warning)
        }
    }

    private struct Vector: Decodable {
        var leafIdx: UInt64?
        var treeSize: UInt64?
        var root: String?
        var leafHash: String?
        var size1: UInt64?
        var size2: UInt64?
        var root1: String?
        var root2: String?
        var proof: [String]?
        var desc: String
        var wantErr: Bool
    }

    /// Some vectors hold other text in place of a hash, to be compared only; it is given the length of one. An empty
    /// one stays none: there is no `TreeHash` of it, which is a refusal.
    private static func hash(_ text: String?) throws -> TreeHash? {
        let bytes = try #require(Base64.decode(text ?? ""))
        return TreeHash(bytes: bytes) ?? (bytes.isEmpty ? nil : TreeHash(SHA256.hash(data: bytes)))
    }

    /// Whether a verification of two hashes by a path refuses.
    private static func refuses(
        _ first: String?, _ second: String?, by path: [String]?,
        _ verify: (TreeHash, TreeHash, [TreeHash]) throws -> Void
    ) throws -> Bool {
        let hashes = try (path ?? []).map { try hash($0) }
        guard let first = try hash(first), let second = try hash(second), !hashes.contains(nil) else { return true }
        return (try? verify(first, second, hashes.compactMap { $0 })) == nil
    }

    private static func vectors(_ kind: String) throws -> [(String, Vector)] {
        let root = try #require(suites) + "/rfc6962-merkle/testdata/" + kind
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".json") }.sorted().map {
            ($0, try JSONDecoder().decode(Vector.self, from: Data(contentsOf: URL(filePath: root + "/" + $0))))
        }
    }

    @Test("every inclusion vector has its verdict", .enabled(if: suites != nil))
    func inclusion() throws {
        let vectors = try Self.vectors("inclusion")
        #expect(vectors.count >= 35)
        for (name, vector) in vectors {
            let (index, size) = (try #require(vector.leafIdx), try #require(vector.treeSize))
            let failed = try Self.refuses(vector.leafHash, vector.root, by: vector.proof) { leaf, root, hashes in
                try InclusionProof(index: index, size: size, hashes: hashes).verify(leaf: leaf, root: root)
            }
            #expect(failed == vector.wantErr, "\(name): \(vector.desc)")
        }
    }

    @Test("every consistency vector has its verdict", .enabled(if: suites != nil))
    func consistency() throws {
        let vectors = try Self.vectors("consistency")
        #expect(vectors.count >= 54)
        for (name, vector) in vectors {
            let (size1, size2) = (try #require(vector.size1), try #require(vector.size2))
            let failed = try Self.refuses(vector.root1, vector.root2, by: vector.proof) { old, new, hashes in
                try ConsistencyProof(oldSize: size1, newSize: size2, hashes: hashes).verify(old: old, new: new)
            }
            #expect(failed == vector.wantErr, "\(name): \(vector.desc)")
        }
    }

    /// The lines between the fences of a specification's example that begins with a line.
    private static func example(_ file: String, from first: String) throws -> String {
        let path = try #require(suites) + "/c2sp-specs/" + file
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == first })
        return lines[start...].prefix { !$0.hasPrefix("```") }.map { $0 + "\n" }.joined()
    }

    @Test("the signed note of the specification verifies with its key", .enabled(if: suites != nil))
    func note() throws {
        let text = try Self.example("signed-note.md", from: "This is an example message.")
        let path = try #require(Self.suites) + "/c2sp-specs/signed-note.md"
        let document = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        let line = try #require(document.split(separator: "\n").first { $0.hasPrefix("    example.com/foo+") })
        let key = try NoteVerifier(String(line.dropFirst(4)))
        let note = try Note(Array(text.utf8))
        #expect(try note.verify(with: [key]) == [key])
        let other = try Note(Array(text.replacing("message", with: "Message").utf8))
        #expect(throws: LogError(.invalidSignature, "")) { try other.verify(with: [key]) }
    }

    /// The keys of these examples are not printed, so they are read and written back only.
    @Test(
        "checkpoints, cosignatures and requests of the specifications are read and written back",
        .enabled(if: suites != nil))
    func forms() throws {
        for file in ["tlog-checkpoint.md", "tlog-cosignature.md"] {
            let text = try Self.example(file, from: "example.com/behind-the-sofa")
            let note = try Note(Array(text.utf8))
            #expect(note.bytes == Array(text.utf8))
            let checkpoint = try Checkpoint(text: note.text)
            #expect(checkpoint.size == 20_852_163)
            #expect(checkpoint.text == note.text)
            if file == "tlog-cosignature.md" {
                #expect(Cosignature(note.signatures[1])?.timestamp == 1_679_315_147)
            }
        }
        let path = try #require(Self.suites) + "/c2sp-specs/tlog-witness.md"
        let document = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        let lines = document.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == "    old 20852014" })
        let body = lines[start...].prefix { $0.isEmpty || $0.hasPrefix("    ") }.map { $0.dropFirst(4) + "\n" }
        // The blank line after the example is the document's.
        let request = Array(body.dropLast().joined().utf8)
        let parsed = try WitnessRequest(request)
        #expect(parsed.bytes == request)
        #expect(parsed.oldSize == 20_852_014)
        #expect(parsed.proof.count == 4)
        #expect(parsed.note.signatures.count == 2)
    }
}
