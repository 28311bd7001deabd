import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditWatch
import Foundation
import HTTPTypes
import Hummingbird

extension WatchRoutes {
    // MARK: what it is

    @Sendable func page(_ request: Request, _ context: PortalContext) throws -> Response {
        let page = Page(portal, request)
        let feeds = PublicList.publicity.map { (href: "/publicity/\($0.path)/feed.atom", text: page.word($0.word)) }
            + portal.listItems.map { (href: "/lists/\($0.id)/feed.atom", text: $0.title[page.language]) }
        let receiver = "https://example.com/hook"
        return try page.render(
            "watch", title: page.word("watchTitle"),
            [
                "feeds": feeds.map { ["href": $0.href, "text": $0.text] as Values },
                "command": """
                    curl -u NAME:KEY -H 'Content-Type: application/json' \\
                      -d '{"target":{"kind":"list","value":"abnormal-operation"},"channel":"webhook","address":"\(receiver)"}' \\
                      \(page.absolute("/api/v1/watches"))
                    """,
            ], here: page.word("watchTitle"))
    }

    // MARK: one's own

    @Sendable func mine(_ request: Request, _ context: PortalContext) async throws -> Response {
        let holder = try holders.holder(of: request)
        return try await minePage(request, holder, [:])
    }

    @Sendable func addByForm(_ request: Request, _ context: PortalContext) async throws -> Response {
        let holder = try holders.holder(of: request)
        let form = try await form(request)
        let kind = form["kind"] ?? ""
        let value = form[kind == "organisation" ? "code" : kind] ?? ""
        let channel = form["channel"] ?? ""
        let asked = WatchRequest(
            targetKind: kind, target: value, channel: channel, address: channel == "feed" ? "" : form["address"] ?? "",
            frequency: form["frequency"] ?? "", until: form["until"] ?? "")
        let page = Page(portal, request)
        do {
            let (watch, isNew) = try await register.add(asked, for: holder.name, source: "portal")
            let added: Values = [
                "tone": isNew ? "jade" : "plain", "heading": page.word(isNew ? "watchAdded" : "watchAlready"),
                "paragraphs": [target(of: watch, page).text],
            ]
            return try await minePage(request, holder, [:], added: added, secret: isNew ? try secret(of: watch) : nil)
        } catch let error as WatchError {
            let place = ["organisation": "code", "list": "list", "sector": "sector"][kind] ?? "target"
            let field = [WatchError.Code.unfitAddress: "address", .unfitEnd: "until"][error.code] ?? place
            return try await minePage(
                request, holder, form, problem: (field: field, text: error.words[page.language]))
        }
    }

    @Sendable func removeByForm(_ request: Request, _ context: PortalContext) async throws -> Response {
        let holder = try holders.holder(of: request)
        guard
            try await portal.store.removeWatch(
                context.parameters.get("watch") ?? "", of: holder.name, by: holder.actor, source: "portal", at: Instant.now())
        else { throw Self.notFound }
        return .redirect(to: "/me/watch", type: .normal)
    }

    @Sendable func resumeByForm(_ request: Request, _ context: PortalContext) async throws -> Response {
        let holder = try holders.holder(of: request)
        guard try await portal.store.resumeWatch(context.parameters.get("watch") ?? "", of: holder.name) else {
            throw Self.notFound
        }
        return .redirect(to: "/me/watch", type: .normal)
    }

    private func form(_ request: Request) async throws -> [String: String] {
        let body = try await request.body.collect(upTo: 1 << 14)
        return QueryString.form(String(decoding: body.readableBytesView, as: UTF8.self))
    }

    private func minePage(
        _ request: Request, _ holder: KeyHolder, _ form: [String: String], added: Values? = nil, secret: String? = nil,
        problem: (field: String, text: String)? = nil
    ) async throws -> Response {
        let page = Page(portal, request)
        let found = try await portal.store.watches(
            of: holder.name, offset: (page.pageNumber - 1) * Page.pageSize, limit: Page.pageSize)
        func options(_ name: String, _ list: [(value: String, text: String)], first: String) -> [Values] {
            list.map { ["value": $0.value, "text": $0.text, "selected": $0.value == (form[name] ?? first)] }
        }
        var names: [String: String] = [:]
        for case .organisation(let code) in found.watches.map(\.target) where names[code] == nil {
            names[code] = try await portal.store.profile(code: code)?.state.name
        }
        // Whoever has a key for one organisation only is offered that alone.
        let isOwnOnly = !holder.grant.allows(.watch)
        let kinds = [("organisation", "watchTargetOrganisation")] + (isOwnOnly ? [] : [("list", "watchTargetList"), ("sector", "watchTargetSector")])
        let channels = [("mail", "watchChannelMail"), ("webhook", "watchChannelWebhook"), ("feed", "watchChannelFeed")]
        let frequencies = [("immediately", "watchImmediately"), ("daily", "watchDaily"), ("weekly", "watchWeekly")]
        var content = values([
            "lead": page.say(
                "sayWatchMineLead",
                ["name": holder.name, "count": page.number(found.total), "most": page.number(WatchRegister.mostWatches)]),
            "watches": found.watches.map { row($0, names, page) }, "none": found.total == 0 ? true : nil,
            "pager": page.pager(total: found.total), "added": added, "secret": secret.map { ["value": $0] as Values },
            "kinds": options("kind", kinds.map { (value: $0.0, text: page.word($0.1)) }, first: "organisation"),
            "code": form["code"] ?? holder.grant.ownCode ?? "",
            "lists": options(
                "list", WatchRegister.lists(portal.catalogue).map { (value: $0.id, text: $0.title[page.language]) }, first: ""),
            "sectors": options(
                "sector",
                portal.catalogue.sectors.sections.map { section in
                    (value: section, text: "\(section) \(portal.catalogue.sectors.title(section)?[page.language] ?? "")")
                },
                first: ""),
            "channels": options("channel", channels.map { (value: $0.0, text: page.word($0.1)) }, first: "mail"),
            "address": form["address"] ?? "", "until": form["until"] ?? "",
            "frequencies": options("frequency", frequencies.map { (value: $0.0, text: page.word($0.1)) }, first: "immediately"),
            "isWide": isOwnOnly ? nil : true,
        ])
        if let problem {
            content["problems"] =
                ["heading": page.word("watchProblems"), "items": [["target": problem.field, "text": problem.text]]] as Values
            content["errors"] = [problem.field: problem.text] as Values
        }
        var response = try page.render(
            "watch-mine", title: page.word("watchMineTitle"), content,
            trail: [(href: "/watch", label: page.word("watchTitle"))], here: page.word("watchMineTitle"), isKept: false,
            hasProblem: problem != nil, status: problem == nil ? .ok : .badRequest)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func row(_ watch: Watch, _ names: [String: String], _ page: Page) -> Values {
        let target = target(of: watch, page)
        let name = names[watch.target.value]
        let frequencies: [WatchFrequency: String] = [
            .immediately: "watchImmediately", .daily: "watchDaily", .weekly: "watchWeekly",
        ]
        let channel = ["mail": "watchChannelMail", "webhook": "watchChannelWebhook"][watch.channel.kind] ?? "watchChannelFeed"
        var how = [page.word(channel), watch.channel.address]
        if watch.channel != .feed { how.append(page.word(frequencies[watch.frequency] ?? "watchImmediately")) }
        if let until = watch.until { how.append(page.say("sayWatchUntil", ["date": page.format.day(until)])) }
        let state: String
        if let failing = watch.failing {
            state = page.say(
                "sayWatchFailing", ["date": page.format.day(failing.since.day), "why": page.word(Self.word(failing.reason))])
        } else if watch.attempts > 0 {
            state = page.say("sayWatchTrying", ["count": page.number(watch.attempts)])
        } else {
            state = watch.lastToldAt.map { page.say("sayWatchTold", ["time": page.format.moment($0)]) } ?? page.word("watchStateNew")
        }
        return values([
            "id": watch.id, "target": name ?? target.text, "href": target.href, "sub": name == nil ? nil : target.text,
            "how": how.filter { !$0.isEmpty }.joined(separator: page.isEnglish ? " · " : "　"), "state": state,
            "remove": ["action": "/me/watch/\(watch.id)/remove", "name": name ?? target.text] as Values,
            "resume": watch.failing == nil
                ? nil : ["action": "/me/watch/\(watch.id)/resume", "name": name ?? target.text] as Values,
        ])
    }

    private func target(of watch: Watch, _ page: Page) -> (text: String, href: String?) {
        switch watch.target {
        case .organisation(let code): (code, "/o/\(Page.encode(code))")
        case .list(let item):
            (
                portal.catalogue.item(item)?.title[page.language] ?? item,
                PublicList.publicity.first { $0.item == item }.map { "/publicity/\($0.path)" } ?? "/lists/\(item)"
            )
        case .sector(let code):
            (portal.catalogue.sectors.title(code).map { "\(code) \($0[page.language])" } ?? code, nil)
        }
    }

    /// The word for why deliveries stopped.
    static func word(_ reason: String) -> String {
        [
            "timed-out": "watchFaultTime", "unreachable": "watchFaultReach", "closed": "watchFaultReach",
            "certificate": "watchFaultCertificate", "private-address": "watchFaultPrivate", "redirected": "watchFaultRedirect",
            "gone": "watchFaultGone", "mail": "watchFaultMail",
        ][reason] ?? "watchFaultOther"
    }

    // MARK: stopping mails without a key

    /// `id-token`, as it stands in a mail.
    private func stopped(_ context: PortalContext) async throws -> Watch {
        let parts = (context.parameters.get("token") ?? "").split(separator: "-").map(String.init)
        guard parts.count == 2, try setting.secrets().isStop(parts[1], of: parts[0]),
            let watch = try await portal.store.watch(parts[0])
        else { throw Self.notFound }
        return watch
    }

    @Sendable func askToStop(_ request: Request, _ context: PortalContext) async throws -> Response {
        _ = try await stopped(context)
        return try stopPage(request, ["action": request.uri.path])
    }

    /// Also what a mail program sends by itself for a one-click unsubscription (RFC 8058).
    @Sendable func stop(_ request: Request, _ context: PortalContext) async throws -> Response {
        let watch = try await stopped(context)
        _ = try await portal.store.removeWatch(
            watch.id, of: nil, by: Actor(.account, watch.holder), source: "mail", at: Instant.now())
        return try stopPage(request, ["stopped": true])
    }

    private func stopPage(_ request: Request, _ content: Values) throws -> Response {
        let page = Page(portal, request)
        var response = try page.render(
            "watch-stop", title: page.word("watchStopTitle"), content,
            trail: [(href: "/watch", label: page.word("watchTitle"))], here: page.word("watchStopTitle"), isKept: false)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
