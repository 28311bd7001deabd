import Foundation
import TestSupport
import Testing
import TransparencyLog

/// A small city behind a running server: made once for the suite, gone with it.
final class ServedCity: Sendable {
    @TaskLocal static var current: ServedCity?

    let platform: Platform
    let server: Server
    /// Receipt of the delivery that has rejects.
    let receipt: String
    let shownRecord: String
    let endedRecord: String
    /// Penalties of subjects 4, 5 and 6: withdrawn, contested, put right by an officer.
    let withdrawnRecord: String
    let markedRecord: String
    let correctedRecord: String
    let practitioner: String
    /// Number of a report about subject 1.
    let report: String
    /// Timepoint of a snapshot of open data, newer than all of these.
    let snapshot: String
    /// Signs for the one witness that this city's platform knows.
    let witness: NoteSigner

    /// Subject 1 has penalties in their term and one whose term is over; 2…45 have one each, that of 4 is withdrawn.
    static let shownPenalties = 45
    static let revokingDecision = "示复决〔2026〕4号"
    static let objectionPaper = "示异〔2026〕5号"
    static let correctingPaper = "示应急更〔2026〕6号"

    /// A server of a later day over a copy of the city: terms that end there end nowhere else.
    func server(on today: String) async throws -> Server {
        let name = "later-\(UUID().uuidString)"
        for arguments in [["backup", "--data", platform.data, "--out", name + ".backup"], ["restore", "--in", name + ".backup", "--data", name]] {
            let outcome = try await Program.start(arguments, in: platform.folder).end()
            guard outcome.code == 0 else { throw Unexpected(what: "\(arguments[0]): \(outcome.err)") }
        }
        return try await Server.start(data: platform.folder.path(name), in: platform.folder, today: today)
    }

    static func make() async throws -> ServedCity {
        let platform = try await Platform()
        let folder = platform.folder
        func deliver(_ name: String, _ delivery: Delivery, feed: String) async throws -> [String: Any] {
            let outcome = try await platform.ingest(try folder.write(name, delivery.csv), feed: feed)
            guard let code = outcome.code, code < 2 else { throw Unexpected(what: "\(name): \(outcome.err)") }
            return try outcome.json()
        }
        _ = try await deliver("registration.csv", Invented.registrations(1...45), feed: "registration")
        // Changes of a registration: enough leaves for a full tile of the log.
        for round in 1...4 {
            let changed = Invented.registrations(1...45).setting("经营范围", "机械零件加工，第\(round)次变更。")
            _ = try await deliver("registration-\(round).csv", changed, feed: "registration")
        }
        var penalties = Invented.penalties(1...48, about: { $0 <= 45 ? $0 : 1 })
        // 46: over since 2023, still kept for those who may ask. 48: rejected.
        penalties = penalties.setting("CF_JDRQ", "2022-03-04", rows: 45..<46).setting("CF_JDRQ", "见原件", rows: 47..<48)
        penalties.rows[1][6] = "<script>alert(1)</script>当事人未记录。"
        let batch = try await deliver("penalty.csv", penalties, feed: "penalty")
        let licence = "19901202410000099"
        _ = try await deliver(
            "practitioner.csv",
            Delivery(
                headings: [
                    "姓名", "执业类别", "执业证号", "执业状态", "执业机构名称", "执业机构统一社会信用代码", "发证日期", "有效期自", "有效期至", "发证机关", "监管决定内容",
                    "监管决定文号",
                ],
                rows: [
                    [
                        "示例丁", "律师", licence, "执业", Invented.name(2), Invented.code(2), "2024-01-15", "2024-01-15",
                        "长期", "示例市司法局", "", Invented.hiddenDecision,
                    ]
                ]),
            feed: "practitioner")
        _ = try await deliver(
            "abnormal.csv",
            Delivery(
                headings: ["企业名称", "主体类型", "统一社会信用代码", "名录种类", "列入决定文号", "列入原因", "列入日期", "列入机关"],
                rows: [
                    [
                        Invented.name(3), "法人", Invented.code(3), "经营异常名录", "示市监异〔2026〕1号", "通过登记的住所无法联系", "2026-09-10",
                        "示例市市场监督管理局",
                    ]
                ]),
            feed: "abnormal")
        let records = try await platform.show(Invented.code(1))["records"] as? [[String: Any]] ?? []
        func id(_ state: String, _ item: String) throws -> String {
            guard
                let id = records.first(where: { $0["state"] as? String == state && $0["item"] as? String == item })?[
                    "id"] as? String
            else {
                throw Unexpected(what: "no record that is \(state): \(records)")
            }
            return id
        }
        func amend(_ number: Int, _ act: String, _ more: String...) async throws -> String {
            let records = try await platform.show(Invented.code(number))["records"] as? [[String: Any]] ?? []
            let penalty = records.first { $0["item"] as? String == "administrative-penalty" }
            guard let record = penalty?["id"] as? String else { throw Unexpected(what: "\(number) has no penalty") }
            let outcome = try await Program.start(
                ["record", act, record, "--data", platform.data, "--officer", "示例科"] + more, in: folder
            ).end()
            guard outcome.code == 0 else { throw Unexpected(what: "\(act) \(record): \(outcome.err)") }
            return record
        }
        let withdrawn = try await amend(4, "withdraw", "--basis", revokingDecision)
        let marked = try await amend(5, "mark", "--basis", objectionPaper)
        let corrected = try await amend(6, "correct", "--basis", correctingPaper, "--set", "facts=当事人未记录培训情况。")
        let issued = try await Program.start(
            ["report", Invented.code(1), "--data", platform.data, "--purpose", "information", "--out", "report.pdf", "--json"],
            in: folder
        ).end()
        guard issued.code == 0, let made = try issued.json()["reports"] as? [[String: Any]],
            let report = made.first?["number"] as? String
        else {
            throw Unexpected(what: "report: \(issued.code ?? -1) \(issued.out) \(issued.err)")
        }
        let exported = try await Program.start(["export", "--data", platform.data, "--json"], in: folder).end()
        guard exported.code == 0, let timepoint = try exported.json()["timepoint"] as? Int else {
            throw Unexpected(what: "export: \(exported.code ?? -1) \(exported.err)")
        }
        let witness = try NoteSigner(generating: "witness.example", algorithm: .cosignature)
        try folder.write("data/witnesses.txt", "# 示例见证方\n\(witness.verifier)\n")
        // The invented city's own texts, in the place of an operator's own.
        try FileManager.default.copyItem(
            atPath: Program.repository + "/Content", toPath: platform.data + "/content")
        return ServedCity(
            platform: platform, server: try await Server.start(data: platform.data, in: folder),
            receipt: batch["batch"] as? String ?? "", witness: witness, withdrawnRecord: withdrawn,
            markedRecord: marked,
            correctedRecord: corrected,
            shownRecord: try id("shown", "administrative-penalty"),
            endedRecord: try id("publication-ended", "administrative-penalty"),
            practitioner: "lawyer/\(licence)", report: report, snapshot: String(timepoint))
    }

    private init(
        platform: Platform, server: Server, receipt: String, witness: NoteSigner, withdrawnRecord: String,
        markedRecord: String, correctedRecord: String, shownRecord: String, endedRecord: String, practitioner: String,
        report: String, snapshot: String
    ) {
        self.snapshot = snapshot
        (self.platform, self.server, self.receipt, self.witness) = (platform, server, receipt, witness)
        (self.withdrawnRecord, self.markedRecord, self.correctedRecord) = (
            withdrawnRecord, markedRecord, correctedRecord
        )
        (self.shownRecord, self.endedRecord, self.practitioner, self.report) = (
            shownRecord, endedRecord, practitioner, report
        )
    }

    /// The pages a reader can reach, one of every kind.
    var pages: [String] {
        let code = Invented.code(1)
        return [
            "/", "/s?q=%E7%A4%BA%E4%BE%8B", "/s", "/s?q=%E6%97%A0%E6%AD%A4", "/o/\(code)", "/o/\(code)/penalties",
            "/o/\(Invented.code(45))",
            "/p/\(practitioner)", "/r/\(shownRecord)", "/r/\(shownRecord)/proof", "/r/\(markedRecord)",
            "/r/\(correctedRecord)", "/o/\(Invented.code(5))", "/log", "/publicity/penalties",
            "/publicity/penalties?page=2",
            "/publicity/licences", "/lists",
            "/lists/abnormal-operation", "/lists/honour", "/catalogue", "/catalogue/administrative-penalty",
            "/catalogue/practitioner", "/catalogue/abnormal-operation", "/data", "/data/directory", "/data/directory?sharing=conditional",
            "/about", "/charter", "/help", "/privacy", "/accessibility", "/batches", "/batches/\(receipt)",
            "/reports", "/verify", "/verify/\(report)", "/watch", "/statistics", "/statistics/penalties", "/statistics/records",
            "/statistics/divisions", "/statistics/endings", "/statistics/changes",
            "/statistics/penalties?from=2017-01&to=2026-12", "/statistics/bulletin/2025-05", "/quality",
            "/reports/disclose",
            "/statistics/bulletin/2026-11",
            "/check",
        ]
    }
}

/// Makes the city before the suite's first test and takes it down after the last.
struct ServedCityTrait: SuiteTrait, TestScoping {
    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void)
        async throws
    {
        let city = try await ServedCity.make()
        do {
            try await ServedCity.$current.withValue(city) { try await function() }
        } catch {
            _ = try await city.server.stop()
            throw error
        }
        #expect(try await city.server.stop() == 0, "the server ends in order")
    }
}

extension Trait where Self == ServedCityTrait {
    static var servedCity: Self { Self() }
}

/// Everything that is asked of one running server. Each topic is an extension in a file of its own.
@Suite(.servedCity, .timeLimit(.minutes(20)))
struct Served {
    let city: ServedCity

    init() throws { city = try #require(ServedCity.current) }

    func get(_ target: String, headers: [String: String] = [:]) async throws -> Answer {
        try await city.server.get(target, headers: headers)
    }

    func expectProblem(
        _ answer: Answer, _ status: Int, _ code: String, _ what: String, _ location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(
            answer.status == status, "\(what): \(answer.status) \(answer.text.prefix(200))", sourceLocation: location)
        guard answer.status == status else { return }
        #expect(
            answer.header("Content-Type")?.hasPrefix("application/problem+json") == true, "\(what)",
            sourceLocation: location)
        let problem = try answer.json(location)
        #expect(Set(problem.keys) == ["type", "title", "status", "detail"], "\(what)", sourceLocation: location)
        #expect(problem["type"] as? String == "/problems/\(code)", "\(what)", sourceLocation: location)
        #expect(problem["status"] as? Int == status, "\(what)", sourceLocation: location)
    }
}
