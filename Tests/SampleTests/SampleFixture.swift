import CreditCatalogue
import CreditIntake
import CreditModel
import Foundation

@testable import CreditSample

/// One small city, written once for all tests of this target.
struct SampleFixture: Sendable {
    let catalogue: Catalogue
    let today: Day
    let directory: String
    let summary: SampleCity.Summary
    /// File → line → what the answer key says.
    let answers: [String: [Int: KeyLine]]

    struct KeyLine: Sendable, Hashable {
        let column: String
        let expected: String
        let code: String
        let truth: String
    }

    private static let sharedDirectory = newDirectory()
    static let shared = Result { try SampleFixture(organisations: 700, seed: 7) }

    static var catalogueDirectory: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("Catalogue").path
    }

    private init(organisations: Int, seed: UInt64) throws {
        catalogue = try Catalogue.load(directory: Self.catalogueDirectory)
        today = Day(year: 2026, month: 6, day: 15) ?? .openEnd
        directory = Self.sharedDirectory
        // Nothing runs after the last test but this.
        atexit { try? FileManager.default.removeItem(atPath: SampleFixture.sharedDirectory) }
        summary = try SampleCity(catalogue: catalogue, organisations: organisations, seed: seed, today: today).write(
            to: directory)
        var answers: [String: [Int: KeyLine]] = [:]
        for cells in try Self.rows(of: summary.answers).dropFirst() where cells.count == 6 {
            answers[cells[0], default: [:]][Int(cells[1]) ?? 0] = KeyLine(
                column: cells[2], expected: cells[3], code: cells[4], truth: cells[5])
        }
        self.answers = answers
    }

    static func newDirectory() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("sample-\(UUID().uuidString)").path
    }

    /// Every row of a delivered file, read as intake reads it.
    static func rows(of path: String) throws -> [[String]] {
        var reader = try Table.open(path: path)
        var row = RawRow()
        var rows: [[String]] = []
        while try reader.next(into: &row) { rows.append((0..<row.count).map { row.text($0) }) }
        return rows
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }
}
