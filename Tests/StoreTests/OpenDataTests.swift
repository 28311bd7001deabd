import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation
import TestSupport
import Testing

@Suite("open data", .onBothEngines)
struct OpenDataTests {
    private func at(_ day: Day, _ step: Int) -> Instant {
        Instant(milliseconds: Int64(day.daysSinceEpoch) * 86_400_000 + 3_600_000 + Int64(step) * 1000)
    }

    private static let acts: [(Act, Reason)] = [
        (.withdraw, .decisionRevoked), (.mark, .objection), (.unmark, .answered), (.shield, .reorganisation),
        (.restore, .withdrawalRevoked), (.restore, .shieldEnded), (.correct, .providerCorrection),
    ]

    /// One change of any kind; acts that the rules refuse in the record's state change nothing.
    private func change(_ city: City, _ ids: inout [RecordID], day: inout Day, step: Int, _ dice: inout SplitMix64) async throws {
        let number = Int.random(in: 1...12, using: &dice)
        let (code, now) = (Codes.unified(number), at(day, step))
        switch Int.random(in: 0..<10, using: &dice) {
        case 0, 1:
            let name = "示例市第\(number)号\(["茶", "丝", "瓷"].randomElement(using: &dice) ?? "")业有限公司"
            let status = ["存续", "注销"].randomElement(using: &dice) ?? ""
            try await city.deliver(
                "registration",
                [Rows.registration, Rows.registration(name, code, person: "示例甲乙", status: status, former: "示例旧名\(number)")],
                on: day, at: now)
        case 2, 3, 4:
            let rows = (0..<Int.random(in: 1...4, using: &dice)).map { _ in
                Rows.penalty(
                    "示例市第\(number)号茶业有限公司", code, document: "示罚〔2025〕\(Int.random(in: 1...9, using: &dice))号",
                    content: "罚款人民币2000元，第\(step)次", on: "2025-0\(Int.random(in: 1...9, using: &dice))-20")
            }
            try await city.deliver("penalty", [Rows.penalty] + rows, on: day, at: now)
        case 5:
            day = day.adding(days: Int.random(in: 1...500, using: &dice))
        case 6:
            _ = try await city.store.runTerms(today: day, at: now)
        default:
            guard let id = ids.randomElement(using: &dice), let (act, reason) = Self.acts.randomElement(using: &dice) else { break }
            let edits = act == .correct ? ["content": "更正第\(step)次"] : [:]
            _ = try? await city.store.amend(
                id, Amendment(act, reason: reason, basis: "示市监〔2026〕\(step)号", officer: Actor(.account, "clerk"), edits: edits),
                catalogue: city.catalogue, source: "test", at: now)
        }
        for subject in 1...14 {
            let known = try await city.store.records(of: SubjectID(Int64(subject))).map(\.id)
            ids += known.filter { !ids.contains($0) }
        }
    }

    @Test(
        "a snapshot and the stream after it are a fresh snapshot, whatever happens, for readers who stop, repeat or come late",
        arguments: Seeds.standard.prefix(4))
    func followed(seed: UInt64) async throws {
        var dice = SplitMix64(seed)
        let city = try await City()
        var day = City.today
        var ids: [RecordID] = []
        for step in 0..<8 { try await change(city, &ids, day: &day, step: step, &dice) }
        var steady = try await OpenDataCopy(city, on: day, at: at(day, 8))
        var careless = steady
        var late = steady
        var fromNothing = OpenDataCopy()
        for step in 9..<45 {
            try await change(city, &ids, day: &day, step: step, &dice)
            if step.isMultiple(of: 3) { try await steady.follow(city, on: day, limit: 2) }
            if step.isMultiple(of: 5) {
                // Stops in the middle, forgets where it was, and begins again from an earlier place.
                let place = careless.timepoint
                try await careless.follow(city, on: day, limit: 1, repeating: true)
                careless.timepoint = place
            }
        }
        let fresh = try await OpenDataCopy(city, on: day, at: at(day, 45))
        try await steady.follow(city, on: day)
        try await careless.follow(city, on: day, limit: 3)
        try await late.follow(city, on: day, limit: 1)
        try await fromNothing.follow(city, on: day)
        for (name, copy) in [("steady", steady), ("careless", careless), ("late", late), ("from nothing", fromNothing)] {
            #expect(copy.lines == fresh.lines, "\(name), seed \(seed): \(difference(copy, fresh))")
            #expect(copy.timepoint == fresh.timepoint, "\(name)")
            #expect(!copy.received.contains { $0.contains("示例甲乙") }, "no person is named in bulk")
        }
    }

    private func difference(_ left: OpenDataCopy, _ right: OpenDataCopy) -> [String] {
        Set(left.lines.keys).union(right.lines.keys).sorted().filter { left.lines[$0] != right.lines[$0] }.prefix(3).map {
            "\($0): \(left.lines[$0] ?? "nothing") instead of \(right.lines[$0] ?? "nothing")"
        }
    }

    @Test("an event of a changed record names the fields that differ from what the reader had")
    func fields() async throws {
        let city = try await City()
        let code = Codes.unified(3)
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市棠澜茶业有限公司", code)])
        let place = try await city.store.version().leaves
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市棠澜茶业有限公司", code, content: "罚款人民币2000元整")])
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市棠澜茶业有限公司", code, facts: "未按规定标明价格。", content: "罚款人民币2000元整")])
        let stream = OpenStream(datasets: OpenDatasets(city.catalogue), store: city.store, publisher: city.publisher())
        func record(_ after: Int64) async throws -> OpenEvent? {
            try await stream.page(after: after, limit: 10).events.last { if case .record = $0.content { true } else { false } }
        }
        let changed = try #require(try await record(place))
        #expect(changed.kind == .changed)
        #expect(changed.fields.sorted() == ["content", "facts"], "both changes in one event")
        #expect(try await record(0)?.kind == .appeared)
        #expect(try await record(place)?.timepoint == changed.timepoint)
    }

    @Test("a record whose last day is past is told as left before any job has moved it")
    func overdue() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市棠澜茶业有限公司", Codes.unified(3))])
        var copy = try await OpenDataCopy(city, on: City.today)
        #expect(copy.lines.count == 2)
        let later = City.today.adding(days: 4000)
        try await copy.follow(city, on: later)
        #expect(copy.lines.isEmpty, "the organisation goes with its only record")
        let events = try await OpenStream(
            datasets: OpenDatasets(city.catalogue), store: city.store, publisher: city.publisher(on: later)
        ).page(after: 0, limit: 10).events
        let reasons = events.compactMap { if case .left(_, _, let reason) = $0.content { reason } else { nil } }
        #expect(Set(reasons) == ["term-ended", "nothing-shown"])
    }

    @Test("a consumer that has not fetched a deletion is late once the hours are over, and not before")
    func late() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市棠澜茶业有限公司", Codes.unified(3))])
        let store = city.store
        try await store.agree(
            DataContract(name: "example", who: "示例研究院", purpose: "研究", until: City.today), by: Actor(.operator, "test"), at: City.now)
        let place = try await store.version().leaves
        try await store.acknowledge(place, by: "example", at: City.now)
        try await store.acknowledge(place - 1, by: "example", at: City.now)
        try await store.acknowledge(0, by: "unnamed", at: City.now)
        let id = try #require(try await city.file(Codes.unified(3), for: .public)?.records.first).row.id
        let moment = Instant(milliseconds: City.now.milliseconds + 1000)
        _ = try await store.amend(
            id, Amendment(.withdraw, reason: .decisionRevoked, basis: "示市监撤〔2026〕9号", officer: Actor(.account, "clerk")),
            catalogue: city.catalogue, source: "test", at: moment)
        let consumer = try #require(try await store.dataConsumers().first { $0.name == "example" })
        #expect((consumer.acknowledged, consumer.pending, consumer.contract?.who) == (place, 1, "示例研究院"))
        func isLate(_ hours: Int64) -> Bool {
            consumer.isLate(at: Instant(milliseconds: moment.milliseconds + hours * 3_600_000 + 1), afterHours: 24)
        }
        #expect(!isLate(23) && isLate(24))
        #expect(try await store.dataConsumers().first { $0.name == "unnamed" }?.contract == nil)
        try await store.acknowledge(try await store.version().leaves, by: "example", at: moment)
        #expect(try await store.dataConsumers().first { $0.name == "example" }?.pending == 0)
    }

    @Test("what left since a snapshot withholds the files it stood in, and no other")
    func withheld() async throws {
        let city = try await City()
        let code = Codes.unified(3)
        try await city.deliver("registration", [Rows.registration, Rows.registration("示例市棠澜茶业有限公司", code)])
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市棠澜茶业有限公司", code)])
        let datasets = OpenDatasets(city.catalogue)
        let publisher = city.publisher()
        let place = try await city.store.version().leaves
        func left() async throws -> OpenLeft {
            try await city.store.openLeft(since: place, from: place, today: City.today) { datasets.view($0, by: publisher) != nil }
        }
        #expect(try await left().items.isEmpty)
        let id = try #require(try await city.file(code, for: .public)?.records.first { $0.item.id == "administrative-penalty" }).row.id
        _ = try await city.store.amend(
            id, Amendment(.withdraw, reason: .decisionRevoked, basis: "示市监撤〔2026〕9号", officer: Actor(.account, "clerk")),
            catalogue: city.catalogue, source: "test", at: City.now)
        let outcome = try await left()
        #expect(outcome.items == ["administrative-penalty"])
        #expect(!outcome.organisations, "its registration is still shown")
    }
}

/// How a snapshot is written.
struct SnapshotExportTests {
    private func export(_ city: City, to path: String, keep: Int = 2) async throws -> SnapshotExport.Outcome {
        try await SnapshotExport(to: path, datasets: OpenDatasets(city.catalogue), publisher: city.publisher()).run(
            from: city.store, at: City.now, licence: "test", keep: keep, checkpoint: { nil })
    }

    @Test("a snapshot is written once for a timepoint; older ones go; what an interrupted export left is removed")
    func again() async throws {
        let city = try await City()
        let folder = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: folder.file(".part"), withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(fileURLWithPath: folder.file(".part/organisations.csv")))
        var timepoints: [Int64] = []
        for number in 1...3 {
            try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市棠澜茶业有限公司", Codes.unified(number))])
            let outcome = try await export(city, to: folder.path)
            #expect(outcome.isNew)
            #expect(try await !export(city, to: folder.path).isNew, "nothing has changed")
            timepoints.append(outcome.snapshot.timepoint)
        }
        let snapshots = SnapshotFolder(path: folder.path).all()
        #expect(snapshots.map(\.timepoint) == Array(timepoints.suffix(2).reversed()))
        #expect(!FileManager.default.fileExists(atPath: folder.file(".part")))
        let newest = try #require(snapshots.first)
        #expect(newest.file("administrative-penalty.csv")?.rows == 3)
        for file in newest.files {
            let data = try #require(FileManager.default.contents(atPath: folder.file("\(newest.timepoint)/\(file.name)")))
            #expect(Int64(data.count) == file.bytes, "\(file.name)")
        }
        let csv = FileManager.default.contents(atPath: folder.file("\(newest.timepoint)/organisations.csv")) ?? Data()
        #expect(Array(csv.prefix(3)) == [0xEF, 0xBB, 0xBF])
        #expect(String(decoding: csv, as: UTF8.self).split(whereSeparator: \.isNewline).count == 4)
    }

    @Test("what is in the way is named and left alone, and two exports do not write into one folder")
    func inTheWay() async throws {
        let city = try await City()
        let folder = try TemporaryDirectory()
        let place = try await city.store.version().leaves
        try FileManager.default.createDirectory(atPath: folder.file("\(place)"), withIntermediateDirectories: true)
        try Data("示例".utf8).write(to: URL(fileURLWithPath: folder.file("\(place)/mine.txt")))
        await #expect(throws: OpenDataError(.inTheWay, "")) { _ = try await export(city, to: folder.path) }
        #expect(FileManager.default.fileExists(atPath: folder.file("\(place)/mine.txt")))
        let other = try SnapshotExport(to: folder.path, datasets: OpenDatasets(city.catalogue), publisher: city.publisher())
        #expect(throws: OpenDataError(.busy, "")) {
            _ = try SnapshotExport(to: folder.path, datasets: OpenDatasets(city.catalogue), publisher: city.publisher())
        }
        withExtendedLifetime(other) {}
        try Data("示例".utf8).write(to: URL(fileURLWithPath: folder.file("file")))
        await #expect(throws: OpenDataError(.unwritable, "")) { _ = try await export(city, to: folder.file("file")) }
    }
}
