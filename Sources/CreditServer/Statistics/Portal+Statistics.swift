import CreditCatalogue
import CreditModel
import CreditServices
import HTTPTypes
import Hummingbird

/// A part of a statistics page: a heading, sentences, charts, tables.
struct StatisticsPart {
    let anchor: String
    let heading: String
    var says: [String] = []
    var figures: [Values?] = []
    var grids: [Values?] = []
    var more: (href: String, words: String)?
    /// What is said where there is nothing to show; nil = that there are no numbers yet.
    var none: String?

    /// As the template takes it.
    func filled(none: String) -> Values {
        let (figures, grids) = (figures.compactMap { $0 }, grids.compactMap { $0 })
        // A part without numbers says so and stays, so that its absence is no riddle.
        let isEmpty = figures.isEmpty && grids.isEmpty
        return values([
            "anchor": anchor, "part": heading, "says": (says + (isEmpty ? [self.none ?? none] : [])).map { ["words": $0] as Values },
            "figures": figures, "grids": grids, "goes": more.map { [["to": $0.href, "words": $0.words] as Values] } ?? [],
        ])
    }
}

extension Portal {
    /// Topics that have a page of their own, in the order of the tabs. Others are tables to download.
    static let statisticsPages: [StatisticsTopic] = [.penalties, .records, .divisions, .endings, .changes]

    @Sendable func statisticsIndex(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let charts = StatisticsCharts(page)
        let statistics = charts.statistics
        let (year, coming) = (statistics.last(12), statistics.coming(12))
        let parts = [
            StatisticsPart(
                anchor: "penalties", heading: page.word("statPenalties"),
                figures: [page.figure(try await charts.penaltiesByMonth(year), topic: .penalties, months: year)],
                more: ("/statistics/penalties", page.word("statMorePenalties"))),
            StatisticsPart(
                anchor: "divisions", heading: page.word("statDivisions"),
                figures: [try await charts.map(year).flatMap { page.figure($0, topic: .divisions, months: year) }],
                more: ("/statistics/divisions", page.word("statMoreDivisions")), none: page.word("statMapNone")),
            StatisticsPart(
                anchor: "endings", heading: page.word("statEndings"),
                figures: [page.figure(try await charts.endings(coming), topic: .endings, months: coming)],
                more: ("/statistics/endings", page.word("statMoreEndings"))),
            StatisticsPart(
                anchor: "bulletin", heading: page.word("bulletinTitle"), says: [page.word("bulletinLead")],
                grids: [bulletinIndex(page, statistics)]),
        ]
        return try statisticsPage(
            page, path: "/statistics", heading: page.word("statisticsTitle"), lead: page.word("statisticsLead"), parts: parts)
    }

    /// One topic: `/statistics/penalties`, or its table `/statistics/penalties.csv`.
    @Sendable func statisticsTopic(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let name = context.parameters.get("topic") ?? ""
        if name.hasSuffix(".csv"), let topic = StatisticsTopic(rawValue: String(name.dropLast(4))) {
            return try await statisticsTable(topic, page)
        }
        if name == StatisticsTopic.quality.rawValue { return .redirect(to: "/quality", type: .permanent) }
        guard let topic = StatisticsTopic(rawValue: name), Self.statisticsPages.contains(topic) else {
            throw Problem.notFound(Bilingual(zh: "没有这个统计专题。", en: "There is no such topic of statistics."))
        }
        let charts = StatisticsCharts(page)
        let months = StatisticsPeriod(page: page).months(topic, charts.statistics) ?? charts.statistics.months(topic)
        func figure(_ chart: Chart, _ topic: StatisticsTopic = topic) -> Values? {
            page.figure(chart, topic: topic, months: months)
        }
        var parts: [StatisticsPart] = []
        func add(_ heading: String, _ figures: [Values?], says: [String] = [], none: String? = nil) {
            parts.append(
                StatisticsPart(
                    anchor: "part-\(parts.count + 1)", heading: page.word(heading), says: says.map(page.word),
                    figures: figures, none: none))
        }
        switch topic {
        case .penalties:
            add("statByMonth", [figure(try await charts.penaltiesByMonth(months))])
            add("statBySector", [figure(try await charts.penaltiesBySector(months))], says: ["statSectorNote"])
        case .records:
            add("statByMonth", [figure(try await charts.recordsByMonth(months))])
            add("statByItem", [figure(try await charts.recordsByItem(months))])
        case .divisions:
            let map = try await charts.map(months)
            add("statRate", [map.flatMap { figure($0) }], says: ["statRateNote"], none: page.word("statMapNone"))
            if let source = catalogue.tiles?.source { parts[parts.count - 1].says.append(source[page.language]) }
            add("statCounts", [figure(try await charts.penaltiesByDivision(months))])
        case .endings:
            add("statByMonth", [figure(try await charts.endings(months))], says: ["statEndingsNote"])
        default:
            add("statByMonth", [figure(try await charts.actsByMonth(months))], none: page.word("statActsNone"))
            add("statWithdrawals", [figure(try await charts.withdrawals(months))], none: page.word("statWithdrawalsNone"))
            let answers = try await charts.answers(months)
            add(
                "statAnswers", [figure(answers, .objections)], says: ["statAnswersNote", "statRepairNote"],
                none: answers.sentence)
        }
        let heading = page.word(Self.topicWord(topic))
        return try statisticsPage(
            page, path: "/statistics/\(topic.rawValue)", heading: heading, lead: page.word(Self.topicWord(topic) + "Lead"),
            parts: parts, topic: topic, months: months)
    }

    @Sendable func quality(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let charts = StatisticsCharts(page)
        let months = charts.statistics.last(12)
        let providers = try await charts.providers(months)
        let parts = [
            StatisticsPart(
                anchor: "rows", heading: page.word("statQualityRows"),
                says: (providers.contains { $0.department == nil } ? [page.word("statDepartmentNone")] : [])
                    + (providers.count > StatisticsCharts.mostProviders
                        ? [
                            page.say(
                                "sayStatProviders",
                                ["shown": String(StatisticsCharts.mostProviders), "all": page.number(providers.count)])
                        ] : []),
                figures: [page.figure(charts.quality(providers, months), topic: .quality, months: months)]),
            StatisticsPart(
                anchor: "late", heading: page.word("statLateness"), says: [page.word("statLateNote")],
                grids: [try await charts.lateness(providers)]),
            StatisticsPart(
                anchor: "faults", heading: page.word("statFaults"),
                figures: [page.figure(try await charts.faults(months), topic: .faults, months: months)]),
        ]
        return try statisticsPage(
            page, path: "/quality", heading: page.word("statQualityTitle"), lead: page.word("statQualityLead"), parts: parts)
    }

    static func topicWord(_ topic: StatisticsTopic) -> String {
        "stat" + topic.rawValue.prefix(1).uppercased() + topic.rawValue.dropFirst()
    }

    /// The frame of all these pages: tabs, period, parts, and how the numbers come about.
    func statisticsPage(
        _ page: Page, path: String, heading: String, lead: String, parts: [StatisticsPart], topic: StatisticsTopic? = nil,
        months: ClosedRange<Month>? = nil, notices: [Values] = []
    ) throws -> Response {
        let tabs =
            [(path: "/statistics", word: "statisticsOverview")]
            + Self.statisticsPages.map { (path: "/statistics/\($0.rawValue)", word: Self.topicWord($0)) }
            + [(path: "/quality", word: "statQualityTab")]
        return try page.render(
            "statistics", title: heading,
            values([
                "heading": heading, "lead": lead, "notices": notices,
                "tabs": tabs.map { tab in
                    values(["href": tab.path, "label": page.word(tab.word), "current": tab.path == path ? true : nil])
                },
                "period": topic.flatMap { topic in months.map { periods(path, topic, $0, page) } },
                "parts": parts.map { $0.filled(none: page.word("statNone")) },
                "rules": ["statRule1", "statRule2", "statRule3", "statRule4", "statRule5"].map {
                    ["words": page.word($0)] as Values
                },
                "asOf": page.say("sayStatAsOf", ["time": page.asOf]),
            ]), at: .statistics,
            trail: path == "/statistics" ? [] : [(href: "/statistics", label: page.word("statisticsTitle"))], here: heading)
    }

    /// Links to shorter and longer periods.
    private func periods(_ path: String, _ topic: StatisticsTopic, _ months: ClosedRange<Month>, _ page: Page) -> Values {
        let statistics = Statistics(catalogue: catalogue, store: store, today: page.today)
        let choices = [12, 24, 60, Statistics.mostMonths].map { count -> Values in
            let range = topic == .endings ? statistics.coming(count) : statistics.last(count)
            return values([
                "href": "\(path)?from=\(range.lowerBound)&to=\(range.upperBound)",
                "label": count == 12
                    ? page.word(topic == .endings ? "statComingOne" : "statLastOne")
                    : page.say(topic == .endings ? "sayStatComing" : "sayStatLast", ["years": String(count / 12)]),
                "current": range == months ? true : nil,
            ])
        }
        return [
            "shown": page.say(
                "sayStatPeriod", ["from": page.month(months.lowerBound), "to": page.month(months.upperBound)]),
            "choices": choices,
        ]
    }

    private func statisticsTable(_ topic: StatisticsTopic, _ page: Page) async throws -> Response {
        let statistics = Statistics(catalogue: catalogue, store: store, today: page.today)
        let months = try StatisticsPeriod(page: page).requiredMonths(topic, statistics)
        let table = try await statistics.table(topic, in: months)
        return .bytes(
            Array(table.csv.utf8), "text/csv; charset=utf-8",
            headers: [
                .contentDisposition:
                    "attachment; filename=\"\(topic.rawValue)-\(months.lowerBound)-\(months.upperBound).csv\"",
                .cacheControl: "no-cache",
            ])
    }

    /// Months that have a bulletin, newest first.
    func bulletinIndex(_ page: Page, _ statistics: Statistics) -> Values {
        let heading = page.word("statColMonth")
        return [
            "caption": heading, "captionHidden": true, "columns": [["heading": heading] as Values],
            "rows": (1...6).map { back -> Values in
                let month = statistics.thisMonth.adding(-back)
                return [
                    "lead": [
                        "heading": heading,
                        "link": ["href": "/statistics/bulletin/\(month)", "text": page.say("sayBulletin", ["month": page.month(month)])],
                    ] as Values, "cells": [Values](),
                ]
            },
        ]
    }
}

/// The period that an address asks for: `from` and `to`, months `YYYY-MM`.
struct StatisticsPeriod {
    let from: String?
    let to: String?

    init(from: String?, to: String?) { (self.from, self.to) = (from, to) }

    init(page: Page) { (from, to) = (page.parameter("from", limit: 10), page.parameter("to", limit: 10)) }

    /// Nil where what is asked for is no period.
    func months(_ topic: StatisticsTopic, _ statistics: Statistics) -> ClosedRange<Month>? {
        try? requiredMonths(topic, statistics)
    }

    /// - Throws: `Problem.badParameter`.
    func requiredMonths(_ topic: StatisticsTopic, _ statistics: Statistics) throws -> ClosedRange<Month> {
        let usual = statistics.months(topic)
        func month(_ name: String, _ text: String?, _ usual: Month) throws -> Month {
            guard let text else { return usual }
            guard let month = Month(iso: text) else {
                throw Problem.badParameter(name, Bilingual(zh: "请写成 2026-03。", en: "a month written 2026-03."))
            }
            return month
        }
        let last = try month("to", to, usual.upperBound)
        let first = try month("from", from, min(usual.lowerBound, last))
        guard first <= last, first.distance(to: last) < Statistics.mostMonths else {
            throw Problem.badParameter(
                "from",
                Bilingual(
                    zh: "起始月份不晚于结束月份，最多 \(Statistics.mostMonths) 个月。",
                    en: "not later than `to`, and at most \(Statistics.mostMonths) months."))
        }
        return first...last
    }
}
