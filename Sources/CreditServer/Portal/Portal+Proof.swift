import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import Hummingbird
import TransparencyLog

extension Portal {
    /// `/r/{record}/proof`: what is proved, how, and the file to take away.
    @Sendable func recordProof(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let text = context.parameters.get("record") ?? ""
        let record = try await shownRecord(text)
        let proof = try await RecordProofs(store: store, log: log, publisher: publisher).proof(of: text)
        let head = try Checkpoint(verifying: proof.proof.checkpoint, keys: [log.key])
        let title = page.title(of: record)
        let address = "/r/\(record.row.id)"
        return try page.render(
            "proof", title: page.word("proofTitle"),
            [
                "record": ["href": address, "name": title],
                "subject": record.row.subjectName,
                "facts": page.labelled([
                    ("proofLeaf", page.number(Int(proof.proof.index))), ("proofSize", page.number(Int(head.size))),
                    ("proofOrigin", head.origin),
                    ("proofWitnesses", page.number(proof.proof.checkpoint.signatures.count - 1)),
                ]),
                "seal": Hexadecimal.text(proof.seal), "root": head.root.hex, "key": log.key.description,
                "published": String(decoding: proof.published, as: UTF8.self),
                "file": ["href": "/api/v1/records/\(record.row.id)/proof", "name": "\(record.row.id).tlog-proof"],
                "command": "chengxin verify proof \(record.row.id).tlog-proof --key \(log.key)",
            ], trail: [(href: address, label: title)], here: page.word("proofTitle"))
    }

    /// `/log`: what the public log is, how far it is, and how to check it.
    @Sendable func logPage(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let note = try log.checkpoint()
        let head = try Checkpoint(verifying: note, keys: [log.key])
        let base = page.absolute("/log")
        return try page.render(
            "log", title: page.word("logTitle"),
            [
                "facts": page.labelled([
                    ("proofSize", page.number(Int(head.size))), ("proofOrigin", head.origin),
                    ("proofWitnesses", page.number(note.signatures.count - 1)),
                ]),
                "root": head.root.hex, "key": log.key.description,
                "checkpoint": String(decoding: note.bytes, as: UTF8.self),
                "command": "curl \(base)/checkpoint",
            ], here: page.word("logTitle"))
    }
}

extension Page {
    /// Words of the portal with their values, for a list of facts.
    func labelled(_ pairs: [(word: String, text: String)]) -> [Values] {
        pairs.map { ["label": word($0.word), "text": $0.text] }
    }
}
