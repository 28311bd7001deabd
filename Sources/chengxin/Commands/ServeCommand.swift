import ArgumentParser
import CreditContent
import CreditModel
import CreditServer
import Foundation
import Hummingbird
import Logging

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Serve the portal and the API.")

    @OptionGroup var data: DataOption
    @Option(help: "Port to listen on; 0 takes a free one.") var port = 8080
    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(
        help: ArgumentHelp("Address under which the public reaches the portal, for permanent links.", valueName: "url"))
    var publicAddress: String?
    @Option(
        help: ArgumentHelp(
            "Units of work a minute for one client: a page takes 1, a search 5, a match or the PDF of a report 20; 0 = no limit.",
            valueName: "units")) var rateLimit = 3000
    @Option(
        help: ArgumentHelp(
            "Address of a proxy before the server, whose X-Forwarded-For is believed; may be repeated.",
            valueName: "address")) var proxy: [String] = []
    @OptionGroup var delivery: WatchDelivery

    @Option(help: ArgumentHelp("Folder of the open data that is offered; without it DATA/snapshots.", valueName: "dir"))
    var snapshots: String?

    @Option(
        help: ArgumentHelp(
            "Folder of news, policies and events; without it `content` in the data directory, where there is one.",
            valueName: "directory")) var content: String?

    func run() async throws {
        guard (0...65535).contains(port) else { throw UsageError(message: "--port must be 0 to 65535") }
        guard rateLimit == 0 || (20...1_000_000).contains(rateLimit) else {
            throw UsageError(message: "--rate-limit must be 0 (no limit) or 20 to 1000000")
        }
        let platform = try await Platform.open(data)
        var configuration = PortalConfiguration(host: host, port: port)
        configuration.publicAddress = publicAddress.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        if let address = configuration.publicAddress { try platform.directory.notePublicAddress(address) }
        configuration.rateLimit = rateLimit
        configuration.proxies = Set(proxy)
        configuration.snapshots = snapshots ?? platform.directory.snapshots
        let clock: @Sendable () -> Instant
        if ProcessInfo.processInfo.environment["CHENGXIN_TODAY"] != nil {
            let day = try Platform.today()
            clock = { Instant(milliseconds: Int64(day.daysSinceEpoch) * 86_400_000 + 4 * 3_600_000) }
        } else {
            clock = Instant.now
        }
        var logger = Logger(label: "chengxin")
        logger.logLevel = .notice
        let log = PlatformLog(platform)
        let watches = PlatformWatch(platform, delivery, address: try await PlatformReports.address(platform, configuration.publicAddress), clock: clock)
        let reports = try await PlatformReports(platform).issuer(address: configuration.publicAddress, clock: clock)
        let server = try PortalServer(
            catalogue: platform.catalogue, store: platform.store, log: try await log.publicLog(),
            witnesses: try log.witnesses(), configuration: configuration,
            reports: reports,
            content: try ContentLocation(content, platform.directory).library(logger),
            grants: { [accounts = DeskAccounts(platform.directory)] in accounts.grant($0, $1) }, watch: watches.setting,
            officers: { [accounts = DeskAccounts(platform.directory)] in accounts.accepts($0, $1) }, clock: clock)
        let host = host
        let application = server.application(
            configuration,
            services: [
                PublishingService(log: log, logger: logger),
                SearchService(store: platform.store, logger: logger),
                PrinterService(reports: reports, logger: logger),
                TermsService(platform: platform, today: { clock().day }, logger: logger),
                WatchService(watches: watches, logger: logger),
            ], logger: logger
        ) { port in
            Console.print("serving on http://\(host):\(port)  (Ctrl-C stops)")
        }
        do {
            try await application.runService()
        } catch {
            guard "\(error)".contains("EADDRINUSE") || "\(error)".contains("errno: 98") else { throw error }
            throw UsageError(message: "port \(port) is in use; choose another with --port")
        }
    }
}
