import CreditCatalogue
import CreditModel
import CreditResolution
import TestSupport
import Testing

@Suite("matching does not depend on accidents")
struct StabilityTests {
    private let reader: NameReader

    init() throws { reader = NameReader.shared(try SharedCatalogue.load().divisions) }

    private static let words = ["云锦", "远山", "湖滨", "德丰", "恒泰", "恒太", "华信", "华鑫", "瑞和", "和瑞", "长青", "长清"]
    private static let trades = ["丝绸", "机械", "食品", "商贸", "建筑工程", "信息科技"]
    private static let forms = ["有限公司", "有限责任公司", "公司", "厂", "专业合作社"]

    private func name(_ random: inout SplitMix64) -> String {
        ["示例市", "示例", "宁波市", ""].randomElement(using: &random)! + Self.words.randomElement(using: &random)!
            + Self.trades.randomElement(using: &random)! + Self.forms.randomElement(using: &random)!
            + (Int.random(in: 0..<8, using: &random) == 0 ? "城东分公司" : "")
    }

    private func described(_ answer: MatchAnswer) -> String {
        "\(answer.decision) \(answer.subject?.description ?? "–") \(answer.reason.code) \(answer.confidence)"
    }

    @Test("answers are the same whatever order the names came in, one by one or all at once", arguments: Seeds.standard)
    func order(seed: UInt64) throws {
        var random = SplitMix64(seed)
        let bodies = (1...120).map { (id: Int64($0), name: name(&random)) }
        let queries = (0..<60).map { _ in MatchQuery(name: name(&random)) }
        var loaded = MatchIndex(reader: reader)
        loaded.load { index in for body in bodies { index.add(name: body.name, kind: .current, of: SubjectID(body.id)) } }
        var single = MatchIndex(reader: reader)
        for body in bodies.shuffled(using: &random) { single.add(name: body.name, kind: .current, of: SubjectID(body.id)) }
        let (a, b) = (Matcher(loaded), Matcher(single))
        for query in queries {
            let (left, right) = try (described(a.match(query)), described(b.match(query)))
            #expect(left == right, "seed \(seed): \(query.name ?? "")")
        }
    }

    @Test("asking again gives the same answer, and adding what is there already changes none", arguments: Seeds.standard)
    func idempotent(seed: UInt64) throws {
        var random = SplitMix64(seed)
        let bodies = (1...80).map { (id: Int64($0), name: name(&random)) }
        var index = MatchIndex(reader: reader)
        for body in bodies { index.add(name: body.name, kind: .current, of: SubjectID(body.id)) }
        let queries = (0..<40).map { _ in MatchQuery(name: name(&random)) }
        let first = try queries.map { try described(Matcher(index).match($0)) }
        for body in bodies.shuffled(using: &random) { index.add(name: body.name, kind: .current, of: SubjectID(body.id)) }
        let matcher = Matcher(index)
        #expect(try queries.map { try described(matcher.match($0)) } == first, "seed \(seed)")
        #expect(try queries.map { try described(matcher.match($0)) } == first, "seed \(seed)")
    }

    @Test("bodies that come later take nobody's name away", arguments: Seeds.standard)
    func stable(seed: UInt64) throws {
        var random = SplitMix64(seed)
        var index = MatchIndex(reader: reader)
        for number in 1...100 { index.add(name: name(&random), kind: .current, of: SubjectID(Int64(number))) }
        let queries = (0..<60).map { _ in MatchQuery(name: name(&random)) }
        let before = try queries.map { try Matcher(index).match($0) }
        for number in 101...130 { index.add(name: name(&random), kind: .current, of: SubjectID(Int64(number))) }
        let after = try queries.map { try Matcher(index).match($0) }
        for (old, new) in zip(before, after) where old.decision == .match {
            // A newcomer of the same name makes it a question; it never makes it another's.
            if new.decision == .match { #expect(new.subject == old.subject || old.reason.code != "same-name", "seed \(seed)") }
        }
    }

    @Test("rows of one file fall into the same groups in any order", arguments: Seeds.standard)
    func groups(seed: UInt64) async throws {
        var random = SplitMix64(seed)
        let names = (0..<80).map { _ in name(&random) }
        let rows = names.enumerated().map { place, name in
            (
                number: place,
                query: MatchQuery(name: name, code: Int.random(in: 0..<3, using: &random) == 0 ? Codes.unified(place % 20) : nil)
            )
        }
        func groups(_ rows: [(number: Int, query: MatchQuery)]) async throws -> Set<Set<Int>> {
            var grouping = RowGrouping(reader: reader)
            for row in rows { grouping.add(row.query) }
            let outcome = try await grouping.outcome(workers: 2)
            var byGroup: [Int: Set<Int>] = [:]
            for (place, group) in outcome.groups.enumerated() { byGroup[group, default: []].insert(rows[place].number) }
            return Set(byGroup.values)
        }
        let straight = try await groups(rows)
        let shuffled = try await groups(rows.shuffled(using: &random))
        #expect(straight == shuffled, "seed \(seed)")
    }

    @Test("valid numbers that differ never fall into one group", arguments: Seeds.standard)
    func numbersPart(seed: UInt64) async throws {
        var random = SplitMix64(seed)
        var grouping = RowGrouping(reader: reader)
        var codes: [String?] = []
        for _ in 0..<100 {
            let code = Bool.random(using: &random) ? Codes.unified(Int.random(in: 0..<30, using: &random)) : nil
            codes.append(code)
            grouping.add(MatchQuery(name: name(&random), code: code))
        }
        let outcome = try await grouping.outcome(workers: 2)
        var codeOfGroup: [Int: Set<String>] = [:]
        for (place, group) in outcome.groups.enumerated() {
            if let code = codes[place] { codeOfGroup[group, default: []].insert(code) }
        }
        #expect(codeOfGroup.values.allSatisfy { $0.count == 1 }, "seed \(seed)")
    }
}
