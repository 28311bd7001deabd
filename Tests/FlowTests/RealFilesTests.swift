import Foundation
import Testing

/// The real files that the project was given, as they are. They are not in the repository; without them nothing is tested, and says so.
@Suite(.timeLimit(.minutes(20)), .serialized)
struct RealFilesTests {
    private static let folder: String? = {
        let shared = ProcessInfo.processInfo.environment["CHENGXIN_SHARED"] ?? Program.repository + "/../shared"
        let real = shared + "/data/real"
        return FileManager.default.fileExists(atPath: real) ? real : nil
    }()

    private func real() -> String? {
        if Self.folder == nil {
            Issue.record(
                "not tested here: the real files are absent (../shared/data/real or CHENGXIN_SHARED)",
                severity: .warning)
        }
        return Self.folder
    }

    /// Each fault's kind and column with how often it was found.
    private func kinds(_ text: String) -> [String: Int] {
        CSVReader.rows(text).dropFirst().reduce(into: [:]) { $0["\($1[4]) \($1[3])", default: 0] += 1 }
    }

    @Test("real registrations load untouched, in both encodings")
    func registrations() async throws {
        guard let real = real() else { return }
        let platform = try await Platform()
        let first = try await platform.ingest(
            real + "/registrations-suzhou.utf8.csv", feed: "registration", "--rejects", "one.csv")
        #expect(first.code == 1, "\(first.err)")
        // Three rows whose cells an unquoted foreign name has pushed aside, and one code that contains a wrong organisation code.
        #expect(Counts(try first.json()) == Counts(rows: 10_854, accepted: 10_838, unchanged: 12, rejected: 4))
        #expect(
            kinds(try platform.folder.text("one.csv")) == [
                "amount-unreadable registeredCapital": 3, "organisation-code-check-digit subjectCode": 1,
            ])
        let second = try await platform.ingest(
            real + "/registrations-suzhou.gb18030.csv", feed: "registration", "--rejects", "two.csv")
        #expect(Counts(try second.json()) == Counts(rows: 10_854, unchanged: 10_850, rejected: 4))
        #expect(kinds(try platform.folder.text("two.csv")) == kinds(try platform.folder.text("one.csv")))
        let found = try await Program.run("search", "苏州", "--data", platform.data, "--json", in: platform.folder).json()
        #expect((found["total"] as? Int ?? 0) > 1000)
    }

    @Test("the three forms of the real penalties are one and the same delivery")
    func penalties() async throws {
        guard let real = real() else { return }
        let platform = try await Platform()
        let first = try await platform.ingest(
            real + "/penalties-environment.utf8.csv", feed: "penalty-environment", "--rejects", "one.csv")
        #expect(first.code == 1, "\(first.err)")
        #expect(Counts(try first.json()) == Counts(rows: 2233, accepted: 1424, rejected: 807, unresolved: 2))
        let faults = kinds(try platform.folder.text("one.csv"))
        // 804 rows hold a firm and no decision; four codes are misspelt, one of them in such a row.
        #expect(
            faults == [
                "required-missing content": 804, "required-missing publishedOn": 804, "required-missing authority": 804,
                "uscc-character subjectCode": 2,
                "uscc-check-digit subjectCode": 1, "registration-number-check-digit subjectCode": 1,
            ])
        for (form, name) in [("gb18030.csv", "two.csv"), ("xlsx", "three.csv")] {
            let again = try await platform.ingest(
                real + "/penalties-environment.\(form)", feed: "penalty-environment", "--rejects", name)
            let counts = Counts(try again.json())
            #expect(
                counts.addUp && counts.rejected == 807 && counts.accepted == 0 && counts.updated == 0,
                "\(form): \(counts)")
            #expect(counts.unchanged + counts.unresolved == 1426, "\(form): \(counts)")
            #expect(kinds(try platform.folder.text(name)) == faults, "\(form)")
        }
        let waiting = try await Program.run("waiting", "--data", platform.data, "--json", in: platform.folder).json()
        #expect(waiting["total"] as? Int == 2, "the same row waits once, however often it is sent")
    }
}
