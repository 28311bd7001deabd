import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import Hummingbird
import TransparencyLog

extension Portal {
    /// `/r/{record}/proof`: what is proved, what to do with it, and the file to take away.
    @Sendable func recordProof(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let record = try await records.record(context.parameters.get("record") ?? "")
        let proof = try await RecordProofs(store: store, log: log, publisher: publisher).proof(of: record)
        let head = try Checkpoint(verifying: proof.proof.checkpoint, keys: [log.key])
        let title = page.title(of: record)
        let (address, file) = ("/r/\(record.row.id)", "\(record.row.id).tlog-proof")
        return try page.render(
            "proof", title: "\(page.word("proofTitle")) · \(record.row.subjectName)",
            [
                "record": ["href": address, "name": title],
                "subject": record.row.subjectName,
                "facts": [
                    page.labelled("proofLeaf", page.number(Int(proof.proof.index))),
                    page.labelled("proofSize", page.number(Int(head.size))),
                    page.labelled("proofOrigin", head.origin),
                    page.labelled("proofWitnesses", page.number(proof.proof.checkpoint.signatures.count - 1)),
                ],
                "seal": Hexadecimal.text(proof.seal), "root": head.root.hex, "key": log.key.description,
                "published": String(decoding: proof.published, as: UTF8.self),
                "file": ["href": "/api/v1/records/\(file.dropLast(".tlog-proof".count))/proof", "name": file],
                "command": "chengxin verify proof \(file) --key \(log.key)",
                "request":
                    "curl -H 'Accept: application/json' \(page.absolute("/api/v1/records/\(record.row.id)/proof"))",
            ], trail: [(href: address, label: title)], here: page.word("proofTitle"))
    }

    /// `/log`: what the public log is, how far it is, and what everybody can do with it.
    @Sendable func logPage(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let note = try log.checkpoint()
        let head = try Checkpoint(verifying: note, keys: [log.key])
        let witnesses = note.signatures.filter { !log.key.matches($0) }
        return try page.render(
            "log", title: page.word("logTitle"),
            [
                "facts": [
                    page.labelled("proofSize", page.number(Int(head.size))),
                    page.labelled("proofOrigin", head.origin),
                    page.labelled("proofWitnesses", page.number(witnesses.count)),
                ],
                "root": head.root.hex, "key": log.key.description,
                "checkpoint": String(decoding: note.bytes, as: UTF8.self),
                "command": "curl \(page.absolute("/log/checkpoint"))",
                "hasWitnesses": !witnesses.isEmpty,
                "witnesses": witnesses.map { line in
                    values([
                        "name": line.name,
                        "signed": Cosignature(line).flatMap { Int64(exactly: $0.timestamp) }.map {
                            page.say("sayWitnessed", ["time": page.format.moment(Instant(milliseconds: $0 * 1000))])
                        },
                    ])
                },
            ], here: page.word("logTitle"))
    }
}

extension Page {
    /// A line of a list of facts, with the portal's word for its label.
    func labelled(_ key: String, _ text: String, pending: Bool = false, note: String? = nil) -> Values {
        values(["label": word(key), "text": text, "pending": pending ? true : nil, "note": note])
    }
}
