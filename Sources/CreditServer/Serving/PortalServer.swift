import CreditCatalogue
import CreditContent
import CreditDocuments
import CreditModel
import CreditServices
import CreditWatch
import Hummingbird
import HummingbirdCore
import Logging
import ServiceLifecycle
import TransparencyLog

/// How the server is run.
public struct PortalConfiguration: Sendable {
    public var host: String
    public var port: Int
    /// Address under which the public reaches the portal, for permanent links; without it the request's own host.
    public var publicAddress: String?
    /// Units of work a minute that one client may ask for (`RateLimit`); 0 = no limit.
    public var rateLimit = 3000
    /// Addresses of proxies before the server, whose `X-Forwarded-For` is believed.
    public var proxies: Set<String> = []
    /// Folder in which snapshots of open data lie; nil = none are offered.
    public var snapshots: String?
    /// Connections served at a time; further ones wait in the system's queue until one is free.
    static let mostConnections = 16_384
    /// What one client may keep open and how slowly it may send and take.
    var patience = Patience.Limits()
    static let idleSeconds: Int64 = 30
    /// A browser sends about 1 kB; more than this is answered 400 before it is held whole.
    static let headers = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)

    public init(host: String = "127.0.0.1", port: Int = 8080, publicAddress: String? = nil) {
        self.host = host
        self.port = port
        self.publicAddress = publicAddress
    }
}

/// Builds the application: one router, its table in sight.
public struct PortalServer: Sendable {
    let portal: Portal
    let api: API
    let logRoutes: LogRoutes
    let desk: Desk
    let deskAPI: DeskAPI
    let meter = Meter()
    private let rateLimit: RateLimit?
    let reports: ReportRoutes
    let watches: WatchRoutes
    let openData: OpenDataRoutes
    let checks: CheckRoutes

    /// - Parameter officers: whether a key is that officer's; without it nobody works at the desk.
    /// - Parameter reports: the counter where reports are issued.
    /// - Parameter grants: what a name and a key allow programs and people outside the desk.
    /// - Parameter watch: what lets holders of keys watch.
    /// - Parameter content: what the credit office wrote; empty without a folder.
    /// - Parameter clock: the moment a request is answered; terms end by its day in China.
    public init(
        catalogue: Catalogue, store: any ServiceStore, log: PublicLog, witnesses: [NoteVerifier] = [],
        configuration: PortalConfiguration, reports issuer: ReportIssuer,
        content: ContentLibrary = ContentLibrary(directory: nil),
        grants: @escaping @Sendable (_ name: String, _ key: String) -> KeyGrant? = { _, _ in nil }, watch: WatchSetting,
        officers: @escaping @Sendable (_ name: String, _ key: String) -> Bool = { _, _ in false }, clock: @escaping @Sendable () -> Instant = Instant.now
    ) throws {
        let assets = try Assets()
        portal = Portal(
            catalogue: catalogue, store: store, templates: try Templates(catalogue: catalogue, assets: assets),
            assets: assets, log: log,
            publicAddress: configuration.publicAddress, choices: SearchChoices(catalogue), content: content, clock: clock)
        api = API(
            catalogue: catalogue, store: store, log: log, publicAddress: configuration.publicAddress,
            choices: portal.choices, shapes: SubjectJSON(catalogue: catalogue), clock: clock)
        desk = Desk(portal: portal, officers: Officers(accepts: officers))
        deskAPI = DeskAPI(desk: desk)
        reports = ReportRoutes(portal: portal, issuer: issuer, askers: ReportAskers(holders: KeyHolders(grant: grants)))
        watches = WatchRoutes(portal: portal, holders: WatchHolders(holders: KeyHolders(grant: grants)), setting: watch)
        openData = OpenDataRoutes(
            portal: portal, folder: configuration.snapshots.map { SnapshotFolder(path: $0) }, holders: KeyHolders(grant: grants))
        checks = CheckRoutes(
            portal: portal,
            check: OrganisationCheck(catalogue: catalogue, store: store, clock: clock, moment: issuer.moment),
            holders: KeyHolders(grant: grants))
        logRoutes = try LogRoutes(log: log, witnesses: witnesses)
        rateLimit =
            configuration.rateLimit > 0
            ? RateLimit(
                perMinute: configuration.rateLimit, dataPerMinute: catalogue.openData.quotaPerMinute,
                holders: KeyHolders(grant: grants), proxies: configuration.proxies, meter: meter) : nil
    }

    func router() -> Router<PortalContext> {
        let router = Router(context: PortalContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: Metering(meter: meter))
        router.add(middleware: SecurityHeaders())
        if let rateLimit { router.add(middleware: rateLimit) }
        router.addMiddleware {
            LanguageCookie()
            Revalidation()
            ErrorMiddleware(portal: portal)
            AnswerCache(store: portal.store, content: portal.content, clock: portal.clock, meter: meter)
            Compression()
        }
        // Readers
        router.get("/", use: portal.home)
        router.get("/s", use: portal.results)
        router.get("/s.csv", use: portal.resultTable)
        router.get("/o/:code", use: portal.organisation)
        router.get("/o/:code/:section", use: portal.organisationSection)
        router.get("/p/:profession/:licence", use: portal.practitioner)
        router.get("/r/:record", use: portal.record)
        router.get("/o/:code/feed.atom", use: portal.organisationFeed)
        router.get("/lists/:list/feed.atom", use: portal.listFeed)
        router.get("/publicity/:column/feed.atom", use: portal.publicityFeed)
        router.get("/publicity", use: portal.publicityIndex)
        router.get("/publicity/:column", use: portal.publicity)
        router.get("/lists", use: portal.lists)
        router.get("/lists/:list", use: portal.list)
        router.get("/catalogue", use: portal.catalogueIndex)
        router.get("/catalogue/:item", use: portal.catalogueItem)
        router.get("/statistics", use: portal.statisticsIndex)
        router.get("/statistics/:topic", use: portal.statisticsTopic)
        router.get("/statistics/bulletin/:month", use: portal.bulletin)
        router.get("/quality", use: portal.quality)
        for name in portal.catalogue.prose.keys { router.get("/\(RouterPath(name))", use: portal.prose) }
        ContentRoutes(portal: portal).add(to: router)
        router.get("/view", use: portal.viewOptions)
        reports.add(to: router)
        watches.add(to: router)
        // Consumers of data
        openData.add(to: router)
        checks.add(to: router)
        // Departments
        router.get("/batches", use: portal.batches)
        router.get("/batches/:receipt", use: portal.batch)
        router.get("/batches/:receipt/rejects.csv", use: portal.rejectFile)
        // Officers
        desk.add(to: router)
        deskAPI.add(to: router)
        // Assets
        router.get("/assets/site.css", use: portal.styles)
        router.get("/assets/enhance.js", use: portal.script)
        router.get("/assets/emblem.svg", use: portal.emblem)
        router.get("/assets/:icon", use: portal.icon)
        router.get("/manifest.webmanifest", use: portal.manifest)
        router.get("/sw.js", use: portal.worker)
        router.get("/offline", use: portal.offline)
        router.get("/favicon.ico", use: portal.emblem)
        router.get("/robots.txt") { _, _ in
            Response.bytes(
                Array("User-agent: *\nDisallow: /s\nDisallow: /batches\nDisallow: /desk\nDisallow: /view\nDisallow: /me\nDisallow: /watch/stop\nDisallow: /verify\nDisallow: /*/report.\n".utf8),
                "text/plain; charset=utf-8")
        }
        // Auditors
        router.get("/r/:record/proof", use: portal.recordProof)
        router.get("/log", use: portal.logPage)
        logRoutes.add(to: router)
        // Programs
        api.add(to: router)
        router.get("/problems/:code", use: portal.problemType)
        // Operators
        router.get("/healthz") { _, _ in Response.bytes(Array("ok\n".utf8), "text/plain; charset=utf-8") }
        router.get("/readyz") { _, _ in
            _ = try await portal.store.lastDeliveries()
            return Response.bytes(Array("ready\n".utf8), "text/plain; charset=utf-8")
        }
        router.get("/metrics") { [meter] _, _ in
            Response.bytes(
                Array(meter.text(leaves: try await portal.store.version().leaves).utf8),
                "text/plain; version=0.0.4; charset=utf-8", headers: [.cacheControl: "no-store"])
        }
        return router
    }

    /// The application, ready to run; `onRunning` is told the port it listens on.
    public func application(
        _ configuration: PortalConfiguration, services: [any Service] = [], logger: Logger,
        onRunning: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let visitors = Patience.Visitors(exempt: configuration.proxies)
        let mostConnections = min(PortalConfiguration.mostConnections, OpenFiles.most - OpenFiles.reserved)
        let patience = configuration.patience.with(capacity: mostConnections)
        return Application(
            router: router(),
            // Who says nothing for so long is let go, so that idle connections cannot keep others out.
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [Patience(limits: patience, visitors: visitors)],
                    idleTimeout: .seconds(PortalConfiguration.idleSeconds), httpDecoderConfiguration: PortalConfiguration.headers)),
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil,
                // A new connection for which the queue has no room is tried again by its client after a second.
                backlog: mostConnections,
                availableConnectionsDelegate: MaximumAvailableConnections(mostConnections)),
            services: services,
            onServerRunning: { channel in onRunning(channel.localAddress?.port ?? configuration.port) }, logger: logger)
    }
}
