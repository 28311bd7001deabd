import CreditCatalogue
import CreditDocuments
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation
import TestSupport
import TransparencyLog

/// A city with a counter for reports, and a log that is published.
struct Counter {
    let city: City
    let issuer: ReportIssuer
    let signer: ReportSigner

    static let code = Codes.unified(1)

    init(_ rows: [[String]] = [Rows.penalty("示例市云锦丝绸有限公司", Counter.code)]) async throws {
        let city = try await City()
        let code = Counter.code
        try await city.deliver("registration", [Rows.registration, Rows.registration("示例市云锦丝绸有限公司", code)])
        if !rows.isEmpty { try await city.deliver("penalty", [Rows.penalty] + rows) }
        let key = try NoteSigner(generating: "test/log")
        let storage = DirectoryStorage(path: city.directory.file("log"))
        let publisher = LogPublisher(ledger: city.store.ledger, storage: storage, signer: key)
        try await Self.unlocked { try await publisher.create(now: City.now.milliseconds) }
        try await Self.unlocked { _ = try await publisher.publish(now: City.now.milliseconds + 1) }
        let signer = ReportSigner(at: City.now)
        self.city = city
        self.signer = signer
        issuer = ReportIssuer(
            catalogue: city.catalogue, store: city.store, log: PublicLog(storage: storage, key: key.verifier),
            signer: { signer }, address: "https://credit.example", clock: { City.now },
            moment: { Instant(milliseconds: City.now.milliseconds + 60_000) })
    }

    /// Does it again while the log is locked: a program that another test starts has this one's open files for a moment.
    private static func unlocked(_ body: () async throws -> Void) async throws {
        for attempt in 1... {
            do { return try await body() } catch let error as LogError where error.code == .locked && attempt < 100_000 {
                await Task.yield()
            }
        }
    }

    var verifier: ReportVerifier { ReportVerifier(keys: signer.keys, log: issuer.log.key) }

    func ask(
        _ subject: String = Counter.code, kind: ReportKind = .full, purpose: String = "information",
        asker: ReportAsker = .anybody, language: Language = .chinese, period: ClosedRange<Day>? = nil, fields: [String] = []
    ) async throws -> IssuedDocument {
        try await issuer.issue(
            ReportRequest(
                subject: subject, kind: kind, language: language, purpose: purpose, asker: asker, period: period,
                fields: fields, source: "test"))
    }

    static let own = ReportAsker(actor: Actor(.account, "silk"), standing: .subject, ownCode: code)
    static let officer = ReportAsker(actor: Actor(.account, "li"), standing: .officer, basis: "示监〔2026〕1号")
}

/// A program of Debian that reads results back.
func tool(_ arguments: [String]) throws -> String? {
    let path = "/usr/bin/\(arguments[0])"
    guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: path)
    process.arguments = Array(arguments.dropFirst())
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
}
