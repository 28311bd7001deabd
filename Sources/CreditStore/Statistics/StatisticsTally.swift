import CreditModel
import CreditRegistry

/// Counts for statistics that one transaction moves, added to the kept ones at its end: one statement for each count that moved,
/// however many rows a delivery has.
struct StatisticsTally {
    /// Where a subject is and what it does, as a small number, so that counting a row hashes numbers only.
    struct Place: Hashable {
        let division: String
        let sector: String

        init(_ state: SubjectState) { (division, sector) = (state.division ?? "", state.sector ?? "") }
    }
    private struct DecisionKey: Hashable {
        let item: Int64
        let month: Int32
        let place: Int32
    }
    private struct ActKey: Hashable {
        let item: Int64
        let act: Int64
        let month: Int32
        let reason: Reason?
    }
    private struct AnswerKey: Hashable {
        let reason: Reason?
        let markedOn: Int32
        let endedOn: Int32
    }
    private struct FeedKey: Hashable {
        let department: String
        let feed: String
        let month: Int32
    }
    private struct FaultKey: Hashable {
        let delivery: FeedKey
        let code: String
    }

    private var numbers: [Place: Int32] = [:]
    private var places: [Place] = []
    private var decisions: [DecisionKey: Int64] = [:]
    private var organisations: [Int32: Int64] = [:]
    private var acts: [ActKey: Int64] = [:]
    private var answers: [AnswerKey: Int64] = [:]
    private var deliveries: [FeedKey: [Int64]] = [:]
    private var faults: [FaultKey: Int64] = [:]
    /// Deliveries under way, with the faults of their rows so far.
    private var open: [Int64: (batch: NewBatch, faults: [String: Int64])] = [:]

    mutating func number(of place: Place) -> Int32 {
        if let number = numbers[place] { return number }
        let number = Int32(places.count)
        places.append(place)
        numbers[place] = number
        return number
    }

    // MARK: what moved

    mutating func addOrganisation(_ place: Int32, _ count: Int64 = 1) { organisations[place, default: 0] += count }

    /// Counts an organisation's record in or, with -1, out. Only what stands and is or was public counts.
    mutating func add(_ record: StoredState, at place: Int32, _ count: Int64 = 1) {
        guard record.standing == 0, record.publishedUntil != nil else { return }
        add(item: record.item, day: record.day, at: place, count)
    }

    mutating func add(item: Int64, day: Int32, at place: Int32, _ count: Int64) {
        let month = day == StoredState.noDay ? 0 : Month(Day(daysSinceEpoch: day)).number
        decisions[DecisionKey(item: item, month: month, place: place), default: 0] += count
    }

    mutating func add(_ act: Act, _ reason: Reason?, item: Int64, at moment: Instant, _ count: Int64 = 1) {
        let key = ActKey(item: item, act: StoredCode.number(act), month: Month(moment.day).number, reason: reason)
        acts[key, default: 0] += count
    }

    /// A mark from one day to another; nil while it stands.
    mutating func addAnswer(_ reason: Reason?, from start: Day, to end: Day?, _ count: Int64 = 1) {
        let key = AnswerKey(reason: reason, markedOn: start.daysSinceEpoch, endedOn: end?.daysSinceEpoch ?? 0)
        answers[key, default: 0] += count
    }

    mutating func begin(_ batch: NewBatch, number: Int64) { open[number] = (batch, [:]) }

    mutating func addFault(_ code: String, inBatch number: Int64) { open[number]?.faults[code, default: 0] += 1 }

    mutating func finish(_ number: Int64, _ totals: BatchTotals) {
        guard let (batch, codes) = open.removeValue(forKey: number) else { return }
        let key = FeedKey(
            department: batch.department ?? "", feed: batch.feed, month: Month(totals.finishedAt.day).number)
        let counts = [
            1, totals.rows, totals.accepted, totals.updated, totals.unchanged, totals.rejected, totals.waiting,
            totals.judged, totals.late,
        ].map { Int64($0) }
        deliveries[key] = deliveries[key].map { zip($0, counts).map(+) } ?? counts
        for (code, count) in codes { faults[FaultKey(delivery: key, code: code), default: 0] += count }
    }

    // MARK: storing

    /// In a fixed order, so that the same delivery writes the same pages.
    func store(_ connection: any Connection, _ coding: RecordCoding) throws {
        var rows: [(table: CountTable, key: [SQLValue], order: String, counts: [Int64])] = []
        func add(_ table: CountTable, _ key: [SQLValue], _ counts: [Int64]) {
            if counts.contains(where: { $0 != 0 }) { rows.append((table, key, Self.order(table, key), counts)) }
        }
        for (key, count) in decisions {
            let place = places[Int(key.place)]
            add(
                .decisions,
                [
                    .text(try coding.word(key.item, connection)), .integer(Int64(key.month)), .text(place.division),
                    .text(place.sector),
                ], [count])
        }
        for (place, count) in organisations {
            add(.organisations, [.text(places[Int(place)].division), .text(places[Int(place)].sector)], [count])
        }
        for (key, count) in acts {
            add(
                .acts,
                [
                    .text(try coding.word(key.item, connection)), .integer(key.act), .text(key.reason?.rawValue ?? ""),
                    .integer(Int64(key.month)),
                ], [count])
        }
        for (key, count) in answers {
            add(
                .answers,
                [.text(key.reason?.rawValue ?? ""), .integer(Int64(key.markedOn)), .integer(Int64(key.endedOn))],
                [count])
        }
        for (key, counts) in deliveries {
            add(.deliveries, [.text(key.department), .text(key.feed), .integer(Int64(key.month))], counts)
        }
        for (key, count) in faults {
            let delivery = key.delivery
            add(
                .faults,
                [.text(delivery.department), .text(delivery.feed), .integer(Int64(delivery.month)), .text(key.code)],
                [count])
        }
        for row in rows.sorted(by: { $0.order < $1.order }) { try row.table.add(row.counts, to: row.key, connection) }
    }

    private static func order(_ table: CountTable, _ key: [SQLValue]) -> String {
        var text = table.name
        for value in key {
            text += "\u{1}"
            switch value {
            case .text(let part): text += part
            case .integer(let number): text += String(number)
            case .null, .real, .bytes: break
            }
        }
        return text
    }
}
