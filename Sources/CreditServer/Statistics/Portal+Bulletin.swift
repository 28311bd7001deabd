import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import HTTPTypes
import Hummingbird

extension Portal {
    /// The credit bulletin of a month, for print as for the screen.
    @Sendable func bulletin(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let month = context.parameters.get("month").flatMap({ Month(iso: $0) }),
            let response = try await bulletin(of: month, Page(self, request))
        else {
            throw Problem.notFound(
                Bilingual(
                    zh: "没有这个月的月报。月份写成 2026-03，最早到十年前，最晚到本月。",
                    en: "There is no bulletin of this month. A month is written 2026-03, from ten years ago to the present one."))
        }
        return response
    }

    /// Nil for a month to come, or longer ago than statistics reach.
    func bulletin(of month: Month, _ page: Page) async throws -> Response? {
        let charts = StatisticsCharts(page)
        let statistics = charts.statistics
        guard month <= statistics.thisMonth, month > statistics.thisMonth.adding(-Statistics.mostMonths) else { return nil }
        let (one, year) = (month...month, month.adding(-11)...month)
        let coming = month.adding(1)...month.adding(6)
        let providers = try await charts.providers(one)
        let before = month.adding(-1)
        var parts = [
            StatisticsPart(
                anchor: "changes", heading: page.word("bulletinChanges"),
                says: [page.say("sayBulletinCompared", ["month": page.month(month), "before": page.month(before)])],
                grids: [try await bulletinTable(month, page, charts)]),
            StatisticsPart(
                anchor: "penalties", heading: page.word("statPenalties"),
                figures: [
                    page.figure(try await charts.penaltiesByMonth(year), topic: .penalties, months: year),
                    page.figure(try await charts.penaltiesBySector(one), topic: .penalties, months: one),
                ]),
        ]
        parts.append(
            StatisticsPart(
                anchor: "records", heading: page.word("statRecords"),
                figures: [page.figure(try await charts.recordsByItem(one), topic: .records, months: one)]))
        // What is still to end is only known of months that are still to come.
        if month >= statistics.thisMonth.adding(-1) {
            parts.append(
                StatisticsPart(
                    anchor: "endings", heading: page.word("statEndings"),
                    figures: [page.figure(try await charts.endings(coming), topic: .endings, months: coming)]))
        }
        parts.append(
            StatisticsPart(
                anchor: "quality", heading: page.word("statQualityRows"),
                figures: [page.figure(charts.quality(providers, one), topic: .quality, months: one)]))
        parts.append(
            StatisticsPart(
                anchor: "sources", heading: page.word("bulletinSources"), says: [page.word("bulletinSourcesNote")],
                grids: [try await bulletinSources(page)]))
        let title = page.say("sayBulletin", ["month": page.month(month)])
        let open: Values = ["tone": "plain", "heading": page.say("sayBulletinOpen", ["day": page.format.day(page.today)])]
        return try statisticsPage(
            page, path: "/statistics/bulletin/\(month)", heading: title, lead: page.word("bulletinLead"), parts: parts,
            notices: month == statistics.thisMonth ? [open] : [])
    }

    /// The month beside the one before it.
    private func bulletinTable(_ month: Month, _ page: Page, _ charts: StatisticsCharts) async throws -> Values {
        let statistics = charts.statistics
        let months = month.adding(-1)...month
        let shown = Set(statistics.items.map(\.id))
        let acts = try await store.acts(in: months).filter { shown.contains($0.item) }
        let records = try await store.decisions(items: statistics.items.map(\.id), in: months, by: [.month, .item])
        let deliveries = try await store.deliveries(in: months)
        func acted(_ act: Act...) -> (Month) -> Int {
            { month in acts.filter { $0.month == month && act.contains($0.act) }.reduce(0) { $0 + $1.count } }
        }
        func decided(_ item: String?) -> (Month) -> Int {
            { month in
                records.filter { $0.month == month && (item == nil || $0.item == item) }.reduce(0) { $0 + $1.count }
            }
        }
        func delivered(_ value: KeyPath<DeliveryCount, Int>) -> (Month) -> Int {
            { month in deliveries.filter { $0.month == month }.reduce(0) { $0 + $1[keyPath: value] } }
        }
        var rows: [(word: String, count: (Month) -> Int)] = [
            ("bulletinPenalties", decided(Statistics.penalty)), ("bulletinLicences", decided("administrative-licence")),
            ("bulletinRecords", decided(nil)), ("bulletinReceived", acted(.accept)),
            ("bulletinCorrected", acted(.correct, .supplement)), ("bulletinWithdrawn", acted(.withdraw)),
            ("bulletinContested", acted(.mark)), ("bulletinEnded", acted(.endPublication)),
        ]
        rows += [
            ("bulletinDeliveries", delivered(\.batches)), ("bulletinRows", delivered(\.rows)),
            ("bulletinRejected", delivered(\.rejected)),
        ]
        let before = month.adding(-1)
        return page.grid(
            page.word("bulletinChanges"),
            [
                (page.word("bulletinMeasure"), false), (page.month(month), true), (page.month(before), true),
                (page.word("bulletinDifference"), true),
            ],
            rows.map { row in
                let (now, then) = (row.count(month), row.count(before))
                let sign = now > then ? "+" : now < then ? "−" : ""
                return [
                    page.word(row.word), page.number(now), page.number(then), sign + page.number(abs(now - then)),
                ]
            })
    }

    /// Which source had last delivered when.
    private func bulletinSources(_ page: Page) async throws -> Values? {
        let last = try await store.lastDeliveries()
        let rows = catalogue.feeds.compactMap { feed in
            last[feed.id].map { [feed.title[page.language], feed.provider[page.language], page.format.moment($0)] }
        }
        if rows.isEmpty { return nil }
        return page.grid(
            page.word("bulletinSources"),
            [
                (page.word("statColFeed"), false), (page.word("statColSource"), false), (page.word("statColLast"), false),
            ], rows)
    }
}
