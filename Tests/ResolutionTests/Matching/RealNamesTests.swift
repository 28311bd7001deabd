import CreditCatalogue
import CreditIntake
import CreditModel
import CreditResolution
import Foundation
import TestSupport
import Testing

/// Names as agencies wrote them beside the registry's, with all registrations of another city around them. The files are not in
/// the repository; without them nothing is tested, and says so.
@Suite("real names, numbers hidden")
struct RealNamesTests {
    private static let folder: String? = {
        let shared =
            ProcessInfo.processInfo.environment["CHENGXIN_SHARED"] ?? SharedCatalogue.directory + "/../../shared"
        return FileManager.default.fileExists(atPath: shared + "/data/real/match-gold.csv") ? shared + "/data/real" : nil
    }()

    private func rows(_ path: String) throws -> [[String: String]] {
        var reader = try Table.open(path: path)
        var row = RawRow()
        guard try reader.next(into: &row) else { return [] }
        let headings = (0..<row.count).map { row.text($0) }
        var rows: [[String: String]] = []
        while try reader.next(into: &row) {
            rows.append(Dictionary(zip(headings, headings.indices.map { row.text($0) }), uniquingKeysWith: { a, _ in a }))
        }
        return rows
    }

    private struct Count { var pairs = 0, found = 0, matched = 0 }

    @Test("near spellings and former names are found, and hardly a wrong one is matched")
    func gold() throws {
        guard let folder = Self.folder else {
            Issue.record(
                "not tested here: the real files are absent (../shared/data/real or CHENGXIN_SHARED)", severity: .warning)
            return
        }
        let gold = try rows(folder + "/match-gold.csv")
        let others = try rows(folder + "/registrations-suzhou.utf8.csv")
        func number(_ row: [String: String]) -> String {
            let code = row["uscc"] ?? ""
            return code.count == 18 ? code : row["reg_no"] ?? ""
        }
        var subjects: [String: SubjectID] = [:]
        var index = MatchIndex(reader: NameReader.shared(try SharedCatalogue.load().divisions))
        index.load { index in
            for row in gold where subjects[number(row)] == nil {
                let subject = SubjectID(Int64(subjects.count + 1))
                subjects[number(row)] = subject
                index.add(name: row["registry_name"] ?? "", kind: .current, of: subject)
                for former in (row["former_names"] ?? "").split(whereSeparator: { "|、;；".contains($0) }) {
                    index.add(name: String(former), kind: .former, of: subject)
                }
            }
            for (place, row) in others.enumerated() {
                index.add(name: row["企业名称"] ?? "", kind: .current, of: SubjectID(Int64(1_000_000 + place)))
            }
        }
        let matcher = Matcher(index)
        var counts: [String: Count] = [:]
        var matches = 0
        var wrong = 0
        for row in gold {
            let answer = try matcher.match(MatchQuery(name: row["query_name"]))
            let isRight = answer.decision != .none && answer.candidates.contains { $0.subject == subjects[number(row)] }
            counts[row["kind"] ?? "", default: Count()].pairs += 1
            if isRight { counts[row["kind"] ?? ""]?.found += 1 }
            guard answer.decision == .match else { continue }
            matches += 1
            if answer.subject != subjects[number(row)] { wrong += 1 } else { counts[row["kind"] ?? ""]?.matched += 1 }
        }
        for kind in ["same", "near", "former-name"] {
            let count = try #require(counts[kind])
            #expect(Double(count.found) >= 0.95 * Double(count.pairs), "\(kind): \(count)")
        }
        #expect(Double(wrong) <= 0.001 * Double(matches), "\(wrong) of \(matches)")
    }
}
