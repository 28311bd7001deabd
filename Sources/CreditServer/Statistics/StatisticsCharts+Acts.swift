import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// What was put right, taken down and contested, and how well departments deliver.
extension StatisticsCharts {
    private var shownItems: Set<String> { Set(statistics.items.map(\.id)) }

    private func acts(_ range: ClosedRange<Month>) async throws -> [ActCount] {
        let shown = shownItems
        return try await statistics.store.acts(in: range).filter { shown.contains($0.item) }
    }

    func actsByMonth(_ range: ClosedRange<Month>) async throws -> Chart {
        let counts = try await acts(range)
        let months = Array(range)
        func series(_ name: String, _ acts: Set<Act>) -> Chart.Series {
            let byMonth = Dictionary(counts.filter { acts.contains($0.act) }.map { ($0.month, $0.count) }) { $0 + $1 }
            return Chart.Series(name: page.word(name), values: months.map { byMonth[$0] ?? 0 })
        }
        let all = [
            series("statCorrected", [.correct, .supplement]), series("statWithdrawn", [.withdraw]),
            series("statContested", [.mark]),
        ]
        func total(_ index: Int) -> String { page.number(all[index].values.reduce(0) { $0 + ($1 ?? 0) }) }
        return Chart(
            id: "changes-month", form: .lines, title: page.word("statActs"),
            sentence: page.say(
                "sayStatActs",
                period(range).merging(["corrected": total(0), "withdrawn": total(1), "contested": total(2)]) { $1 }),
            heading: page.word("statColMonth"), categories: months.map { Chart.Category(page.month($0), month: $0) },
            series: all, numbers: page.chartNumbers)
    }

    func withdrawals(_ range: ClosedRange<Month>) async throws -> Chart {
        let counts = try await acts(range).filter { $0.act == .withdraw }
        let byReason = Dictionary(counts.map { ($0.reason, $0.count) }) { $0 + $1 }
            .sorted { ($1.value, $0.key?.rawValue ?? "") < ($0.value, $1.key?.rawValue ?? "") }
        return Chart(
            id: "withdrawals-why", form: .bars, title: page.word("statWithdrawalsTitle"),
            sentence: page.say("sayStatWithdrawals", ["total": page.number(counts.reduce(0) { $0 + $1.count })]),
            heading: page.word("statColReason"),
            categories: byReason.map { Chart.Category(words($0.key)) },
            series: [Chart.Series(name: page.word("statWithdrawn"), values: byReason.map(\.value))],
            numbers: page.chartNumbers)
    }

    private func words(_ reason: Reason?) -> String {
        reason.map { statistics.catalogue.words("reason", $0.rawValue)[page.language] } ?? page.word("statReasonNone")
    }

    /// How many working days objections took, in the steps in which the law counts.
    func answers(_ range: ClosedRange<Month>) async throws -> Chart {
        let answers = try await statistics.answers(in: range)
        let steps: [(upTo: Int, label: String)] = [
            (3, "statDays3"), (7, "statDays7"), (15, "statDays15"), (Int.max, "statDaysMore"),
        ]
        var below = -1
        let values = steps.map { step -> Int in
            defer { below = step.upTo }
            return answers.workingDays.filter { $0 > below && $0 <= step.upTo }.count
        }
        let sentence =
            answers.median.map {
                page.say(
                    "sayStatAnswers",
                    [
                        "count": page.number(answers.workingDays.count),
                        "median": $0 == 0
                            ? page.word("statSameDay") : page.say("sayStatWithinDays", ["days": page.number($0)]),
                        "open": page.number(answers.open),
                    ])
            } ?? page.say("sayStatAnswersNone", ["open": page.number(answers.open)])
        return Chart(
            id: "answers-days", form: .bars, title: page.word("statAnswersTitle"), sentence: sentence, heading: page.word("statColDays"),
            categories: steps.map { Chart.Category(page.word($0.label)) },
            series: [Chart.Series(name: page.word("statColObjections"), values: values)], numbers: page.chartNumbers)
    }

    // MARK: quality

    /// Deliveries of one feed by one department over a period.
    struct Provider: Sendable {
        let department: String?
        let feed: Feed
        let title: String
        var total: DeliveryCount
    }

    /// By how much they delivered; those without a row last.
    func providers(_ range: ClosedRange<Month>) async throws -> [Provider] {
        var sums: [String: DeliveryCount] = [:]
        for count in try await statistics.store.deliveries(in: range) {
            let key = "\(count.department ?? "") \(count.feed)"
            guard var sum = sums[key] else {
                sums[key] = count
                continue
            }
            sum.batches += count.batches
            sum.rows += count.rows
            sum.accepted += count.accepted
            sum.updated += count.updated
            sum.unchanged += count.unchanged
            sum.rejected += count.rejected
            sum.waiting += count.waiting
            sum.judged += count.judged
            sum.late += count.late
            sums[key] = sum
        }
        var names: [String: String] = [:]
        var providers: [Provider] = []
        for sum in sums.values.sorted(by: { ($1.rows, $0.feed, $0.department ?? "") < ($0.rows, $1.feed, $1.department ?? "") }) {
            guard let feed = statistics.catalogue.feed(sum.feed) else { continue }
            if let code = sum.department, names[code] == nil {
                names[code] = try await page.portal.store.profile(code: code)?.state.name ?? code
            }
            let title = ([feed.title[page.language]] + [sum.department.flatMap { names[$0] }].compactMap { $0 })
                .joined(separator: " · ")
            providers.append(Provider(department: sum.department, feed: feed, title: title, total: sum))
        }
        return providers
    }

    static let mostProviders = 20

    func quality(_ providers: [Provider], _ range: ClosedRange<Month>) -> Chart {
        let shown = Array(providers.prefix(Self.mostProviders))
        let (rows, rejected) = providers.reduce((0, 0)) { ($0.0 + $1.total.rows, $0.1 + $1.total.rejected) }
        func series(_ word: String, _ value: (DeliveryCount) -> Int) -> Chart.Series {
            Chart.Series(name: page.word(word), values: shown.map { value($0.total) })
        }
        return Chart(
            id: "quality-rows", form: .bars, title: page.word("statQuality"),
            sentence: page.say(
                "sayStatQuality",
                period(range).merging([
                    "rows": page.number(rows), "rejected": page.number(rejected),
                    "share": String(Self.percent(rejected, of: rows) ?? 0),
                ]) { $1 }),
            heading: page.word("statColProvider"), categories: shown.map { Chart.Category($0.title) },
            series: [
                series("statTaken") { $0.accepted + $0.updated }, series("statUnchanged", \.unchanged),
                series("statRejected", \.rejected), series("statWaiting", \.waiting),
            ], numbers: page.chartNumbers)
    }

    func faults(_ range: ClosedRange<Month>) async throws -> Chart {
        let counts = try await statistics.store.faults(in: range)
        let byCode = Dictionary(counts.map { ($0.code, $0.count) }) { $0 + $1 }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let total = byCode.reduce(0) { $0 + $1.value }
        // The words of a check name a row's own field; here they are about many.
        let anything = [
            "field": page.word("statFaultField"), "other": page.word("statFaultOther"), "limit": "…", "suggestion": "…",
        ]
        func words(_ code: String) -> String {
            guard let message = statistics.catalogue.checks[code]?.message else { return code }
            let plain = ["field", "other"].reduce(message[page.language]) { text, name in
                text.replacing("“{\(name)}”", with: "{\(name)}").replacing("\"{\(name)}\"", with: "{\(name)}")
            }
            return Bilingual(zh: plain, en: plain).filling(anything)[page.language]
        }
        let shown = byCode.prefix(8)
        return Chart(
            id: "faults-kinds", form: .bars, title: page.word("statFaultsTitle"),
            sentence: page.say("sayStatFaults", ["total": page.number(total), "kinds": page.number(byCode.count)]),
            heading: page.word("statColFault"), categories: shown.map { Chart.Category(words($0.key)) },
            series: [Chart.Series(name: page.word("statColTimes"), values: shown.map(\.value))], numbers: page.chartNumbers)
    }

    /// What each department promised, when it last delivered, and how much came late.
    func lateness(_ providers: [Provider]) async throws -> Values? {
        let last = Dictionary(
            try await statistics.store.lastDeliveriesByDepartment().map { ("\($0.department ?? "") \($0.feed)", $0.at) }
        ) { max($0, $1) }
        let rows = providers.prefix(Self.mostProviders).compactMap { provider -> [String]? in
            guard let at = last["\(provider.department ?? "") \(provider.feed.id)"] else { return nil }
            let rhythm = statistics.catalogue.item(provider.feed.item)?.delivery?.rhythm
            return [
                provider.title, promise(rhythm), page.format.day(at.day) + overdue(rhythm, at.day),
                provider.total.judged == 0
                    ? "–"
                    : page.say(
                        "sayStatLate",
                        [
                            "late": page.number(provider.total.late), "judged": page.number(provider.total.judged),
                            "share": String(Self.percent(provider.total.late, of: provider.total.judged) ?? 0),
                        ]),
            ]
        }
        if rows.isEmpty { return nil }
        return page.grid(
            page.word("statLateness"),
            [
                (page.word("statColProvider"), false), (page.word("statColPromise"), false), (page.word("statColLast"), false),
                (page.word("statColLate"), false),
            ], rows)
    }

    private func promise(_ rhythm: CreditCatalogue.Delivery.Rhythm?) -> String {
        switch rhythm {
        case .workingDays(let count, _)?: page.say("sayStatWithin", ["days": String(count)])
        case .each(let unit)?: page.word("statEach\(unit.prefix(1).uppercased() + unit.dropFirst())")
        case nil: "–"
        }
    }

    /// How long a regular delivery has been missing, in words; nothing where it is not.
    private func overdue(_ rhythm: CreditCatalogue.Delivery.Rhythm?, _ last: Day) -> String {
        guard case .each(let unit)? = rhythm, let next = Self.next(after: last, unit, statistics.catalogue.calendar),
            next < statistics.today
        else { return "" }
        return page.say("sayStatOverdue", ["days": String(statistics.today.daysSinceEpoch - next.daysSinceEpoch)])
    }

    /// The day by which the next delivery is due.
    static func next(after last: Day, _ unit: String, _ calendar: WorkdayCalendar) -> Day? {
        switch unit {
        case "day": calendar.adding(workingDays: 1, to: last)
        case "week": last.adding(days: 7)
        case "month": last.adding(months: 1)
        case "quarter": last.adding(months: 3)
        case "year": last.adding(months: 12)
        default: nil
        }
    }
}
