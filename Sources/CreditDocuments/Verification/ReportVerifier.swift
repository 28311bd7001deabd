import CreditModel
import CreditRegistry
import CreditServices
import Crypto
import TransparencyLog

/// Checks a report without asking anybody: believes the platform's published keys and arithmetic.
public struct ReportVerifier: Sendable {
    public let keys: ReportKeySet
    /// The key of the public log; without it proofs are only compared with what was signed.
    public let log: NoteVerifier?

    public init(keys: ReportKeySet, log: NoteVerifier?) {
        self.keys = keys
        self.log = log
    }

    /// What a report that holds says of itself, and how far it could be checked.
    public struct Verified: Sendable {
        public let number: String
        public let kind: String
        public let subjectCode: String
        public let subjectName: String
        public let issuedAt: Instant
        public let purpose: String
        public let keyID: String
        /// SHA-256 of the file as first issued, if nothing is withheld.
        public let digest: [UInt8]
        /// Records that it states, the registration or licence among them.
        public let records: Int
        /// Records that it counts without stating them, since there are too many.
        public let unlisted: Int
        /// Fields and records that whoever handed it on left out.
        public let withheld: Int
        /// Records proved to stand in the public log.
        public let proved: Int
        /// Records without a proof: too new when the report was made, or left out.
        public let unproved: Int
        /// Where its status can be asked.
        public let statusList: String
        public let statusIndex: Int64
        /// Whether the pages of a PDF were checked with it.
        public var pagesChecked = false
        /// The whole content, for display.
        public let content: JSONValue
    }

    /// Checks a JSON, or a PDF with the JSON that it carries.
    /// - Throws: `DocumentError.malformed` where the file is no report; `.invalid` naming what does not hold.
    public func verify(document file: [UInt8]) throws -> Verified {
        guard file.starts(with: Array("%PDF-".utf8)) else { return try verify(file) }
        let sealed = try SealedPDF(file: file)
        var report = try verify(sealed.json)
        try sealed.verify(report, keys: keys)
        report.pagesChecked = true
        return report
    }

    /// - Throws: `DocumentError.malformed` where the file is no report; `.invalid` naming what does not hold.
    public func verify(_ file: [UInt8]) throws -> Verified {
        let report = try SignedReport(file: file)
        let signed = try report.token.verify(type: SignedReport.type, keys: keys)
        let payload = try JSONValue(signed.payload)
        let opened = try Disclosures.open(payload, report.disclosures)
        let content = opened.payload
        guard let number = content["jti"]?.text, let issued = content["iat"]?.number,
            let subject = content["subject"], let list = content["status"]?["status_list"]
        else { throw DocumentError(.invalid, "what was signed is no credit report") }
        let issuedAt = Instant(seconds: issued)
        try JWS.check(signed.key, at: issuedAt)
        // Everything in the file follows from what is signed, so a byte that differs is a change.
        guard report.file(report: content) == file else {
            throw DocumentError(.invalid, "the file differs from what was signed: its readable part or its form was changed")
        }
        let records =
            Self.basic(subject) + (content["sections"]?.array ?? []).flatMap { $0["records"]?.array ?? [] }
        let proved = try verifyProofs(report.proofs, records)
        return Verified(
            number: number, kind: content["kind"]?.text ?? "", subjectCode: subject["code"]?.text ?? "",
            subjectName: subject["name"]?.text ?? "", issuedAt: issuedAt,
            purpose: content["asked"]?["purpose_title"]?.text ?? "", keyID: signed.key.id,
            digest: Array(SHA256.hash(data: file)), records: records.count,
            // As signed, so that what was left out later is not taken for this.
            unlisted: (payload["sections"]?.array ?? []).reduce(0) { sum, section in
                sum + max(0, Int(clamping: section["total"]?.number ?? 0) - (section["records"]?.array?.count ?? 0))
            }, withheld: opened.withheld, proved: proved,
            unproved: records.count - report.proofs.count, statusList: list["uri"]?.text ?? "",
            statusIndex: list["idx"]?.number ?? -1, content: content)
    }

    /// The record of which the basic information is taken, with the facts that are stated of it.
    private static func basic(_ subject: JSONValue) -> [JSONValue] {
        guard var basic = subject["registered"]?.object else { return [] }
        basic["fields"] = subject["facts"]
        return [.object(basic)]
    }

    /// - Returns: how many records are proved to be in the log.
    private func verifyProofs(_ proofs: [String: String], _ records: [JSONValue]) throws -> Int {
        var left = proofs
        var checkpoints: Set<[UInt8]> = []
        for record in records {
            guard let id = record["record"]?.text, let text = left.removeValue(forKey: id) else { continue }
            guard record["proof"]?.text == SignedReport.digest(text) else {
                throw DocumentError(.invalid, "the proof of record \(id) is not the one that was signed")
            }
            guard let log else { continue }
            do {
                let proof = try RecordProof(Array(text.utf8))
                if checkpoints.contains(proof.proof.checkpoint.bytes) {
                    // The signature of this very tree head has been checked; only the way to it is left.
                    try proof.verifyInclusion()
                } else {
                    _ = try proof.verify(log: log)
                    checkpoints.insert(proof.proof.checkpoint.bytes)
                }
                try compare(proof, record, id)
            } catch let error as LogError {
                throw DocumentError(.invalid, "the proof of record \(id) does not hold: \(error.detail)")
            }
        }
        guard left.isEmpty else {
            throw DocumentError(.invalid, "the file holds proofs of records that it does not state")
        }
        return log == nil ? 0 : proofs.count
    }

    /// What is proved must be what is stated.
    private func compare(_ proof: RecordProof, _ record: JSONValue, _ id: String) throws {
        let proved = try JSONValue(proof.published)
        guard proved["record"]?.text == id, proved["item"]?.text == record["item"]?.text else {
            throw DocumentError(.invalid, "the proof of record \(id) is of another record")
        }
        let content = proved["content"]
        for (name, field) in record["fields"]?.object ?? [:] {
            guard let value = content?[name]?.text, value.utf8.elementsEqual((field["value"]?.text ?? "").utf8) else {
                throw DocumentError(.invalid, "record \(id) states another `\(name)` than the log proves")
            }
        }
    }
}

extension RecordProof {
    /// The way from the leaf to the root of a tree head whose signature has been checked already.
    func verifyInclusion() throws {
        let head = try Checkpoint(text: proof.checkpoint.text)
        try InclusionProof(index: proof.index, size: head.size, hashes: proof.hashes).verify(
            leaf: TreeHash.leaf(seal), root: head.root)
    }
}
