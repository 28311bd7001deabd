import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import FoundationEssentials

/// A check as a workbook: the rows, what was asked and searched, and every record that was found.
public struct CheckWorkbook {
    private let result: CheckResult
    private let catalogue: Catalogue
    /// Public address of the platform, without a slash at the end.
    private let base: String
    private let columns: CheckColumns

    public init(_ result: CheckResult, catalogue: Catalogue, base: String) {
        self.result = result
        self.catalogue = catalogue
        self.base = base
        columns = CheckColumns(result, catalogue: catalogue)
    }

    private func word(_ key: String) -> String { catalogue.wording[key]?[result.language] ?? key }
    private var format: FieldFormat { FieldFormat(catalogue: catalogue, language: result.language) }

    /// The workbook's bytes; nothing is left on the disk.
    public func bytes() throws -> [UInt8] {
        let manager = FileManager.default
        let path = manager.temporaryDirectory.appending(path: "chengxin-\(UInt64.random(in: .min ... .max)).xlsx").path()
        defer { try? manager.removeItem(atPath: path) }
        try write(to: path)
        guard let data = manager.contents(atPath: path) else {
            throw DocumentError(.notDrawn, Bilingual(zh: "表格没有写成。", en: "The workbook could not be written."))
        }
        return Array(data)
    }

    /// Writes the workbook; an existing file is replaced.
    public func write(to path: String) throws {
        let writer = try XLSXWriter(path: path, title: word("checkResultTitle"), now: result.asked.at)
        try writeRows(writer)
        try writeAbout(writer)
        try writeRecords(writer)
        try writer.close()
    }

    private func writeRows(_ writer: XLSXWriter) throws {
        let own = result.headings
        let widths = columns.leading.map(\.width) + own.map { _ in 20 } + columns.added.map(\.width)
        let sheet = try writer.sheet(word("checkSheetRows"), widths: widths, frozenRows: 1)
        let titles = columns.leading.map(\.title) + own + columns.added.map(\.title)
        for (column, title) in titles.enumerated() { writer.text(title, sheet, 0, column, .heading) }
        writer.filter(sheet, rows: result.rows.count, columns: titles.count)
        let subjects = columns.subjectCells(result)
        for (place, row) in result.rows.enumerated() {
            writer.number(row.line, sheet, place + 1, 0)
            // A row may be shorter than the header, and no longer counts.
            for (column, cell) in row.cells.prefix(own.count).enumerated() { writer.text(cell, sheet, place + 1, column + 1) }
            for (column, cell) in columns.cells(row, result, subjects).enumerated() {
                write(cell, writer, sheet, place + 1, own.count + 1 + column)
            }
        }
    }

    private func write(_ cell: CheckColumns.Cell, _ writer: XLSXWriter, _ sheet: XLSXWriter.Sheet, _ row: Int, _ column: Int) {
        switch cell {
        case .none: break
        case .text(let text): writer.text(text, sheet, row, column)
        case .number(let number): writer.number(number, sheet, row, column)
        case .address(let path): writer.link(base + path, sheet, row, column)
        }
    }

    private func writeAbout(_ writer: XLSXWriter) throws {
        let sheet = try writer.sheet(word("checkSheetAbout"), widths: [26, 80, 20])
        writer.text(word("checkResultTitle"), sheet, 0, 0, .title)
        var row = 1
        func line(_ label: String, _ text: String?) {
            guard let text else { return }
            writer.text(label, sheet, row, 0, .heading)
            writer.text(text, sheet, row, 1, .wrapped)
            row += 1
        }
        let asked = result.asked
        line(word("reportPurpose"), asked.purposeTitle)
        line(word("checkAboutPurposeBasis"), asked.purposeBasis)
        line(word("checkAboutBasis"), asked.basis)
        line(word("checkAboutTime"), format.moment(asked.at))
        line(word("checkAboutPeriod"), "\(format.day(asked.since)) – \(format.day(asked.today))")
        line(word("checkAboutDigest"), asked.digest)
        line(word("checkCountRows"), String(result.rows.count))
        for outcome in CheckResult.Outcome.allCases { line(columns.outcome(outcome), String(result.count(outcome))) }
        line(word("checkOrganisations"), String(result.subjects.count))
        for (place, group) in result.groups.enumerated() {
            line(group.title[result.language], String(result.subjects.reduce(0) { $0 + $1.found[place].count }))
        }
        for sentence in result.notCovered { line(word("checkNotSearched"), sentence) }
        line(word("checkColNothing"), result.nothingFoundMeans)
        line(word("reportNotes"), word("checkAboutFacts"))
        row += 1
        for (column, title) in ["checkSources", "checkColDepartment", "checkColCutOff"].enumerated() {
            writer.text(word(title), sheet, row, column, .heading)
        }
        for source in result.sources {
            row += 1
            writer.text(source.title, sheet, row, 0)
            writer.text(source.department, sheet, row, 1)
            writer.text(source.deliveredOn.map(format.day) ?? word("checkNeverDelivered"), sheet, row, 2)
        }
    }

    private func writeRecords(_ writer: XLSXWriter) throws {
        let titles: [(key: String, width: Int)] = [
            ("checkColName", 30), ("checkColCode", 21), ("checkColGroup", 16), ("checkColItem", 16), ("checkColWhat", 30),
            ("checkColAuthority", 28), ("checkColNumber", 24), ("checkColFirst", 12), ("checkColLast", 12),
            ("checkColUntil", 12), ("checkColBasis", 40), ("checkColMark", 14), ("checkColAddress", 36),
        ]
        let sheet = try writer.sheet(word("checkSheetRecords"), widths: titles.map(\.width), frozenRows: 1)
        for (column, title) in titles.enumerated() { writer.text(word(title.key), sheet, 0, column, .heading) }
        writer.filter(sheet, rows: result.subjects.reduce(0) { $0 + $1.found.reduce(0) { $0 + $1.count } }, columns: titles.count)
        var row = 0
        for subject in result.subjects {
            for (group, entries) in zip(result.groups, subject.found) {
                for entry in entries {
                    row += 1
                    let texts = [
                        subject.name, subject.code, group.title[result.language], entry.itemTitle, entry.what,
                        entry.authority, entry.documentNumber, entry.day, entry.lastDay, entry.shownUntil?.description,
                        entry.basis, entry.mark,
                    ]
                    for (column, text) in texts.enumerated() { if let text { writer.text(text, sheet, row, column) } }
                    writer.link(base + entry.address, sheet, row, texts.count)
                }
            }
        }
    }
}
