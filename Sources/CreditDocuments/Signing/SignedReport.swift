import CreditModel
import CreditServices
import Crypto
import TransparencyLog

/// A report as signed JSON: an SD-JWT in JWS JSON serialisation (RFC 9901 section 8), the same content readable beside it, and
/// the proofs from the public log of the records it states.
///
/// The file is canonical (RFC 8785), and every byte of it follows from what is signed, so no byte can change unseen.
public struct SignedReport: Sendable {
    static let format = "chengxin-report/1"
    static let type = "credit-report+sd-jwt"

    let token: JWS
    let disclosures: [String]
    /// `.tlog-proof` texts by record, of the records that are disclosed and were public in the log by then.
    let proofs: [String: String]
    /// The content with everything filled in, where it was made here and need not be read back.
    private let content: JSONValue?

    /// Signs a report.
    /// - Parameters:
    ///   - index: its place in the status list at `statusList`.
    ///   - proofs: by the record's id.
    init(
        _ report: CreditReport, issuer: String, statusList: String, index: Int64, proofs: [String: String],
        signer: ReportSigner
    ) throws {
        var disclosures = Disclosures()
        let claims = Self.claims(report, issuer, statusList, index, proofs, &disclosures)
        token = try JWS(claims.canonical, type: Self.type, signer: signer)
        self.disclosures = disclosures.texts.sorted()
        self.proofs = proofs
        content = try disclosures.opened(claims)
    }

    private init(token: JWS, disclosures: [String], proofs: [String: String]) {
        (self.token, self.disclosures, self.proofs, content) = (token, disclosures, proofs, nil)
    }

    static func digest(_ text: String) -> String { Base64URL.encode(Array(SHA256.hash(data: Array(text.utf8)))) }

    // MARK: claims

    private static func claims(
        _ report: CreditReport, _ issuer: String, _ statusList: String, _ index: Int64, _ proofs: [String: String],
        _ disclosures: inout Disclosures
    ) -> JSONValue {
        var claims: [String: JSONValue] = [
            "_sd_alg": .text("sha-256"),
            "as_of": .text(report.today.description),
            "asked": .object([
                "basis": .text(report.asked.basis), "by": .text(report.asked.by),
                "purpose": .text(report.asked.purpose), "purpose_basis": .text(report.asked.purposeBasis),
                "purpose_title": .text(report.asked.purposeTitle), "view": .text(report.asked.audience.rawValue),
            ]),
            "counters": .array(report.counters.map(counter)),
            "edition": .text(report.edition), "iat": .number(report.issuedAt.seconds),
            "iss": .text(issuer), "issuer": .text(report.issuer), "jti": .text(report.number),
            "kind": .text(report.kind.rawValue), "language": .text(report.language.rawValue),
            "layout": .text(report.layout), "not_covered": .array(report.notCovered.map { .text($0) }),
            "sources": .array(
                report.sources.map { source in
                    .object([
                        "delivered_on": .text(source.deliveredOn?.description), "department": .text(source.department),
                        "feed": .text(source.id), "title": .text(source.title),
                    ])
                }),
            "status": .object([
                "status_list": .object(["idx": .number(index), "uri": .text(statusList)])
            ]),
        ]
        claims["subject"] = .object([
            "code": .text(report.subject.code), "facts": facts(report.facts, &disclosures),
            "kind": .text(report.subject.kind.rawValue), "labels": .array(report.subject.labels.map { .text($0) }),
            "name": .text(report.subject.name),
            "registered": report.subject.registered.map { basic in
                .object([
                    "item": .text(basic.item), "proof": .text(proofs[basic.record.description].map(digest)),
                    "record": .text(basic.record.description), "revision": .number(basic.revision),
                ])
            } ?? .null,
        ])
        claims["sections"] = .array(
            report.sections.map { section in
                .object([
                    "id": .text(section.id),
                    "records": .array(section.entries.map { entry($0, proofs, &disclosures) }),
                    "title": .text(section.title), "total": .number(Int64(section.total)),
                ])
            })
        if let scope = report.scope {
            claims["scope"] = .object([
                "fields": .array(scope.fields.map(counter)), "from": .text(scope.period.lowerBound.description),
                "to": .text(scope.period.upperBound.description),
            ])
        }
        if let queries = report.queries {
            claims["queries"] = .array(
                queries.map { query in
                    disclosures.hide(
                        element: .object([
                            "at": .text(query.at.description), "by": .text(query.by), "purpose": .text(query.purpose),
                        ]))
                })
        }
        return .object(claims)
    }

    private static func counter(_ counter: CreditReport.Counter) -> JSONValue {
        .object(["count": .number(Int64(counter.count)), "id": .text(counter.id), "title": .text(counter.title)])
    }

    private static func facts(_ facts: [CreditReport.Fact], _ disclosures: inout Disclosures) -> JSONValue {
        disclosures.hide(
            facts.map { fact in
                (fact.name, .object(["label": .text(fact.label), "text": .text(fact.text), "value": .text(fact.value)]))
            })
    }

    /// A record that can be left out whole, and whose fields can be left out one by one.
    private static func entry(
        _ entry: CreditReport.Entry, _ proofs: [String: String], _ disclosures: inout Disclosures
    ) -> JSONValue {
        let record = entry.record.description
        return disclosures.hide(
            element: .object([
                "day": .text(entry.day), "fields": facts(entry.facts, &disclosures), "heading": .text(entry.heading),
                "item": .text(entry.item), "item_title": .text(entry.itemTitle),
                "proof": .text(proofs[record].map(digest)), "record": .text(record),
                "remarks": .array(entry.remarks.map { .text($0) }), "revision": .number(entry.revision),
                "state": .text(entry.state.rawValue),
            ]))
    }

    // MARK: file

    /// The file's bytes.
    /// - Throws: `DocumentError.invalid` where disclosures and payload do not fit.
    public func bytes() throws -> [UInt8] {
        if let content { return file(report: content) }
        guard let payload = Base64URL.decode(token.payload) else {
            throw DocumentError(.invalid, "the payload is not base64url")
        }
        return file(report: try Disclosures.open(try JSONValue(payload), disclosures).payload)
    }

    func file(report: JSONValue) -> [UInt8] {
        JSONValue.object([
            "format": .text(Self.format), "proofs": .object(proofs.mapValues { .text($0) }), "report": report,
            "sd_jwt": .object([
                "header": .object(["disclosures": .array(disclosures.sorted().map { .text($0) })]),
                "payload": .text(token.payload), "protected": .text(token.protected),
                "signature": .text(token.signature),
            ]),
        ]).canonical
    }

    /// The compact form for wallets and other readers of SD-JWT (RFC 9901 section 4): `jwt~disclosure~…~`.
    public var compact: String { ([token.compact] + disclosures).joined(separator: "~") + "~" }

    /// Takes a file apart, without believing anything in it.
    /// - Throws: `DocumentError.malformed`.
    public init(file bytes: [UInt8]) throws {
        let json = try JSONValue(bytes)
        guard json["format"]?.text == Self.format, let token = json["sd_jwt"], let payload = token["payload"]?.text,
            let protected = token["protected"]?.text, let signature = token["signature"]?.text,
            let disclosures = token["header"]?["disclosures"]?.array, let proofs = json["proofs"]?.object
        else { throw DocumentError(.malformed, "the file is no credit report of this format (\(Self.format))") }
        self.init(
            token: JWS(protected: protected, payload: payload, signature: signature),
            disclosures: disclosures.compactMap(\.text), proofs: proofs.compactMapValues(\.text))
    }

    /// What can be left out of the report, as far as it is in it.
    public struct Contained: Sendable {
        /// Names of fields, of the subject and of records.
        public let fields: [String]
        public let records: [String]
    }

    /// - Throws: `DocumentError.malformed` where a disclosure cannot be read.
    public func contained() throws -> Contained {
        var fields: Set<String> = []
        var records: Set<String> = []
        for text in disclosures {
            guard let bytes = Base64URL.decode(text), let parts = try JSONValue(bytes).array else {
                throw DocumentError(.malformed, "a disclosure of the report is damaged")
            }
            if parts.count == 3, let name = parts[1].text { fields.insert(name) }
            if parts.count == 2, let record = parts[1]["record"]?.text { records.insert(record) }
        }
        return Contained(fields: fields.sorted(), records: records.sorted())
    }

    /// The same report with records or fields left out; what was signed stays, and a reader sees how much is withheld.
    /// - Parameters:
    ///   - records: ids of records to leave out.
    ///   - fields: names of fields to leave out of every record.
    public func withholding(records: Set<String>, fields: Set<String>) throws -> SignedReport {
        func elements(_ text: String) -> [JSONValue] {
            Base64URL.decode(text).flatMap { try? JSONValue($0).array } ?? []
        }
        // Digests of what goes away, with everything inside of it.
        var gone: Set<String> = []
        func drop(_ value: JSONValue?) {
            for digest in value?["_sd"]?.array ?? [] { if let digest = digest.text { gone.insert(digest) } }
        }
        for text in disclosures {
            let parts = elements(text)
            if parts.count == 2, let record = parts[1]["record"]?.text, records.contains(record) {
                gone.insert(Disclosures.digest(text))
                drop(parts[1]["fields"])
            }
            if parts.count == 3, let name = parts[1].text, fields.contains(name) { gone.insert(Disclosures.digest(text)) }
        }
        // The proof of a record shows all its published fields, so it goes with any of them.
        return SignedReport(
            token: token, disclosures: disclosures.filter { !gone.contains(Disclosures.digest($0)) },
            proofs: fields.isEmpty ? proofs.filter { !records.contains($0.key) } : [:])
    }
}
