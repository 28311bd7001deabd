import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// The charts of the statistics pages, each from kept counts, with the sentence that says what it shows.
struct StatisticsCharts {
    let page: Page
    let statistics: Statistics

    init(_ page: Page) {
        self.page = page
        statistics = Statistics(catalogue: page.portal.catalogue, store: page.portal.store, today: page.today)
    }

    private var store: any StatisticsStore { statistics.store }
    private var catalogue: Catalogue { statistics.catalogue }
    private var numbers: ChartNumbers { page.chartNumbers }

    private func say(_ key: String, _ values: [String: String]) -> String { page.say(key, values) }

    /// Whole percent; nil of nothing.
    static func percent(_ part: Int, of whole: Int) -> Int? {
        whole == 0 ? nil : Int((Double(part) / Double(whole) * 100).rounded())
    }

    private func months(_ range: ClosedRange<Month>) -> [Month] { Array(range) }

    private func category(_ month: Month) -> Chart.Category {
        // A month that is not over is compared with whole ones at a glance, so it says so.
        let isOpen = month == statistics.thisMonth
        return Chart.Category(page.month(month), month: month, note: isOpen ? page.word("statMonthOpen") : nil)
    }

    /// A period at the beginning of a sentence.
    func period(_ range: ClosedRange<Month>) -> [String: String] {
        let isOne = range.lowerBound == range.upperBound
        return [
            "period": say(
                isOne ? "sayStatRangeOne" : "sayStatRange",
                ["from": page.month(range.lowerBound), "to": page.month(range.upperBound)])
        ]
    }

    /// A sentence, and that the last month is not over where it is the present one.
    private func withOpenEnd(_ sentence: String, _ range: ClosedRange<Month>) -> String {
        range.contains(statistics.thisMonth) ? join(sentence, page.word("statLastOpen")) : sentence
    }

    private func join(_ sentences: String...) -> String { sentences.joined(separator: page.isEnglish ? " " : "") }

    /// Which month had most; where several had as many, how many did, since none of them stands out.
    private func most(_ values: [Int], _ months: [Month]) -> String {
        guard let count = values.max(), count > 0, let first = values.firstIndex(of: count) else { return "" }
        let tied = values.count { $0 == count }
        return tied == 1
            ? page.say("sayStatPeak", ["peak": page.month(months[first]), "count": page.number(count)])
            : page.say("sayStatPeaks", ["months": page.number(tied), "count": page.number(count)])
    }

    // MARK: penalties

    func penaltiesByMonth(_ range: ClosedRange<Month>) async throws -> Chart {
        let counts = try await store.decisions(items: [Statistics.penalty], in: range, by: [.month])
        let byMonth = Dictionary(counts.compactMap { count in count.month.map { ($0, count.count) } }) { $0 + $1 }
        let months = months(range)
        let values = months.map { byMonth[$0] ?? 0 }
        return Chart(
            id: "penalties-month", form: .columns, title: page.word("statPenaltiesMonth"),
            sentence: withOpenEnd(say(
                "sayStatPenaltiesMonth",
                period(range).merging([
                    "total": page.number(values.reduce(0, +)), "most": most(values, months),
                ]) { $1 }), range),
            heading: page.word("statColMonth"), categories: months.map(category),
            series: [Chart.Series(name: page.word("statColPenalties"), values: values)], numbers: numbers)
    }

    func penaltiesBySector(_ range: ClosedRange<Month>) async throws -> Chart {
        let counts = try await store.decisions(items: [Statistics.penalty], in: range, by: [.sector])
        let known = counts.filter { !$0.sector.isEmpty }.sorted { ($1.count, $0.sector) < ($0.count, $1.sector) }
        let unknown = counts.filter(\.sector.isEmpty).reduce(0) { $0 + $1.count }
        let total = counts.reduce(0) { $0 + $1.count }
        var categories = known.map { Chart.Category(sector($0.sector)) }
        var values: [Int?] = known.map(\.count)
        if unknown > 0 {
            categories.append(Chart.Category(page.word("statSectorUnknown")))
            values.append(unknown)
        }
        var sentence: String
        if let first = known.first {
            // Sectors with equally many are all named: none of them is alone at the top.
            let leading = known.prefix { $0.count == first.count }.map { sector($0.sector) }
            sentence = say(
                leading.count == 1 ? "sayStatSector" : "sayStatSectorTied",
                period(range).merging([
                    "first": leading.joined(separator: page.isEnglish ? "; " : "、"), "count": page.number(first.count),
                    "share": String(Self.percent(first.count, of: total) ?? 0), "total": page.number(total),
                ]) { $1 })
            if unknown > 0 { sentence = join(sentence, say("sayStatSectorUnknown", ["unknown": page.number(unknown)])) }
        } else {
            sentence = page.word("statSectorNone")
        }
        return Chart(
            id: "penalties-sector", form: .bars, title: page.word("statPenaltiesSector"), sentence: sentence,
            heading: page.word("statColSector"), categories: categories,
            series: [Chart.Series(name: page.word("statColPenalties"), values: values)], numbers: numbers)
    }

    private func sector(_ code: String) -> String { catalogue.sectors.title(code)?[page.language] ?? code }

    // MARK: divisions

    /// The map; nil where the catalogue has no tiles.
    func map(_ range: ClosedRange<Month>) async throws -> Chart? {
        guard let tiles = catalogue.tiles else { return nil }
        let divisions = try await statistics.divisions(in: range)
        let byCode = Dictionary(divisions.map { ($0.code, $0) }) { first, _ in first }
        let rated = tiles.tiles.compactMap { tile in
            byCode[tile.division].flatMap { division in division.perThousandTenths.map { (tile, $0) } }
        }
        var tenths = numbers
        tenths.scale = 10
        var sentence = page.word("statMapNone")
        if let most = rated.max(by: { $0.1 < $1.1 }), let least = rated.min(by: { $0.1 < $1.1 }) {
            sentence = say(
                "sayStatMap",
                period(range).merging([
                    "most": most.0.title[page.language], "high": tenths.text(most.1), "least": least.0.title[page.language],
                    "low": tenths.text(least.1),
                ]) { $1 })
        }
        return Chart(
            id: "divisions-map", form: .tiles, title: page.word("statMap"), sentence: sentence,
            heading: page.word("statColDivision"),
            categories: tiles.tiles.map { tile in
                let division = byCode[tile.division]
                return Chart.Category(
                    catalogue.divisions[tile.division]?.name ?? tile.division,
                    tile: (tile.row, tile.column, tile.title[page.language]),
                    note: say(
                        "sayStatDivision",
                        [
                            "penalties": page.number(division?.penalties ?? 0),
                            "organisations": page.number(division?.organisations ?? 0),
                        ]))
            },
            series: [
                Chart.Series(
                    name: page.word("statColRate"), values: tiles.tiles.map { byCode[$0.division]?.perThousandTenths })
            ], numbers: tenths)
    }

    func penaltiesByDivision(_ range: ClosedRange<Month>) async throws -> Chart {
        let divisions = try await statistics.divisions(in: range)
        let all = try await store.decisions(items: [Statistics.penalty], in: range, by: []).first?.count ?? 0
        let here = divisions.reduce(0) { $0 + $1.penalties }
        var categories = divisions.map { Chart.Category(catalogue.divisions[$0.code]?.name ?? $0.code) }
        var values: [Int?] = divisions.map(\.penalties)
        if all > here {
            categories.append(Chart.Category(page.word("statDivisionOther")))
            values.append(all - here)
        }
        let sentence = say("sayStatDivisions", period(range).merging(["total": page.number(all)]) { $1 })
        return Chart(
            id: "divisions-count", form: .bars, title: page.word("statDivisionCounts"),
            sentence: all > here ? join(sentence, say("sayStatDivisionsOther", ["other": page.number(all - here)])) : sentence,
            heading: page.word("statColDivision"), categories: categories,
            series: [Chart.Series(name: page.word("statColPenalties"), values: values)], numbers: numbers)
    }

    // MARK: records and terms

    private func title(_ item: String) -> String { catalogue.item(item)?.title[page.language] ?? item }

    /// Counts of items over months as at most four series: the three largest and the rest.
    private func series(_ counts: [(item: String, month: Month, count: Int)], _ months: [Month]) -> [Chart.Series] {
        let totals = Dictionary(counts.map { ($0.item, $0.count) }) { $0 + $1 }
        let order = totals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        let named = order.count <= 4 ? order : Array(order.prefix(3))
        func values(_ belongs: (String) -> Bool) -> [Int?] {
            let byMonth = Dictionary(counts.filter { belongs($0.item) }.map { ($0.month, $0.count) }) { $0 + $1 }
            return months.map { byMonth[$0] ?? 0 }
        }
        let series = named.map { item in Chart.Series(name: title(item), values: values { $0 == item }) }
        return order.count > named.count
            ? series + [Chart.Series(name: page.word("statOthers"), values: values { !named.contains($0) })] : series
    }

    func recordsByMonth(_ range: ClosedRange<Month>) async throws -> Chart {
        let counts = try await store.decisions(items: statistics.items.map(\.id), in: range, by: [.month, .item])
        let months = months(range)
        let series = series(counts.compactMap { count in count.month.map { (count.item, $0, count.count) } }, months)
        let totals = months.indices.map { index in series.reduce(0) { $0 + ($1.values[index] ?? 0) } }
        return Chart(
            id: "records-month", form: .columns, title: page.word("statRecordsMonth"),
            sentence: withOpenEnd(say(
                "sayStatRecordsMonth",
                period(range).merging([
                    "total": page.number(totals.reduce(0, +)), "most": most(totals, months),
                ]) { $1 }), range),
            heading: page.word("statColMonth"), categories: months.map(category), series: series, numbers: numbers)
    }

    func recordsByItem(_ range: ClosedRange<Month>) async throws -> Chart {
        let counts = try await store.decisions(items: statistics.items.map(\.id), in: range, by: [.item])
            .sorted { ($1.count, $0.item) < ($0.count, $1.item) }
        return Chart(
            id: "records-item", form: .bars, title: page.word("statRecordsItem"),
            sentence: say(
                "sayStatRecordsItem",
                period(range).merging([
                    "kinds": page.number(counts.count), "first": counts.first.map { title($0.item) } ?? "–",
                    "count": page.number(counts.first?.count ?? 0),
                ]) { $1 }),
            heading: page.word("statColItem"), categories: counts.map { Chart.Category(title($0.item)) },
            series: [Chart.Series(name: page.word("statColRecords"), values: counts.map(\.count))], numbers: numbers)
    }

    func endings(_ range: ClosedRange<Month>) async throws -> Chart {
        let shown = Set(statistics.items.map(\.id))
        let counts = try await store.endings(
            from: max(statistics.today, range.lowerBound.firstDay), through: range.upperBound.lastDay
        ).filter { shown.contains($0.item) }
        let months = months(range)
        let series = series(counts.map { ($0.item, $0.month, $0.count) }, months)
        let totals = months.indices.map { index in series.reduce(0) { $0 + ($1.values[index] ?? 0) } }
        return Chart(
            id: "endings-month", form: .columns, title: page.word("statEndingsChart"),
            sentence: say(
                "sayStatEndings",
                period(range).merging([
                    "total": page.number(totals.reduce(0, +)), "most": most(totals, months),
                ]) { $1 }),
            heading: page.word("statColMonth"), categories: months.map { Chart.Category(page.month($0), month: $0) },
            series: series, numbers: numbers)
    }
}
