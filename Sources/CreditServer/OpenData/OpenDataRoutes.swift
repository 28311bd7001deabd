import CreditCatalogue
import CreditModel
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Snapshots and the stream, for the public and for consumers with a key of their own.
struct OpenDataRoutes: Sendable {
    static let streamPath = "/api/v1/stream"
    static let snapshotsPath = "/api/v1/snapshots"
    static let catalogPath = "/api/v1/catalog.jsonld"
    /// Events in one answer.
    static let mostEvents = 2000
    /// Seconds that a reader may wait for news; below what an idle connection is given.
    static let mostWait = 25

    let portal: Portal
    let folder: SnapshotFolder?
    let holders: KeyHolders
    let datasets: OpenDatasets
    private let departures: Departures

    init(portal: Portal, folder: SnapshotFolder?, holders: KeyHolders) {
        (self.portal, self.folder, self.holders) = (portal, folder, holders)
        datasets = OpenDatasets(portal.catalogue)
        departures = Departures(store: portal.store)
    }

    func add(to router: Router<PortalContext>) {
        let group = router.group("api/v1")
        group.get("stream", use: stream)
        group.get("snapshots", use: index)
        group.get("snapshots/:timepoint/:file", use: file)
        group.get("catalog.jsonld", use: catalog)
        router.get("/data", use: data)
        router.get("/data/directory", use: directory)
        router.get("/data/directory.csv", use: directoryTable)
    }

    /// Files lie beside the store and a consumer's place is noted, so none of these answers is kept.
    static func isAlwaysNew(_ path: String) -> Bool { isBulk(path) || path == catalogPath || path == "/data" }

    /// What a key with scope `data` has a quota of its own for.
    static func isBulk(_ path: String) -> Bool { path == streamPath || path.hasPrefix(snapshotsPath) }

    /// Units of work (`RateLimit`).
    static func cost(_ path: String) -> Int? {
        if path == streamPath || path == snapshotsPath || path == catalogPath { return 5 }
        return path.hasPrefix(snapshotsPath + "/") ? 10 : nil
    }

    private var publisher: Publisher { portal.publisher }

    // MARK: stream

    @Sendable func stream(_ request: Request, _ context: PortalContext) async throws -> Response {
        let holder = try consumer(request)
        let after = try await place(request)
        let limit = try QueryString.number("limit", request, default: 500, 1...Self.mostEvents)
        let wait = try QueryString.number("wait", request, default: 0, 0...Self.mostWait)
        // Who only asks for the head was given nothing that it could have taken over.
        if let holder, request.method == .get { try await portal.store.acknowledge(after, by: holder.name, at: .now()) }
        let stream = OpenStream(datasets: datasets, store: portal.store, publisher: publisher)
        var page = try await stream.page(after: after, limit: limit)
        // Waiting holds a place; without a key the present answer is given at once.
        let end = ContinuousClock.now + .seconds(holder == nil ? 0 : wait)
        while page.events.isEmpty, page.next == page.timepoint, ContinuousClock.now < end {
            let seen = page.timepoint
            while try await portal.store.version().leaves == seen, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(250))
            }
            page = try await stream.page(after: after, limit: limit)
        }
        let line = OpenLine(datasets)
        let wantsLines = request.headers[.accept]?.contains("json-seq") == true || request.headers[.accept]?.contains("ndjson") == true
            || QueryString.value("form", in: request) == "lines"
        let headers: HTTPFields = [.cacheControl: "no-store", .vary: "Accept", .timepoint: String(page.next)]
        return wantsLines
            ? .bytes(page.lines(line), "application/x-ndjson; charset=utf-8", headers: headers)
            : .bytes(page.json(line).bytes, "application/json; charset=utf-8", headers: headers)
    }

    /// The place asked from.
    private func place(_ request: Request) async throws -> Int64 {
        guard let raw = QueryString.value("after", in: request) else {
            throw Problem.badParameter(
                "after",
                Bilingual(zh: "请给出快照或上一次回答里的时间点；从头开始用 0。", en: "give the timepoint of a snapshot or of the answer before; 0 begins at the beginning."))
        }
        guard let after = Int64(raw), after >= 0, String(after) == raw else {
            throw Problem.badParameter(
                "after", Bilingual(zh: "时间点是 0 或正整数。", en: "a timepoint is 0 or a positive whole number."))
        }
        let end = try await portal.store.version().leaves
        guard after <= end else {
            throw Problem(
                code: "timepoint-ahead", status: .conflict,
                detail: Bilingual(
                    zh: "时间点 \(after) 还没有到，现在是 \(end)。如果您从这里得到过它，平台可能由备份恢复过：请重新下载快照。",
                    en:
                        "Timepoint \(after) has not come yet; it is \(end) now. If it was given to you here, the platform may have been restored from a backup: load a new snapshot."
                ))
        }
        return after
    }

    /// - Throws: 401 for a key that does not count, 403 for one that is for something else.
    private func consumer(_ request: Request) throws -> KeyHolder? {
        guard let holder = try holders.holder(of: request) else { return nil }
        guard holder.grant.allows(.data) else {
            throw Problem(
                code: "wrong-scope", status: .forbidden,
                detail: Bilingual(
                    zh: "这个密钥不是用来取开放数据的。不带密钥也可以取；要额度，请申请 data 密钥。",
                    en: "This key is not for open data. The data may be had without a key; for a quota of your own ask for a key with scope data."))
        }
        return holder
    }

    // MARK: snapshots

    /// A snapshot with the datasets of which something has left since, so that their files are no longer handed out.
    struct Offer {
        let snapshot: OpenSnapshot
        let withheld: Set<String>
        /// Whether it was written under today's edition of the rules: an earlier one may have opened what is closed now.
        let isOfTheseRules: Bool
        func isOffered(_ file: OpenSnapshot.File) -> Bool { isOfTheseRules && !withheld.contains(file.dataset) }
    }

    func offers() async throws -> [Offer] {
        var offers: [Offer] = []
        for snapshot in folder?.all() ?? [] { offers.append(try await offer(snapshot)) }
        return offers
    }

    private func offer(_ snapshot: OpenSnapshot) async throws -> Offer {
        let (datasets, publisher) = (datasets, publisher)
        let left = try await departures.since(snapshot.timepoint, today: publisher.today) {
            datasets.view($0, by: publisher) != nil
        }
        return Offer(
            snapshot: snapshot, withheld: left.items.union(left.organisations ? [OpenDatasets.organisations] : []),
            isOfTheseRules: snapshot.catalogue == portal.catalogue.edition.id)
    }

    @Sendable func index(_ request: Request, _ context: PortalContext) async throws -> Response {
        _ = try consumer(request)
        var json = JSONWriter(capacity: 8192)
        let offers = try await offers()
        json.object { json in
            json.array("snapshots") { json in for offer in offers { write(offer, into: &json) } }
        }
        return .bytes(json.bytes, "application/json; charset=utf-8", headers: [.cacheControl: "no-store"])
    }

    private func write(_ offer: Offer, into json: inout JSONWriter) {
        let snapshot = offer.snapshot
        json.object { json in
            json.field("timepoint", snapshot.timepoint)
            json.field("day", snapshot.day)
            json.field("taken_at", snapshot.takenAt)
            json.field("tree_size", snapshot.treeSize.map { Int64($0) })
            json.field("licence", snapshot.licence)
            json.field("stream", "\(Self.streamPath)?after=\(snapshot.timepoint)")
            json.array("files") { json in
                for file in snapshot.files {
                    json.object { json in
                        json.field("name", file.name)
                        json.field("href", Self.address(file, of: snapshot))
                        json.field("dataset", file.dataset)
                        json.field("format", file.format)
                        json.field("compressed", file.compressed)
                        json.field("rows", file.rows)
                        json.field("bytes", file.bytes)
                        json.field("sha256", file.sha256)
                        json.field("available", offer.isOffered(file))
                    }
                }
            }
        }
    }

    static func address(_ file: OpenSnapshot.File, of snapshot: OpenSnapshot) -> String {
        "\(snapshotsPath)/\(snapshot.timepoint)/\(file.name)"
    }

    @Sendable func file(_ request: Request, _ context: PortalContext) async throws -> Response {
        _ = try consumer(request)
        let name = context.parameters.get("file") ?? ""
        let nothing = Problem.notFound(
            Bilingual(zh: "没有这份快照或者这个文件。现有的见 \(Self.snapshotsPath)。", en: "There is no such snapshot or file; \(Self.snapshotsPath) lists them."))
        guard let folder, let timepoint = (context.parameters.get("timepoint") ?? "").decimalPlace,
            let snapshot = folder.snapshot(timepoint)
        else { throw nothing }
        if [OpenSnapshot.manifest, OpenSnapshot.sums, OpenSnapshot.checkpoint].contains(name) {
            guard let data = FileManager.default.contents(atPath: folder.file(name, of: timepoint)) else { throw nothing }
            let type = name == OpenSnapshot.manifest ? "application/json" : "text/plain"
            return .bytes(Array(data), "\(type); charset=utf-8", headers: [.cacheControl: "no-store"])
        }
        guard let file = snapshot.file(name) else { throw nothing }
        guard try await offer(snapshot).isOffered(file) else {
            throw Problem(
                code: "snapshot-withheld", status: .gone,
                detail: Bilingual(
                    zh: "这份快照做好以后，文件里有记录停止公示，文件不再提供。请用较新的快照，或等下一份。",
                    en:
                        "Since this snapshot was made, a record in the file has left, so the file is no longer handed out. Take a newer snapshot, or wait for the next."
                ))
        }
        return try Download(path: folder.file(name, of: timepoint), file: file, name: "\(timepoint)-\(name)").response(request)
    }
}

extension String {
    /// A whole number as a timepoint is written, and in no other way.
    fileprivate var decimalPlace: Int64? {
        guard let number = Int64(self), number >= 0, String(number) == self else { return nil }
        return number
    }
}
