import CreditDocuments
import CreditModel
import Foundation
import TestSupport
import Testing

@Suite("a report proves itself")
struct VerificationTests {
    @Test("every changed byte of the JSON is found", arguments: [UInt8(1), 0x20, 0x80])
    func json(flip: UInt8) async throws {
        let counter = try await Counter()
        let file = try await counter.ask().json
        let verifier = counter.verifier
        _ = try verifier.verify(file)
        // A prime step, so that places differ from run to run of the content.
        for place in stride(from: Int(flip) % 7, to: file.count, by: 7) {
            var changed = file
            changed[place] ^= flip
            #expect(throws: DocumentError.self, "byte \(place)") { _ = try verifier.verify(changed) }
        }
    }

    @Test("every changed byte of the PDF is found, in its pages and around them")
    func pdf() async throws {
        let counter = try await Counter()
        let document = try await counter.ask()
        let file = try await counter.issuer.pdf(of: document)
        let verifier = counter.verifier
        #expect(try verifier.verify(document: file).pagesChecked)
        for place in Array(stride(from: 0, to: file.count, by: 997)) + Array(file.count - 300..<file.count) {
            var changed = file
            changed[place] ^= 1
            #expect(throws: DocumentError.self, "byte \(place)") { _ = try verifier.verify(document: changed) }
        }
    }

    @Test("a file made to mislead is refused, whatever numbers it states")
    func misleading() async throws {
        let counter = try await Counter()
        let file = try await counter.issuer.pdf(of: try await counter.ask())
        let verifier = counter.verifier
        let keys = ["/Root ", "/Size ", "/Info ", "/Length ", "startxref\n", "\n0000000"]
        let values = ["-9", "0", "-000000005", "9223372036854775807", "99999999999999999999", "1048577", ""]
        for key in keys {
            let mark = Array(key.utf8)
            let places = file.indices.dropLast(mark.count).filter { file[$0] == mark[0] && file[$0..<$0 + mark.count].elementsEqual(mark) }
            // The first ones are the pages' own, the last ones those of what was added.
            for place in places.prefix(3) + places.suffix(4) {
                let start = place + mark.count
                let end = file[start...].firstIndex { !(48...57).contains($0) } ?? file.count
                for value in values {
                    let changed = file[..<start] + Array(value.utf8) + file[end...]
                    #expect(throws: DocumentError.self, "\(key)\(value) at \(place)") {
                        _ = try verifier.verify(document: Array(changed))
                    }
                }
            }
        }
    }

    @Test("a record or field can be left out, and a reader sees that something was")
    func withheld() async throws {
        let counter = try await Counter()
        let document = try await counter.ask()
        let fields = try document.signed.withholding(records: [], fields: ["facts", "fine"])
        let checked = try counter.verifier.verify(try fields.bytes())
        #expect((checked.withheld, checked.records) == (2, 2))
        let text = String(decoding: try fields.bytes(), as: UTF8.self)
        #expect(!text.contains("未标明价格") && text.contains("示市监罚〔2025〕220号"))
        let id = try #require(document.report.sections.first?.entries.first?.record.description)
        let none = try counter.verifier.verify(try document.signed.withholding(records: [id], fields: []).bytes())
        #expect((none.withheld, none.records) == (1, 1))
    }

    @Test("a key counts for its own time; a withdrawn key counts for nothing")
    func keys() async throws {
        let counter = try await Counter([])
        let file = try await counter.ask().json
        let later = Instant(milliseconds: City.now.milliseconds + 3_600_000)
        let rotated = ReportSigner(after: counter.signer.keys, at: later)
        #expect(try ReportVerifier(keys: rotated.keys, log: nil).verify(file).keyID == counter.signer.id)
        // Ended before the report was made.
        let early = ReportSigner(after: counter.signer.keys, at: Instant(milliseconds: City.now.milliseconds + 1000))
        #expect(throws: DocumentError(.invalid, "")) { _ = try ReportVerifier(keys: early.keys, log: nil).verify(file) }
        let stolen = ReportSigner(after: counter.signer.keys, compromised: true, at: later)
        #expect(throws: DocumentError(.invalid, "")) { _ = try ReportVerifier(keys: stolen.keys, log: nil).verify(file) }
        let other = ReportSigner(at: City.now)
        #expect(throws: DocumentError(.invalid, "")) { _ = try ReportVerifier(keys: other.keys, log: nil).verify(file) }
        // What is published reads back as it was, and the secret is not among it.
        #expect(try ReportKeySet(rotated.keys.json) == rotated.keys)
        #expect(!String(decoding: rotated.keys.json, as: UTF8.self).contains("secret"))
        #expect(try ReportSigner(file: rotated.file).id == rotated.id)
    }

    @Test("the published example of an Ed25519 key has its published thumbprint (RFC 8037 appendix A.3)")
    func thumbprint() throws {
        let keys = try ReportKeySet(
            Array(#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#.utf8))
        #expect(keys.keys.first?.id == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test("a status list keeps two bits for each report, and is refused when it is old or another's")
    func statusList() throws {
        let signer = ReportSigner(at: City.now)
        var list = StatusList()
        for index in 0..<1000 { list.set(index % 7 == 0 ? .superseded : .valid, at: Int64(index)) }
        let token = try list.token(address: "https://a.example/s", at: City.now, signer: signer)
        let read = try StatusList(token: token, address: "https://a.example/s", keys: signer.keys, at: City.now)
        for index in 0..<1000 { #expect(read.status(at: Int64(index)) == (index % 7 == 0 ? .superseded : .valid)) }
        #expect(read.status(at: 100_000) == nil)
        let later = Instant(milliseconds: City.now.milliseconds + 3_600_000)
        #expect(throws: DocumentError(.invalid, "")) {
            _ = try StatusList(token: token, address: "https://a.example/s", keys: signer.keys, at: later)
        }
        #expect(throws: DocumentError(.invalid, "")) {
            _ = try StatusList(token: token, address: "https://b.example/s", keys: signer.keys, at: City.now)
        }
    }

    @Test(
        "what is no canonical JSON of ours is not read",
        arguments: ["", "{", "{\"a\":1,\"a\":2}", "[1.5]", "[01]", "[-0]", "\"\\ud800\"", "[1,]", "nul", String(repeating: "[", count: 99)])
    func json(text: String) {
        #expect(throws: DocumentError(.malformed, "")) { _ = try JSONValue(Array(text.utf8)) }
    }
}
