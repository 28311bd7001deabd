import CreditDocuments
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation
import TransparencyLog

/// What signs a platform's reports, and the counter that issues them.
struct PlatformReports {
    let platform: Platform

    init(_ platform: Platform) { self.platform = platform }

    private var directory: DataDirectory { platform.directory }

    /// Makes the first key. One that is there already, from an interrupted init, is kept.
    func makeKey() async throws {
        if FileManager.default.fileExists(atPath: directory.reportKey) { return }
        try await keep(ReportSigner(at: Instant.now()))
    }

    /// Ends the key in force and makes a new one.
    /// - Parameter compromised: nothing that it signed is believed any more.
    func rotateKey(compromised: Bool) async throws -> ReportSigner {
        let former = try Self.signer(directory)
        let next = ReportSigner(after: former.keys, compromised: compromised, at: Instant.now())
        // The audit first: a key that nobody accounts for must not sign. If we crash before the file is there, the old key stays.
        try await platform.store.audit(
            AuditNote(
                .reportKeyEnded, by: Platform.operatorName(), object: former.id, source: "command line",
                basis: compromised ? "compromised" : "rotation"), at: Instant.now())
        try await keep(next)
        return next
    }

    /// Withdraws a key that signs no more: nothing that it signed is believed from now on.
    func withdrawKey(_ id: String) async throws -> ReportSigner {
        let next = try Self.signer(directory).withdrawing(id, at: Instant.now())
        try await platform.store.audit(
            AuditNote(
                .reportKeyEnded, by: Platform.operatorName(), object: id, source: "command line", basis: "compromised"),
            at: Instant.now())
        try directory.replacePrivate(next.file, at: directory.reportKey)
        return next
    }

    private func keep(_ signer: ReportSigner) async throws {
        try await platform.store.audit(
            AuditNote(.reportKeyMade, by: Platform.operatorName(), object: signer.id, source: "command line"),
            at: Instant.now())
        try directory.makePrivate(directory.keys)
        try directory.replacePrivate(signer.file, at: directory.reportKey)
    }

    /// - Throws: `DocumentError.noKey`.
    static func signer(_ directory: DataDirectory) throws -> ReportSigner {
        guard let data = FileManager.default.contents(atPath: directory.reportKey) else {
            throw DocumentError(
                .noKey,
                Bilingual(
                    zh: "没有签发报告的密钥，或者读不了；用 chengxin report-key make 生成。",
                    en: "the key that signs reports is missing or cannot be read; make one with `chengxin report-key make`"))
        }
        return try ReportSigner(file: Array(data))
    }

    /// The counter.
    /// - Parameter address: the platform's public address; nil = the one it was last served under, else that of the log's name.
    func issuer(address: String?, clock: @escaping @Sendable () -> Instant) async throws -> ReportIssuer {
        let log = try await PlatformLog(platform).publicLog()
        return ReportIssuer(
            catalogue: platform.catalogue, store: platform.store, log: log,
            signer: { [directory] in try Self.signer(directory) },
            address: address ?? directory.publicAddress ?? Self.address(origin: log.key.name), clock: clock,
            moment: Instant.now)
    }

    /// Under which the public reaches the platform: what the operator says, else what the log's name says.
    static func address(_ platform: Platform, _ named: String?) async throws -> String {
        if let named { return named }
        return address(origin: try await PlatformLog(platform).publicLog().key.name)
    }

    /// `credit.example.cn/log` → `https://credit.example.cn`.
    static func address(origin: String) -> String {
        let host = origin.hasSuffix("/log") ? String(origin.dropLast(4)) : origin
        return (host.hasPrefix("localhost") ? "http://" : "https://") + host
    }
}
