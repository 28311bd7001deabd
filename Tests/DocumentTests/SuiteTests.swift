import CreditModel
import Crypto
import Foundation
import Testing
import Yams

@testable import CreditDocuments

/// Foreign vectors and examples, read where they lie beside the repository.
@Suite("public suites of signed documents")
struct DocumentSuiteTests {
    /// `CHENGXIN_SHARED`, or the folder `shared` beside the repository.
    static let suites: String? = {
        let here = URL(filePath: #filePath).deletingLastPathComponent().path
        let shared = ProcessInfo.processInfo.environment["CHENGXIN_SHARED"] ?? here + "/../../../shared"
        return FileManager.default.fileExists(atPath: shared + "/data/suites") ? shared + "/data/suites" : nil
    }()

    private static func folder(_ name: String) -> String? {
        guard let suites, FileManager.default.fileExists(atPath: "\(suites)/\(name)") else {
            Issue.record("\(name) not found: set CHENGXIN_SHARED; the test over it was skipped", severity: .warning)
            return nil
        }
        return "\(suites)/\(name)"
    }

    private static func files(_ folder: String, _ ending: String) -> [String] {
        (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(ending) }.sorted()
            .map { "\(folder)/\($0)" }
    }

    // MARK: JOSE

    private struct Cookbook: Decodable {
        struct Output: Decodable { let compact: String? }
        struct Key: Decodable {
            let crv: String?
            let x: String?
            let d: String?
        }
        struct Input: Decodable {
            let payload: String
            let key: Key?
        }
        struct Signing: Decodable {
            let sig: String?
            let sigInput: String?
            enum CodingKeys: String, CodingKey {
                case sig
                case sigInput = "sig-input"
            }
        }
        let input: Input
        let signing: Signing?
        let output: Output
    }

    @Test("the published Ed25519 signature verifies, no changed byte of it does, and the same key gives the same signature")
    func ed25519() throws {
        guard let folder = Self.folder("jose-cookbook") else { return }
        let file = try Data(contentsOf: URL(filePath: folder + "/curve25519/jws.json"))
        let vector = try JSONDecoder().decode(Cookbook.self, from: file)
        let public64 = try #require(vector.input.key?.x), secret64 = try #require(vector.input.key?.d)
        let compact = try #require(vector.output.compact)
        let key = ReportKey(publicKey: try #require(Base64URL.decode(public64)), since: Instant(milliseconds: 0))
        #expect(key.id == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        let token = try JWS(compact: compact)
        #expect(token.compact == compact)
        #expect(token.fits(key))
        #expect(Base64URL.decode(token.payload) == Array(vector.input.payload.utf8))
        for place in compact.utf8.indices {
            var bytes = Array(compact.utf8)
            let index = compact.utf8.distance(from: compact.utf8.startIndex, to: place)
            bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let changed = try? JWS(compact: String(decoding: bytes, as: UTF8.self))
            #expect(changed?.fits(key) != true, "byte \(index)")
        }
        let secret = try Curve25519.Signing.PrivateKey(rawRepresentation: Data(try #require(Base64URL.decode(secret64))))
        #expect(Array(secret.publicKey.rawRepresentation) == key.publicKey)
        let own = Base64URL.encode(Array(try secret.signature(for: Data(try #require(vector.signing?.sigInput).utf8))))
        #expect(own == vector.signing?.sig)
        // No report: it names no key and no type of ours.
        #expect(throws: DocumentError(.invalid, "")) {
            _ = try token.verify(type: SignedReport.type, keys: ReportKeySet([key]))
        }
    }

    private struct Outputs: Decodable { let output: Cookbook.Output }

    @Test("signatures of every other algorithm are refused, whatever they claim")
    func otherAlgorithms() throws {
        guard let folder = Self.folder("jose-cookbook") else { return }
        let key = ReportKey(publicKey: [UInt8](repeating: 9, count: 32), since: Instant(milliseconds: 0))
        var seen = 0
        for file in Self.files(folder + "/jws", ".json") {
            let vector = try JSONDecoder().decode(Outputs.self, from: try Data(contentsOf: URL(filePath: file)))
            guard let compact = vector.output.compact, let token = try? JWS(compact: compact) else { continue }
            seen += 1
            #expect(!token.fits(key))
            #expect(throws: DocumentError.self, "\(file)") {
                _ = try token.verify(type: SignedReport.type, keys: ReportKeySet([key]))
            }
        }
        #expect(seen >= 3)
    }

    // MARK: SD-JWT

    /// A claim of an example, with what the example says may be hidden.
    private indirect enum Claim {
        case plain(JSONValue)
        case object([(name: String, isHidden: Bool, value: Claim)])
        case array([(isHidden: Bool, value: Claim)])

        init(_ node: Node) {
            func isHidden(_ node: Node) -> Bool { node.tag.description == "!sd" }
            switch node {
            case .mapping(let mapping):
                self = .object(mapping.map { ($0.key.scalar?.string ?? "", isHidden($0.key), Claim($0.value)) })
            case .sequence(let sequence): self = .array(sequence.map { (isHidden($0), Claim($0)) })
            default:
                let text = node.scalar?.string ?? ""
                self = .plain(
                    Int64(text).flatMap { String($0) == text ? JSONValue.number($0) : nil }
                        ?? (text == "true" || text == "false" ? .flag(text == "true") : .text(text)))
            }
        }

        var whole: JSONValue {
            switch self {
            case .plain(let value): value
            case .object(let members): .object(Dictionary(members.map { ($0.name, $0.value.whole) }) { $1 })
            case .array(let values): .array(values.map(\.value.whole))
            }
        }

        /// What is left where nothing is disclosed, and how many digests are then seen.
        var open: (value: JSONValue, hidden: Int) {
            switch self {
            case .plain(let value): return (value, 0)
            case .object(let members):
                let shown = members.filter { !$0.isHidden }.map { ($0.name, $0.value.open) }
                return (
                    .object(Dictionary(shown.map { ($0.0, $0.1.value) }) { $1 }),
                    members.count - shown.count + shown.reduce(0) { $0 + $1.1.hidden }
                )
            case .array(let values):
                let shown = values.filter { !$0.isHidden }.map(\.value.open)
                return (.array(shown.map(\.value)), values.count - shown.count + shown.reduce(0) { $0 + $1.hidden })
            }
        }

        func hiding(_ disclosures: inout Disclosures) -> JSONValue {
            switch self {
            case .plain(let value): return value
            case .object(let members):
                var hidden: [(name: String, value: JSONValue)] = []
                var shown: [String: JSONValue] = [:]
                for member in members {
                    let value = member.value.hiding(&disclosures)
                    if member.isHidden { hidden.append((member.name, value)) } else { shown[member.name] = value }
                }
                if !hidden.isEmpty { shown["_sd"] = disclosures.hide(hidden)["_sd"] }
                return .object(shown)
            case .array(let values):
                return .array(
                    values.map { element in
                        let value = element.value.hiding(&disclosures)
                        return element.isHidden ? disclosures.hide(element: value) : value
                    })
            }
        }
    }

    @Test("every example of the SD-JWT suite opens to what was hidden, in full and with nothing disclosed, and no disclosure can be changed")
    func selectiveDisclosure() throws {
        guard let folder = Self.folder("sd-jwt-ietf/examples") else { return }
        var seen = 0
        for file in Self.files(folder, "specification.yml") {
            guard let claims = try Yams.compose(yaml: try String(contentsOfFile: file, encoding: .utf8))?["user_claims"] else { continue }
            seen += 1
            let claim = Claim(claims)
            var disclosures = Disclosures()
            let payload = claim.hiding(&disclosures)
            // As a reader gets it.
            let read = try JSONValue(payload.canonical)
            let all = try Disclosures.open(read, disclosures.texts.shuffled())
            #expect(all.payload == claim.whole && all.withheld == 0, "\(file)")
            #expect(try disclosures.opened(payload) == claim.whole)
            let none = try Disclosures.open(read, [])
            #expect(none.payload == claim.open.value && none.withheld == claim.open.hidden, "\(file)")
            for text in disclosures.texts {
                let others = disclosures.texts.filter { $0 != text }
                let changed = String(text.dropLast()) + (text.hasSuffix("A") ? "Q" : "A")
                #expect(throws: DocumentError.self) { _ = try Disclosures.open(read, others + [changed]) }
                #expect(throws: DocumentError.self) { _ = try Disclosures.open(read, disclosures.texts + [text]) }
            }
        }
        #expect(seen >= 10)
    }
}
