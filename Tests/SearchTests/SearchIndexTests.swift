import CreditModel
import TestSupport
import Testing

@testable import CreditServices

@Suite("the index of names")
struct SearchIndexTests {
    private let today = Day(daysSinceEpoch: 20_780)

    private func index(_ names: [String]) -> SearchIndex {
        var index = SearchIndex()
        index.apply(
            Corpus.changes(
                names.enumerated().map { Corpus.Body(subject: SubjectID(Int64($0.offset + 1)), names: [$0.element]) }))
        return index
    }

    @Test("it finds what a scan of all names finds, in the order of the rules, with their number", arguments: Seeds.standard)
    func oracle(seed: UInt64) {
        var corpus = Corpus(seed: seed, count: seed == 1 ? 800 : 200)
        let index = corpus.index()
        #expect(index.count == corpus.bodies.count)
        for _ in 0..<80 {
            let key = OrganisationName.key(corpus.question())
            guard !key.isEmpty else { continue }
            let expected = corpus.scan(key).sorted {
                Corpus.order($0, key).lexicographicallyPrecedes(Corpus.order($1, key))
            }.map(\.subject)
            let query = NameQuery(key: key, shownOn: today, most: 10_000)
            let answer = index.search(query)
            #expect(answer.matches.map(\.subject) == expected, "seed \(seed): \(key)")
            #expect(answer.total == expected.count && answer.isExact, "seed \(seed): \(key)")
            #expect(answer.matches.map(\.score) == answer.matches.map(\.score).sorted(by: >), "seed \(seed): \(key)")
            let few = index.search(NameQuery(key: key, shownOn: today, most: 7))
            #expect(few.matches.map(\.subject) == Array(expected.prefix(7)), "seed \(seed): \(key)")
            #expect(few.total == expected.count, "seed \(seed): \(key)")
        }
    }

    @Test("filters narrow it down as a scan would, and their counts are those of a scan", arguments: Seeds.standard)
    func filters(seed: UInt64) {
        var corpus = Corpus(seed: seed, count: 400)
        var index = corpus.index()
        let shown = corpus.bodies.enumerated().filter { $0.offset % 3 == 0 }.map(\.element.subject)
        index.addRecords(
            of: "penalty", shown.map { ($0, Day(daysSinceEpoch: 20_780 + ($0.value % 2 == 0 ? 0 : -1))) })
        let stillShown = Set(shown.filter { $0.value % 2 == 0 })
        for round in 0..<30 {
            let key = OrganisationName.key(corpus.question())
            guard !key.isEmpty else { continue }
            var query = NameQuery(key: key, shownOn: today, most: 10_000)
            if round % 2 == 0 { query.division = ["9901", "99", "990105", "7"][round / 2 % 4] }
            if round % 3 == 0 { query.status = "revoked" }
            if round % 5 == 0 { query.forms = ["91", "92"] }
            if round % 4 == 1 { query.sector = ["C", "F", "Z"][round / 4 % 3] }
            if round % 7 == 0 { query.items = ["penalty", "other"] }
            func fits(_ body: Corpus.Body, except left: NameQuery.Filter? = nil) -> Bool {
                guard left == .sector || query.sector == nil || body.sector == query.sector else { return false }
                return (left == .division || query.division.map { body.division?.hasPrefix($0) ?? false } ?? true)
                    && (left == .status || query.status == nil || body.status == query.status)
                    && (left == .form || query.forms.isEmpty || query.forms.contains(body.form))
                    && (left == .items || query.items.isEmpty || stillShown.contains(body.subject))
            }
            let expected = corpus.scan(key) { fits($0) }
            let answer = index.search(query)
            #expect(Set(answer.matches.map(\.subject)) == Set(expected.map(\.subject)), "seed \(seed): \(query)")
            #expect(answer.total == expected.count)
            let counts = index.counts(query, groups: [["penalty"], []])
            for form in ["91", "92"] {
                #expect((counts.forms[form] ?? 0) == corpus.scan(key) { $0.form == form && fits($0, except: .form) }.count)
            }
            for status in ["in-operation", "revoked"] {
                let count = corpus.scan(key) { $0.status == status && fits($0, except: .status) }.count
                #expect((counts.statuses[status] ?? 0) == count)
            }
            for division in ["990102", "990201"] {
                let count = corpus.scan(key) { $0.division == division && fits($0, except: .division) }.count
                #expect((counts.divisions[division] ?? 0) == count)
            }
            for sector in ["C", "F", "H"] {
                let count = corpus.scan(key) { $0.sector == sector && fits($0, except: .sector) }.count
                #expect((counts.sectors[sector] ?? 0) == count)
            }
            #expect(counts.sectors[""] == nil, "a sector that is not known is no choice")
            let inGroup = corpus.scan(key) { stillShown.contains($0.subject) && fits($0, except: .items) }.count
            #expect(counts.groups == [inGroup, 0])
        }
    }

    @Test("changes one by one lead to the same answers as everything at once", arguments: Seeds.standard)
    func incremental(seed: UInt64) {
        var corpus = Corpus(seed: seed, count: 200)
        var index = corpus.index()
        for round in 0..<40 {
            var changed: [Corpus.Body] = []
            var gone: [SubjectID] = []
            for _ in 0..<Int.random(in: 1...20, using: &corpus.rng) {
                switch Int.random(in: 0..<4, using: &corpus.rng) {
                case 0:
                    corpus.add()
                    changed.append(corpus.bodies[corpus.bodies.count - 1])
                case 1 where corpus.bodies.count > 10:
                    let place = Int.random(in: 0..<corpus.bodies.count, using: &corpus.rng)
                    let body = corpus.bodies.remove(at: place)
                    changed.removeAll { $0.subject == body.subject }
                    gone.append(body.subject)
                default:
                    let place = Int.random(in: 0..<corpus.bodies.count, using: &corpus.rng)
                    corpus.bodies[place] = corpus.body(corpus.bodies[place].subject)
                    changed.removeAll { $0.subject == corpus.bodies[place].subject }
                    changed.append(corpus.bodies[place])
                }
            }
            var changes = Corpus.changes(changed)
            for subject in gone { changes.forget(subject) }
            index.apply(changes)
            guard round % 5 == 4 else { continue }
            let rebuilt = corpus.index()
            #expect(index.count == rebuilt.count)
            for _ in 0..<20 {
                let key = OrganisationName.key(corpus.question())
                #expect(index.subjects(key) == rebuilt.subjects(key), "seed \(seed), round \(round): \(key)")
                #expect(index.subjects(key, most: 3) == rebuilt.subjects(key, most: 3), "seed \(seed): \(key)")
            }
        }
        #expect(index.segments.count <= 12, "segments of like size become one")
    }

    @Test("in a large index frequent words are counted beforehand, and the count stays right when names go")
    func frequent() {
        var bodies: [Corpus.Body] = []
        for number in 1...30_000 {
            let ending = number % 3 == 0 ? "有限公司" : number % 3 == 1 ? "有限责任公司" : "公司有限"
            bodies.append(Corpus.Body(subject: SubjectID(Int64(number)), names: ["示例\(number)号\(ending)"]))
        }
        bodies[4].names.append("有限公司有限公司")
        var index = SearchIndex()
        index.apply(Corpus.changes(bodies))
        #expect(index.segments[0].frequent.counts[Array("有限公司".utf16)] != nil)
        func total(_ key: String) -> Int { index.search(NameQuery(key: key, shownOn: today, most: 20)).total }
        #expect(total("有限公司") == 10_001)
        #expect(total("有限责任公司") == 10_000)
        #expect(total("公司有限") == 10_000)
        #expect(total("公司") == 30_000)
        var changes = SearchIndex.Changes(places: PlaceWords())
        for number in [3, 4, 5, 6, 9] { changes.forget(SubjectID(Int64(number))) }
        index.apply(changes)
        #expect(total("有限公司") == 9_997)
        #expect(total("公司有限") == 9_999)
        // Not frequent, though each of its pairs is: looked for in the whole set, and found.
        #expect(index.subjects("司有限公", most: 20).isEmpty)
    }

    @Test("a total that would cost too much is a bound, and says so; what is shown is still right")
    func bound() {
        var bodies: [Corpus.Body] = []
        for number in 1...30_000 {
            // Both pairs of 甲乙丙 in most names, but the three together in few.
            let name = number % 60 == 0 ? "甲乙丙\(number)" : "乙丙\(number)甲乙"
            var body = Corpus.Body(subject: SubjectID(Int64(number)), names: [name])
            body.division = number % 2 == 0 ? "990102" : "990105"
            bodies.append(body)
        }
        var index = SearchIndex()
        index.apply(Corpus.changes(bodies))
        let answer = index.search(NameQuery(key: "甲乙丙", shownOn: today, most: 20))
        #expect(answer.matches.count == 20)
        #expect(!answer.isExact)
        #expect(answer.total <= 500 && answer.total >= 20)
        #expect(index.subjects("甲乙丙", most: 5000).count == 500)
        #expect(index.counts(NameQuery(key: "甲乙丙", shownOn: today, most: 20), groups: []).divisions == ["990102": 500])
    }

    @Test("the distinctive word behind the places counts for more than the same word anywhere")
    func words() {
        let index = index(["新云锦店", "示例市湖东区云锦丝绸有限公司", "云锦", "云锦丝绸有限公司第一分公司"])
        #expect(index.subjects("云锦").map(\.value) == [3, 4, 2, 1])
    }

    @Test("names of one character, repeated characters and rare characters are found, and their halves are not")
    func odd() {
        let index = index(["云", "云云云", "𠀀", "𠀁店", "A"])
        #expect(index.subjects("云").map(\.value) == [1, 2])
        #expect(index.subjects("云云").map(\.value) == [2])
        #expect(index.subjects("云云云云").isEmpty)
        #expect(index.subjects("𠀀").map(\.value) == [3])
        #expect(index.subjects("𠀁").map(\.value) == [4])
        #expect(index.subjects("a").map(\.value) == [5])
        #expect(index.subjects("").isEmpty)
    }

    @Test("records of a merged body count for the one it is shown under; forgotten ones do not count")
    func records() {
        var index = index(["示例甲店", "示例乙店", "示例丙店"])
        func found() -> [Int64] { index.subjects("示例") { $0.items = ["penalty"] }.map(\.value) }
        index.addRecords(of: "penalty", [(SubjectID(2), today), (SubjectID(7), today)])
        #expect(found() == [2])
        index.setOwners([SubjectID(7): SubjectID(3)])
        #expect(found() == [2, 3])
        index.forgetRecords(of: [SubjectID(2)])
        #expect(found() == [3])
        index.addRecords(of: "penalty", [(SubjectID(1), Day(daysSinceEpoch: 20_779))])
        #expect(found() == [3], "its last day was yesterday")
        index.addRecords(of: "penalty", [(SubjectID(1), today)])
        #expect(found() == [1, 3])
    }
}
