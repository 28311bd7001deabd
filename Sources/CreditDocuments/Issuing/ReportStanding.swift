import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// How a report stands now, computed when somebody asks: no job has to run for it to be right.
public struct ReportStanding: Sendable {
    public let report: IssuedReport
    public let status: StatusList.Status
    /// Stated records that have another revision now, or are another subject's.
    public let changed: [IssuedReport.Statement]
    /// Records that came later and that the report would have counted; at most `ReportStanding.most`.
    public let newer: [RecordID]

    public static let most = 1000
}

extension ReportIssuer {
    /// - Returns: nil where no report has this number.
    public func standing(_ text: String) async throws -> ReportStanding? {
        guard let number = ReportNumber.read(text) else { return nil }
        return try await standing(ofNumber: number, keys: try signer().keys)
    }

    /// One rule for page, interface and status list.
    private func standing(ofNumber number: String, keys: ReportKeySet) async throws -> ReportStanding? {
        guard let report = try await store.issuedReport(number: number) else { return nil }
        let scope = ReportScope(of: report, catalogue: catalogue, today: clock().day)
        let changes = try await store.changes(since: report, items: scope.items)
        let newer = try await newer(report, scope)
        let status: StatusList.Status =
            if !keys.believes(keyID: report.keyID, at: report.issuedAt) {
                .invalid
            } else if !changes.changed.isEmpty || changes.isRecounted || (report.kind == .noViolation && !newer.isEmpty) {
                .superseded
            } else { .valid }
        return ReportStanding(report: report, status: status, changed: changes.changed, newer: newer)
    }

    private func newer(_ report: IssuedReport, _ scope: ReportScope) async throws -> [RecordID] {
        var newer: [RecordID] = []
        var after: RecordID?
        while newer.count < ReportStanding.most {
            let heads = try await store.arrivals(
                since: report, items: scope.items, after: after, limit: ReportStanding.most)
            newer += heads.filter { !scope.sections($0).isEmpty }.map(\.id)
            guard heads.count == ReportStanding.most, let last = heads.last else { break }
            after = last.id
        }
        return Array(newer.prefix(ReportStanding.most))
    }

    /// The signed list of the status of every report.
    public func statusList() async throws -> String {
        let signer = try signer()
        let key = StatusCache.Key(version: try await store.version(), today: clock().day, keys: signer.keys)
        if let list = statuses.list(key) { return try list.token(address: statusAddress, at: moment(), signer: signer) }
        var list = StatusList()
        for flag in try await store.reportFlags() {
            let status: StatusList.Status =
                if !signer.keys.believes(keyID: flag.keyID, at: flag.issuedAt) {
                    .invalid
                } else if flag.isChanged {
                    .superseded
                } else if flag.isDoubtful {
                    try await standing(ofNumber: flag.number, keys: signer.keys)?.status ?? .valid
                } else { .valid }
            list.set(status, at: flag.index)
        }
        // Kept under the version from before it was worked out: what came in between makes the next one new.
        statuses.keep(list, key)
        return try list.token(address: statusAddress, at: moment(), signer: signer)
    }
}
