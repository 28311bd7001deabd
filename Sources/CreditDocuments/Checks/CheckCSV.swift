import CreditCatalogue
import CreditModel
import CreditServices

/// The rows of a check as CSV with a byte order mark, so that Excel opens it as UTF-8.
public struct CheckCSV {
    private let result: CheckResult
    private let base: String
    private let columns: CheckColumns

    /// - Parameter base: public address of the platform, without a slash at the end.
    public init(_ result: CheckResult, catalogue: Catalogue, base: String) {
        self.result = result
        self.base = base
        columns = CheckColumns(result, catalogue: catalogue)
    }

    public var bytes: [UInt8] {
        var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
        func line(_ texts: [String]) {
            for (place, text) in texts.enumerated() {
                if place > 0 { bytes.append(0x2C) }
                CSVLine.append(Array(Self.harmless(text).utf8)[...], to: &bytes)
            }
            bytes += [0x0D, 0x0A]
        }
        let width = result.headings.count
        line(columns.leading.map(\.title) + result.headings + columns.added.map(\.title))
        let subjects = columns.subjectCells(result)
        for row in result.rows {
            let own = (0..<width).map { $0 < row.cells.count ? row.cells[$0] : "" }
            line([String(row.line)] + own + columns.cells(row, result, subjects).map(text))
        }
        return bytes
    }

    private func text(_ cell: CheckColumns.Cell) -> String {
        switch cell {
        case .none: ""
        case .text(let text): text
        case .number(let number): String(number)
        case .address(let path): base + path
        }
    }

    /// A cell that a spreadsheet would run as a formula gets an apostrophe before it; a number with its sign stays what it is.
    static func harmless(_ text: String) -> String {
        guard let first = text.utf8.first, [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains(first) else { return text }
        let isNumber = text.utf8.count > 1 && text.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
        return isNumber && (first == 0x2B || first == 0x2D) ? text : "'" + text
    }
}
