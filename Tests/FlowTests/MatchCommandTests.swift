import Foundation
import Testing

@Suite("chengxin match")
struct MatchCommandTests {
    private func city() async throws -> Platform {
        let platform = try await Platform()
        _ = try await platform.ingest(
            try platform.folder.write("registration.csv", Invented.registrations(1...5).csv), feed: "registration")
        return platform
    }

    @Test("every row gets its subject, decision, confidence and reason; other columns are carried through as they are")
    func registry() async throws {
        let platform = try await city()
        let name = Invented.name(3)
        let file = try platform.folder.write(
            "list.csv",
            "备注,客户名称,代码\r\n\"甲,\"\"乙\"\"\",\(name),\r\n丙,没有这样一家单位,\r\n丁,,\(Invented.code(2))\r\n")
        let run = try await Program.run(
            "match", file, "--data", platform.data, "--column", "code=代码", "--lang", "zh", in: platform.folder)
        #expect(run.code == 1, "one row is not matched: \(run.err)")
        let rows = CSVReader.rows(run.text)
        #expect(rows.first == ["备注", "客户名称", "代码", "subject_uscc", "decision", "confidence", "reason"])
        #expect(rows.dropFirst().map { $0[0] } == ["甲,\"乙\"", "丙", "丁"])
        #expect(rows.dropFirst().map { $0[3] } == [Invented.code(3), "", Invented.code(2)])
        #expect(rows.dropFirst().map { $0[4] } == ["match", "none", "match"])
        #expect(rows.dropFirst().allSatisfy { !$0[6].isEmpty && (0...1).contains(Double($0[5]) ?? -1) })
        // What it wrote can be matched again: its own columns are not carried through twice.
        let again = try await Program.run(
            "match", try platform.folder.write("again.csv", run.text), "--data", platform.data, "--lang", "zh", in: platform.folder)
        #expect(CSVReader.rows(again.text).first?.count == 7)
    }

    @Test("a slip in the name is made up for by what the registration says, and not where that says otherwise")
    func particulars() async throws {
        let platform = try await Platform()
        let registered = Invented.registrations(1...2).setting("企业名称", "示例市云锦远山丝绸有限公司", rows: 0..<1)
        _ = try await platform.ingest(try platform.folder.write("registration.csv", registered.csv), feed: "registration")
        let person = Invented.registeredRepresentative
        let file = try platform.folder.write(
            "list.csv",
            "name,representative,established\n"
                + "示例市云棉远山丝绸有限公司,\(person),2015-03-01\n"
                + "示例市云棉远山丝绸有限公司,,\n"
                + "示例市云棉远山丝绸有限公司,\(person),2019-07-08\n")
        let run = try await Program.run("match", file, "--data", platform.data, in: platform.folder)
        #expect(run.code == 1, "\(run.err)")
        let rows = CSVReader.rows(run.text).dropFirst()
        #expect(rows.map { $0[4] } == ["match", "review", "review"])
        #expect(rows.first?[3] == Invented.code(1))
    }

    @Test("rows of one body fall into one group, whatever they are called")
    func within() async throws {
        let platform = try await city()
        let file = try platform.folder.write(
            "list.csv",
            "name,uscc\n\(Invented.name(1)),\(Invented.code(1))\n示例市試驗第1機械有限責任公司,\n\(Invented.name(2)),\(Invented.code(2))\n")
        let run = try await Program.run("match", file, "--data", platform.data, "--within", in: platform.folder)
        #expect(run.code == 0, "\(run.err)")
        #expect(CSVReader.rows(run.text).dropFirst().map { $0[2] } == ["1", "1", "3"])
    }

    @Test("a table without a name or a number is refused with the headings it has")
    func noColumns() async throws {
        let platform = try await city()
        let file = try platform.folder.write("list.csv", "颜色,尺寸\n红,大\n")
        let run = try await Program.run("match", file, "--data", platform.data, in: platform.folder)
        #expect(run.code == 2 && run.err.contains("颜色"), "\(run.err)")
    }
}
