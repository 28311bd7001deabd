import CreditModel
import CreditServices

/// Charts and tables as templates take them.
extension Page {
    var chartNumbers: ChartNumbers { ChartNumbers(isEnglish: isEnglish) }

    func month(_ month: Month) -> String { chartNumbers.month(month) }

    /// A chart with its table and its downloads; nil where there is nothing to draw.
    func figure(_ chart: Chart, topic: StatisticsTopic, months: ClosedRange<Month>) -> Values? {
        if chart.isEmpty { return nil }
        let query = "?from=\(months.lowerBound)&to=\(months.upperBound)"
        let keys = chart.series.enumerated().map { ["swatch": Markup(text: swatch(chart, $0)), "words": $1.name] as Values }
        return values([
            "id": chart.id, "title": chart.title, "sentence": chart.sentence, "svg": Markup(text: chart.svg),
            // Lines carry their names at their ends.
            "hasKeys": chart.hasTotal ? true : nil, "keys": keys, "table": table(chart), "csv": "/statistics/\(topic.rawValue).csv\(query)",
            "json": "/api/v1/statistics/\(topic.rawValue)\(query)",
        ])
    }

    /// A square in the pattern of a series, whose definition stands in the chart.
    private func swatch(_ chart: Chart, _ series: Int) -> String {
        "<svg width=\"18\" height=\"14\" aria-hidden=\"true\"><rect x=\"1\" y=\"1\" width=\"16\" height=\"12\" \(SVG(id: chart.id).fill(series))/></svg>"
    }

    private func table(_ chart: Chart) -> Values {
        let columns = chart.series.map(\.name) + (chart.hasTotal ? [word("chartTotal")] : [])
        return [
            "caption": chart.title, "captionHidden": true,
            "columns": [["heading": chart.heading] as Values] + columns.map { ["heading": $0, "numeric": true] as Values },
            "rows": chart.categories.indices.map { index -> Values in
                let numbers = chart.series.map { $0.values[index] } + (chart.hasTotal ? [chart.total(index)] : [])
                return [
                    "lead": values([
                        "heading": chart.heading, "text": chart.categories[index].label, "sub": chart.categories[index].note,
                    ]),
                    "cells": zip(columns, numbers).map { column, number in
                        ["heading": column, "text": chart.numbers.text(number), "numeric": true] as Values
                    },
                ]
            },
        ]
    }

    /// A table of words and numbers; what is a number stands on the right.
    func grid(_ caption: String, _ columns: [(heading: String, isNumber: Bool)], _ rows: [[String]]) -> Values {
        [
            // The heading above says the same.
            "caption": caption, "captionHidden": true,
            "columns": columns.map { values(["heading": $0.heading, "numeric": $0.isNumber ? true : nil]) },
            "rows": rows.map { row -> Values in
                [
                    "lead": ["heading": columns[0].heading, "text": row[0]],
                    "cells": zip(columns, row).dropFirst().map { column, text in
                        values(["heading": column.heading, "text": text, "numeric": column.isNumber ? true : nil])
                    },
                ]
            },
        ]
    }
}

extension Chart {
    /// Parts of a whole have a sum; lines side by side have none.
    var hasTotal: Bool { series.count > 1 && form != .lines }
}
