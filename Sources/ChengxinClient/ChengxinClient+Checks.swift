import Foundation

/// An organisation to be looked up: a name, a code, or both.
public struct CheckRow: Sendable, Encodable {
    public let name: String?
    public let code: String?
    public init(name: String? = nil, code: String? = nil) { (self.name, self.code) = (name, code) }
}

/// The counts of one topic. The columns of a row are those of its topic.
public struct Statistics: Sendable, Decodable {
    public let topic: String
    public let from: String
    public let to: String
    public let rows: [JSONValue]
}

/// How a report stands now.
public struct ReportStanding: Sendable, Decodable {
    public let number: String
    /// `valid`, `invalid` or `superseded`.
    public let status: String
    public let issuedAt: String
}

extension ChengxinClient {
    private struct CheckBody: Encodable {
        let purpose: String
        let basis: String?
        let years: Int
        let rows: [CheckRow]
    }

    private struct ReportBody: Encodable {
        let subject: String
        let purpose: String
        let kind: String
        let language: String
        let basis: String?
    }

    static let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    /// What is public about many organisations at once: 200 rows, or 10,000 with a key for `check`.
    ///
    /// - Parameters:
    ///   - purpose: one of `information`, `bidding`, `financing`, `cooperation`; a key opens more. It is logged.
    ///   - basis: the tender or document, printed on the result.
    ///   - years: to look back, 1 to 5.
    public func check(_ rows: [CheckRow], purpose: String, basis: String? = nil, years: Int = 3) async throws
        -> JSONValue
    {
        try Self.decode(try await post("checks", CheckBody(purpose: purpose, basis: basis, years: years, rows: rows)))
    }

    /// The same as a workbook (XLSX) with three sheets.
    public func checkWorkbook(_ rows: [CheckRow], purpose: String, basis: String? = nil, years: Int = 3) async throws
        -> Data
    {
        try await post(
            "checks", CheckBody(purpose: purpose, basis: basis, years: years, rows: rows), accept: Self.workbook)
    }

    /// Counts of a topic such as `penalties`; months are `YYYY-MM`.
    public func statistics(_ topic: String, from: String? = nil, to: String? = nil) async throws -> Statistics {
        try await get("statistics/\(topic)", ["from": from, "to": to])
    }

    /// Issues a credit report (`full`) or a certificate (`no-violation`, which needs a key): the signed JSON, or the PDF with the
    /// JSON inside.
    public func report(
        on subject: String, purpose: String, kind: String = "full", language: String = "zh", basis: String? = nil,
        asPDF: Bool = false
    ) async throws -> Data {
        try await post(
            "reports", ReportBody(subject: subject, purpose: purpose, kind: kind, language: language, basis: basis),
            accept: asPDF ? "application/pdf" : "application/json")
    }

    /// How a report stands now, by the number on its first page.
    public func reportStanding(_ number: String) async throws -> ReportStanding { try await get("reports/\(number)") }
}
