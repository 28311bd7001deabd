import CreditModel

/// What can be asked of statistics. Each is a table of counts; pages draw them.
public enum StatisticsTopic: String, Sendable, Hashable, CaseIterable {
    /// Administrative penalties by month of decision, section of the line of business, and division.
    case penalties
    /// Records of every public item about organisations by month.
    case records
    /// Penalties of the last twelve months and organisations, by division of the city.
    case divisions
    /// Public records by the month in which their publication ends.
    case endings
    /// Acts upon records: corrections, withdrawals, marks and what ended by its term.
    case changes
    /// Contested records: when they were marked and when that was answered.
    case objections
    /// Deliveries by department and feed.
    case quality
    /// Faults of rejected rows by department and feed.
    case faults
}

/// A table of counts as programs take it: codes and numbers, no words.
public struct StatisticsTable: Sendable, Equatable {
    public enum Value: Sendable, Equatable {
        case text(String)
        case number(Int)
        /// With one decimal: 125 is 12.5.
        case tenths(Int)
        /// Not known or not stated.
        case nothing
    }
    public let topic: StatisticsTopic
    public let months: ClosedRange<Month>
    public let columns: [String]
    public let rows: [[Value]]

    /// The table as CSV with a byte order mark, so that Excel reads Chinese.
    public var csv: String {
        let lines = [columns] + rows.map { $0.map(\.text) }
        return "\u{FEFF}" + lines.map { $0.map(CSVCell.write).joined(separator: ",") + "\r\n" }.joined()
    }

    public func write(asOf moment: Instant, into json: inout JSONWriter) {
        json.object { json in
            json.field("topic", topic.rawValue)
            json.field("from", months.lowerBound.description)
            json.field("to", months.upperBound.description)
            json.field("as_of", moment.description)
            json.array("rows") { json in
                for row in rows {
                    json.object { json in
                        for (column, value) in zip(columns, row) {
                            switch value {
                            case .text(let text): json.field(column, text)
                            case .number(let number): json.field(column, number)
                            case .tenths: json.field(column, number: value.text)
                            case .nothing: json.field(column, nil as String?)
                            }
                        }
                    }
                }
            }
        }
    }
}

extension StatisticsTable.Value {
    var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        case .tenths(let tenths): "\(tenths / 10).\(tenths % 10)"
        case .nothing: ""
        }
    }

    static func known(_ text: String?) -> Self { text.flatMap { $0.isEmpty ? nil : .text($0) } ?? .nothing }
}
