import CreditCatalogue
import CreditModel
import CreditRegistry

/// Statistics of one day, put together from kept counts.
public struct Statistics: Sendable {
    public let catalogue: Catalogue
    public let store: any StatisticsStore
    public let today: Day

    public init(catalogue: Catalogue, store: any StatisticsStore, today: Day) {
        (self.catalogue, self.store, self.today) = (catalogue, store, today)
    }

    public static let penalty = "administrative-penalty"
    /// The longest period that one answer covers.
    public static let mostMonths = 120
    /// Below so many organisations a rate says more about chance than about a division, so it is not given.
    public static let fewestForRate = 100

    public var thisMonth: Month { Month(today) }

    /// Months up to and including the present one.
    public func last(_ count: Int) -> ClosedRange<Month> { thisMonth.adding(1 - count)...thisMonth }

    /// The present month and those after it.
    public func coming(_ count: Int) -> ClosedRange<Month> { thisMonth...thisMonth.adding(count - 1) }

    /// What a topic covers where nobody asks for a period.
    public func months(_ topic: StatisticsTopic) -> ClosedRange<Month> {
        switch topic {
        case .endings: coming(12)
        case .penalties, .records: last(24)
        case .divisions, .changes, .objections, .quality, .faults: last(12)
        }
    }

    /// Items about organisations that the public may see. What only says how a subject stands, such as its registration, is no
    /// event and has no month.
    public var items: [Item] {
        catalogue.items.filter {
            $0.publicity == .public && $0.subjects.contains(.organisation) && $0.key != ["subject"]
        }
    }

    /// Districts of the city, with those on the map first.
    public var divisions: [String] {
        let city = catalogue.edition.division
        let prefix = city.hasSuffix("0000") ? String(city.prefix(2)) : String(city.prefix(4))
        let tiles = catalogue.tiles?.tiles.map(\.division) ?? []
        let others = catalogue.divisions.within(prefix).map(\.code).filter { !$0.hasSuffix("00") && !tiles.contains($0) }
        return tiles + others
    }

    // MARK: figures

    /// A division with the penalties of a period and its organisations.
    public struct Division: Sendable, Hashable {
        public let code: String
        public let organisations: Int
        public let penalties: Int

        /// In tenths; nil where there are too few organisations for a rate.
        public var perThousandTenths: Int? {
            organisations < Statistics.fewestForRate ? nil : (penalties * 10_000 + organisations / 2) / organisations
        }
    }

    public func divisions(in months: ClosedRange<Month>) async throws -> [Division] {
        let penalties = try await store.decisions(items: [Self.penalty], in: months, by: [.division])
        let organisations = try await store.organisations()
        return divisions.map { code in
            Division(
                code: code, organisations: organisations.filter { $0.division == code }.reduce(0) { $0 + $1.count },
                penalties: penalties.filter { $0.division == code }.reduce(0) { $0 + $1.count })
        }
    }

    /// Objections that were answered in a period, with the working days that took.
    public struct Answers: Sendable, Hashable {
        /// Working days of each, ascending.
        public let workingDays: [Int]
        /// Standing now.
        public let open: Int

        /// The middle one; of an even number the lower middle one, so that it is a number of days that somebody waited.
        public var median: Int? { workingDays.isEmpty ? nil : workingDays[(workingDays.count - 1) / 2] }
    }

    public func answers(in months: ClosedRange<Month>) async throws -> Answers {
        let marks = try await store.marks(endedIn: months).filter { $0.reason == .objection }
        let days = marks.flatMap { mark in
            mark.endedOn.map { end in
                Array(repeating: catalogue.calendar.workingDays(from: mark.markedOn, to: end), count: mark.count)
            } ?? []
        }
        return Answers(
            workingDays: days.sorted(), open: marks.filter { $0.endedOn == nil }.reduce(0) { $0 + $1.count })
    }

    // MARK: tables

    public func table(_ topic: StatisticsTopic, in months: ClosedRange<Month>) async throws -> StatisticsTable {
        let (columns, rows) = try await content(topic, months)
        return StatisticsTable(topic: topic, months: months, columns: columns, rows: rows)
    }

    private typealias Value = StatisticsTable.Value

    private func content(_ topic: StatisticsTopic, _ months: ClosedRange<Month>) async throws -> ([String], [[Value]]) {
        func month(_ month: Month?) -> Value { month.map { .text($0.description) } ?? .nothing }
        let shown = Set(items.map(\.id))
        switch topic {
        case .penalties:
            let counts = try await store.decisions(items: [Self.penalty], in: months, by: [.month, .sector, .division])
            return (
                ["month", "sector", "division", "count"],
                counts.sorted { ($0.month ?? thisMonth, $0.sector, $0.division) < ($1.month ?? thisMonth, $1.sector, $1.division) }
                    .map { [month($0.month), .known($0.sector), .known($0.division), .number($0.count)] }
            )
        case .records:
            let counts = try await store.decisions(items: items.map(\.id), in: months, by: [.month, .item])
            return (
                ["month", "item", "count"],
                counts.sorted { ($0.month ?? thisMonth, $0.item) < ($1.month ?? thisMonth, $1.item) }.map {
                    [month($0.month), .text($0.item), .number($0.count)]
                }
            )
        case .divisions:
            return (
                ["division", "organisations", "penalties", "per_thousand"],
                try await divisions(in: months).map { division in
                    [
                        .text(division.code), .number(division.organisations), .number(division.penalties),
                        division.perThousandTenths.map { .tenths($0) } ?? .nothing,
                    ]
                }
            )
        case .endings:
            let from = max(today, months.lowerBound.firstDay)
            let counts = try await store.endings(from: from, through: months.upperBound.lastDay)
            return (
                ["month", "item", "count"],
                counts.filter { shown.contains($0.item) }.sorted { ($0.month, $0.item) < ($1.month, $1.item) }.map {
                    [month($0.month), .text($0.item), .number($0.count)]
                }
            )
        case .changes:
            let counts = try await store.acts(in: months).filter { shown.contains($0.item) }
            return (
                ["month", "item", "act", "reason", "count"],
                counts.sorted {
                    ($0.month, $0.item, $0.act.rawValue, $0.reason?.rawValue ?? "")
                        < ($1.month, $1.item, $1.act.rawValue, $1.reason?.rawValue ?? "")
                }.map {
                    [month($0.month), .text($0.item), .text($0.act.rawValue), .known($0.reason?.rawValue), .number($0.count)]
                }
            )
        case .objections:
            let marks = try await store.marks(endedIn: months)
            return (
                ["reason", "marked_on", "ended_on", "working_days", "count"],
                marks.sorted { ($0.markedOn, $0.reason?.rawValue ?? "") < ($1.markedOn, $1.reason?.rawValue ?? "") }.map { mark in
                    [
                        .known(mark.reason?.rawValue), .text(mark.markedOn.description),
                        .known(mark.endedOn?.description),
                        mark.endedOn.map { .number(catalogue.calendar.workingDays(from: mark.markedOn, to: $0)) } ?? .nothing,
                        .number(mark.count),
                    ]
                }
            )
        case .quality:
            return (
                [
                    "department", "feed", "month", "deliveries", "rows", "accepted", "updated", "unchanged", "rejected",
                    "waiting", "judged", "late",
                ],
                try await store.deliveries(in: months).map { count in
                    [.known(count.department), .text(count.feed), month(count.month)]
                        + [
                            count.batches, count.rows, count.accepted, count.updated, count.unchanged, count.rejected,
                            count.waiting, count.judged, count.late,
                        ].map { .number($0) }
                }
            )
        case .faults:
            return (
                ["department", "feed", "month", "code", "count"],
                try await store.faults(in: months).map {
                    [.known($0.department), .text($0.feed), month($0.month), .text($0.code), .number($0.count)]
                }
            )
        }
    }
}
