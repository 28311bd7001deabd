import CreditCatalogue
import CreditModel
import CreditResolution
import TestSupport
import Testing

@Suite("matching by example")
struct MatcherTests {
    private let reader: NameReader
    private let uscc = Identifier(.unifiedCode, Codes.unified(1))
    private let otherUSCC = Identifier(.unifiedCode, Codes.unified(2))

    init() throws { reader = NameReader.shared(try SharedCatalogue.load().divisions) }

    private struct Body {
        var id: Int64
        var name: String
        var code: Identifier?
        var former: [String] = []
    }

    private func index(_ bodies: [Body]) -> MatchIndex {
        var index = MatchIndex(reader: reader)
        for body in bodies {
            index.add(name: body.name, kind: .current, of: SubjectID(body.id))
            for former in body.former { index.add(name: former, kind: .former, of: SubjectID(body.id)) }
            if let code = body.code { index.add(code, of: SubjectID(body.id)) }
        }
        return index
    }

    private func ask(_ query: MatchQuery, _ bodies: [Body], _ rules: MatchRules = MatchRules()) throws -> MatchAnswer {
        try Matcher(index(bodies), rules: rules).match(query)
    }

    private var silk: Body { Body(id: 1, name: "示例市云锦丝绸有限公司", code: uscc, former: ["示例市湖滨绸厂"]) }

    @Test("a known number decides; the organisation code inside the unified code does as well")
    func numbers() throws {
        #expect(try ask(MatchQuery(name: nil, code: uscc.value), [silk]).decision == .match)
        let inner = String(uscc.value.dropFirst(8).prefix(9))
        let answer = try ask(MatchQuery(name: "云锦丝绸", code: inner), [silk])
        #expect((answer.decision, answer.subject) == (.match, SubjectID(1)))
    }

    @Test("a number with another's name is looked at by a person")
    func contradiction() throws {
        let answer = try ask(MatchQuery(name: "示例市远山机械厂", code: uscc.value), [silk])
        #expect((answer.decision, answer.reason.code) == (.review, "number-other-name"))
    }

    @Test("bodies with different valid numbers are never joined, though their names are the same")
    func otherNumber() throws {
        let answer = try ask(MatchQuery(name: silk.name, code: otherUSCC.value), [silk])
        #expect((answer.decision, answer.reason.code) == (.none, "same-name-other-number"))
    }

    @Test("numbers of two subjects in one row are looked at by a person")
    func twoNumbers() throws {
        let mill = Body(id: 2, name: "示例市远山机械厂", code: otherUSCC)
        let answer = try ask(MatchQuery(name: silk.name, identifiers: [uscc, otherUSCC]), [silk, mill])
        #expect((answer.decision, answer.reason.code) == (.review, "numbers-disagree"))
    }

    @Test("a code with one slip leads to its subject where the name agrees, and nowhere else")
    func repair() throws {
        var slipped = Array(uscc.value)
        slipped.swapAt(11, 13)
        let code = String(slipped) == uscc.value ? String(uscc.value.dropLast()) : String(slipped)
        let answer = try ask(MatchQuery(name: silk.name, code: String(uscc.value.dropLast())), [silk])
        #expect((answer.decision, answer.reason.code) == (.match, "number-repaired"))
        #expect(try ask(MatchQuery(name: "示例市远山机械厂", code: code), [silk]).decision == .none)
    }

    @Test("present and former names decide; a name that two bear does not")
    func names() throws {
        #expect(try ask(MatchQuery(name: "示例市雲錦絲綢有限公司"), [silk]).reason.code == "same-name")
        #expect(try ask(MatchQuery(name: "示例市湖滨绸厂"), [silk]).reason.code == "former-name")
        let twin = Body(id: 2, name: silk.name)
        let answer = try ask(MatchQuery(name: silk.name), [silk, twin])
        #expect((answer.decision, answer.reason.code) == (.review, "name-of-several"))
        #expect(answer.candidates.map(\.subject) == [SubjectID(1), SubjectID(2)])
    }

    @Test(
        "what tells two bodies apart is never overruled",
        arguments: [
            "示例市云绵丝绸有限公司", "示例市云锦丝绸厂", "示例市云锦丝绸有限公司城东分公司", "宁波市云锦丝绸有限公司", "示例市云锦机械有限公司",
            "示例市云锦丝绸集团有限公司",
        ])
    func apart(name: String) throws {
        #expect(try ask(MatchQuery(name: name), [silk]).decision != .match)
    }

    @Test("particulars confirm a name with a slip, and nothing confirms a number that tells sisters apart")
    func particulars() throws {
        let said = Particulars(representative: "示例甲", address: "示例市城东区丝绸路8号", established: Day(iso: "2012-05-04"))
        let known = FetchedParticulars([SubjectID(1): [said], SubjectID(2): [said]])
        func decide(_ name: String, _ body: Body) throws -> MatchDecision {
            try Matcher(index([body]), particulars: known).match(MatchQuery(name: name, particulars: said)).decision
        }
        #expect(try decide("示例市云绵丝绸有限公司", silk) == .match)
        #expect(try decide("示例市云锦二丝绸有限公司", Body(id: 2, name: "示例市云锦一丝绸有限公司")) != .match)
        let other = FetchedParticulars([
            SubjectID(1): [Particulars(representative: "示例乙", address: "示例市城西区河沿9号", established: Day(iso: "1999-01-02"))]
        ])
        let answer = try Matcher(index([silk]), particulars: other).match(MatchQuery(name: silk.name, particulars: said))
        #expect((answer.decision, answer.reason.code) == (.review, "contradicted"))
    }

    @Test("officers' rules outrank names and yield to numbers")
    func rules() throws {
        let mill = Body(id: 2, name: "示例市远山机械厂", code: otherUSCC)
        var rules = MatchRules()
        rules.always(reader.read("云锦绸庄"), means: SubjectID(1), rule: 7)
        rules.never(reader.read(mill.name), means: SubjectID(2))
        #expect(try ask(MatchQuery(name: "雲錦綢莊"), [silk, mill], rules).subject == SubjectID(1))
        #expect(try ask(MatchQuery(name: mill.name), [silk, mill], rules).decision == .none)
        #expect(try ask(MatchQuery(name: mill.name, code: otherUSCC.value), [silk, mill], rules).decision == .match)
        var merged = MatchRules()
        merged.merge(SubjectID(2), into: SubjectID(1))
        let twin = Body(id: 2, name: silk.name)
        #expect(try ask(MatchQuery(name: silk.name), [silk, twin], merged).decision == .match)
    }

    @Test(
        "bad input gets a decision, in bounded time",
        arguments: [
            "", " ", "公", "。。。", "（）", "🙂", "A", "有限公司", "示例市", String(repeating: "云", count: 10_000),
            String(repeating: "（", count: 5_000), "Шёлк 云锦 Silk シルク", "\u{0}\u{1}云锦", "云\u{200B}锦\u{FEFF}",
        ])
    func odd(name: String) throws {
        let answer = try ask(MatchQuery(name: name), [silk])
        #expect(answer.decision != .match)
        #expect(!answer.reason.words.zh.isEmpty && !answer.reason.words.en.isEmpty)
    }

    @Test("a hundred thousand bodies of one name cost one comparison and are left to a person")
    func crowd() throws {
        var index = MatchIndex(reader: reader)
        index.load { index in
            let name = reader.read("示例市便民超市")
            for number in 1...100_000 { index.add(name: name, kind: .current, of: SubjectID(Int64(number))) }
        }
        #expect(index.nameCount == 1)
        let answer = try Matcher(index).match(MatchQuery(name: "示例市便民超市"))
        #expect((answer.decision, answer.candidates.count) == (.review, 5))
    }

    @Test("a hundred thousand names that share all they say are not compared one by one")
    func common() throws {
        var index = MatchIndex(reader: reader)
        index.load { index in
            for number in 1...42_000 { index.add(name: "示例市便民超市\(number)号店", kind: .current, of: SubjectID(Int64(number))) }
        }
        #expect(try Matcher(index).match(MatchQuery(name: "示例市便民超市777号店")).subject == SubjectID(777))
        #expect(try Matcher(index).match(MatchQuery(name: "示例市便民超市")).decision != .match)
    }
}
