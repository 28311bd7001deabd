import CreditModel
import CreditRegistry
import CreditServices
import HTTPTypes
import TransparencyLog

/// Proofs of the records that the public may see.
struct RecordProofs: Sendable {
    let store: any ServiceStore
    let log: PublicLog
    let publisher: Publisher

    /// The proof of the revision that states a record.
    /// - Throws: `Problem` not-found, gone, or pending where the leaf is not public yet.
    func proof(of text: String) async throws -> RecordProof {
        let record = try await PublicRecords(store: store, publisher: publisher).record(text)
        return try await proof(of: record)
    }

    /// The same for a record that is at hand.
    func proof(of record: RecordView) async throws -> RecordProof {
        let history = try await store.history(of: record.row.id)
        guard let stated = history.last(where: { $0.statement != nil }), let proof = try log.proof(of: stated) else {
            throw Problem(
                code: "proof-pending", status: .serviceUnavailable,
                detail: Bilingual(
                    zh: "这条记录刚刚收到，证明在几秒内生成，请稍后再取。",
                    en: "The record has only just come in; its proof is ready within seconds. Please ask again."))
        }
        return proof
    }

    func write(_ proof: RecordProof, into json: inout JSONWriter) {
        json.object { json in
            json.key("revision")
            json.raw(proof.published)
            json.field("published", String(decoding: proof.published, as: UTF8.self))
            json.field("published_salt", Hexadecimal.text(proof.publishedSalt))
            json.field("internal_digest", Hexadecimal.text(proof.internalDigest))
            json.field("entry", Hexadecimal.text(proof.seal))
            json.field("leaf", Int64(proof.proof.index))
            json.field("origin", log.key.name)
            json.field("key", log.key.description)
            json.field("proof", String(decoding: proof.proof.bytes, as: UTF8.self))
        }
    }
}
