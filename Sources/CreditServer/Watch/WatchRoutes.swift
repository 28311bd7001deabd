import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditWatch
import Foundation
import HTTPTypes
import Hummingbird

/// Watches for programs.
struct WatchRoutes: Sendable {
    let portal: Portal
    let holders: WatchHolders
    let setting: WatchSetting

    var register: WatchRegister {
        WatchRegister(
            catalogue: portal.catalogue, store: portal.store, rules: setting.rules, right: setting.right, clock: portal.clock)
    }

    func add(to router: Router<PortalContext>) {
        let group = router.group("api/v1/watches")
        group.get("", use: list)
        group.post("", use: create)
        group.get(":watch", use: one)
        group.delete(":watch", use: remove)
        group.post(":watch/resume", use: resume)
        group.get(":watch/events", use: events)
        router.get("/watch", use: page)
        router.get("/me/watch", use: mine)
        router.post("/me/watch", use: addByForm)
        router.post("/me/watch/:watch/remove", use: removeByForm)
        router.post("/me/watch/:watch/resume", use: resumeByForm)
        router.get("/watch/stop/:token", use: askToStop)
        router.post("/watch/stop/:token", use: stop)
    }

    /// Methods of an address, where they are not those of a page.
    static func methods(_ path: String) -> [HTTPRequest.Method]? {
        if path == "/api/v1/watches" || path == "/me/watch" || path.hasPrefix("/watch/stop/") { return [.get, .head, .post] }
        if path.hasPrefix("/me/watch/") { return [.post] }
        guard path.hasPrefix("/api/v1/watches/") else { return nil }
        switch path.split(separator: "/").count {
        case 4: return [.get, .head, .delete]
        case 5 where path.hasSuffix("/resume"): return [.post]
        default: return nil
        }
    }

    /// Whether an answer depends on who asks.
    static func isPersonal(_ path: String) -> Bool {
        path.hasPrefix("/me") || path.hasPrefix("/watch/") || path.hasPrefix("/api/v1/watches")
    }

    static let most = 100
    static let notFound = Problem.notFound(Bilingual(zh: "没有这项关注。", en: "There is no such watch."))

    private func shapes(_ request: Request) -> WatchJSON {
        WatchJSON(catalogue: portal.catalogue, address: Page(portal, request).absolute(""))
    }

    private func answer(_ json: JSONWriter, status: HTTPResponse.Status = .ok) -> Response {
        .bytes(json.bytes, "application/json; charset=utf-8", status: status, headers: [.cacheControl: "no-store"])
    }

    // MARK: watches

    @Sendable func list(_ request: Request, _ context: PortalContext) async throws -> Response {
        let holder = try holders.holder(of: request)
        let offset = Int(try QueryString.number("offset", request, default: 0, 0...Int64(WatchRegister.mostWatches)))
        let limit = Int(try QueryString.number("limit", request, default: 20, 1...100))
        let found = try await portal.store.watches(of: holder.name, offset: offset, limit: limit)
        let shapes = shapes(request)
        var json = JSONWriter()
        json.object { json in
            json.field("total", found.total)
            json.array("watches") { json in for watch in found.watches { shapes.watch(watch, into: &json) } }
        }
        return answer(json)
    }

    private struct Body: Decodable {
        struct Target: Decodable {
            let kind: String
            let value: String
        }
        let target: Target
        let channel: String
        let address: String?
        let frequency: String?
        let until: String?
    }

    @Sendable func create(_ request: Request, _ context: PortalContext) async throws -> Response {
        let holder = try holders.holder(of: request)
        let bytes = try await request.body.collect(upTo: 1 << 14)
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(bytes.readableBytesView)) else {
            throw Problem(
                code: "bad-request", status: .badRequest,
                detail: Bilingual(
                    zh: "请求体应为 {\"target\":{\"kind\":\"organisation\",\"value\":\"代码\"},\"channel\":\"webhook\",\"address\":\"https://…\"}。",
                    en: "The body is {\"target\":{\"kind\":\"organisation\",\"value\":\"a code\"},\"channel\":\"webhook\",\"address\":\"https://…\"}."))
        }
        let (watch, isNew) = try await make(
            WatchRequest(
                targetKind: body.target.kind, target: body.target.value, channel: body.channel, address: body.address ?? "",
                frequency: body.frequency ?? "", until: body.until ?? ""), for: holder, source: "api")
        let secret = isNew ? try secret(of: watch) : nil
        var json = JSONWriter()
        shapes(request).watch(watch, secret: secret, into: &json)
        var response = answer(json, status: isNew ? .created : .ok)
        response.headers[.location] = "/api/v1/watches/\(watch.id)"
        return response
    }

    func make(_ asked: WatchRequest, for holder: KeyHolder, source: String) async throws -> (watch: Watch, isNew: Bool) {
        do { return try await register.add(asked, for: holder.name, source: source) } catch let error as WatchError {
            throw Problem(error)
        }
    }

    func secret(of watch: Watch) throws -> String? {
        guard case .webhook = watch.channel else { return nil }
        return try setting.secrets().webhook(of: watch.id)
    }

    private func watch(_ request: Request, _ context: PortalContext) async throws -> (watch: Watch, holder: KeyHolder) {
        let holder = try holders.holder(of: request)
        // The same answer for another's watch and for none: an id must not tell that it exists.
        guard let watch = try await portal.store.watch(context.parameters.get("watch") ?? ""), watch.holder == holder.name else {
            throw Self.notFound
        }
        return (watch, holder)
    }

    @Sendable func one(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (watch, _) = try await watch(request, context)
        var json = JSONWriter()
        shapes(request).watch(watch, into: &json)
        return answer(json)
    }

    @Sendable func remove(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (watch, holder) = try await watch(request, context)
        _ = try await portal.store.removeWatch(watch.id, of: holder.name, by: holder.actor, source: "api", at: Instant.now())
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    @Sendable func resume(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (watch, holder) = try await watch(request, context)
        _ = try await portal.store.resumeWatch(watch.id, of: holder.name)
        var json = JSONWriter()
        shapes(request).watch(try await portal.store.watch(watch.id) ?? watch, into: &json)
        return answer(json)
    }

    // MARK: events

    /// What happened behind a place of the log. Whoever asks again with `through` as `after` misses nothing.
    @Sendable func events(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (watch, holder) = try await watch(request, context)
        let after = max(try QueryString.number("after", request, default: watch.start, 0...Int64.max), watch.start)
        let limit = Int(try QueryString.number("limit", request, default: 100, 1...Int64(Self.most)))
        guard let audience = holder.grant.audience(for: watch.target) else {
            throw Problem(
                code: "refused", status: .forbidden,
                detail: Bilingual(zh: "这个密钥现在不能关注它。", en: "This key may not watch that any more."))
        }
        let reader = WatchReader(store: portal.store, publisher: portal.publisher, audience: audience)
        let head = try await portal.store.version().leaves - 1
        let page = try await reader.page(of: watch, after: after, through: head, limit: limit)
        if audience != .public, !page.events.isEmpty {
            // What the public does not see is told to nobody before it is written down (RIGHTS 15).
            var note = AuditNote(.watchTold, by: holder.actor, source: "api", purpose: "own")
            note.object = "watch \(watch.id): \(after)–\(page.through)"
            // The audit runs by the real clock, whatever day is shown.
            try await portal.store.audit(note, at: .now())
        }
        if request.method == .get, !page.events.isEmpty {
            try await portal.store.noteAsked(watch.id, through: page.through, at: portal.clock())
        }
        let shapes = shapes(request)
        var json = JSONWriter(capacity: 4096)
        json.object { json in shapes.events(page, after: after, into: &json) }
        return answer(json)
    }
}
