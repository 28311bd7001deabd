import CreditCatalogue
import CreditModel
import CreditResolution
import TestSupport
import Testing

@testable import CreditIntake

/// Subjects in memory, filed as the registry files them.
private struct Index: SubjectIndex {
    var subjects: [Identifier: SubjectID] = [:]
    var names: [SubjectID: Set<String>] = [:]

    func subject(identifiedBy identifier: Identifier) -> SubjectID? { subjects[identifier] }
    func isNamed(_ subject: SubjectID, key: String) -> Bool { names[subject]?.contains(key) ?? false }
    func match(_ query: MatchQuery, divisions: Divisions) throws -> MatchAnswer {
        var index = MatchIndex(reader: NameReader.shared(divisions))
        for (subject, names) in names { for name in names { index.add(name: name, kind: .current, of: subject) } }
        return try Matcher(index).match(query)
    }

    mutating func add(_ number: Int64, _ identifiers: [Identifier], name: String = "示例市云锦丝绸有限公司") {
        for identifier in identifiers { subjects[identifier] = SubjectID(number) }
        names[SubjectID(number), default: []].insert(OrganisationName.key(name))
    }

    /// Resolves a draft and files it the way the registry would.
    mutating func take(_ draft: Draft) throws -> SubjectID? {
        let id: SubjectID
        switch try Resolver(divisions: SharedCatalogue.load().divisions).resolve(draft, in: self).decision {
        case .waiting: return nil
        case .known(let known): id = known
        case .new: id = SubjectID(Int64(names.count) + 1)
        }
        for identifier in draft.subject.identifiers where subjects[identifier] == nil { subjects[identifier] = id }
        if let name = draft.subject.name { names[id, default: []].insert(OrganisationName.key(name)) }
        return id
    }
}

private func draft(_ identifiers: [Identifier], name: String? = "示例市云锦丝绸有限公司", registration: Bool = false) -> Draft {
    Draft(
        feed: "penalty", item: "administrative-penalty", line: 2, values: [],
        subject: SubjectClaim(
            kind: .organisation, name: name, formerNames: [], identifiers: identifiers, isRegistration: registration),
        changes: [], notes: [])
}

@Suite("deciding whom a row is about")
struct ResolverTests {
    private let code = Identifier(.unifiedCode, "91990102MACX000176")
    private let number = Identifier(.registrationNumber, "990101000000122")
    private let legacy = Identifier(.legacyRegistration, "1101082734659")

    private func decide(_ draft: Draft, _ index: Index = Index()) throws -> ResolvedDraft.Decision {
        try Resolver(divisions: SharedCatalogue.load().divisions).resolve(draft, in: index).decision
    }

    @Test("numbers that nobody has yet open a file, if there is a name to open it under")
    func new() throws {
        #expect(try decide(draft([code])) == .new)
        #expect(try decide(draft([code], name: nil)) == .waiting(.nameMissing))
    }

    @Test("any number that is known leads to its subject, with or without a name")
    func known() throws {
        var index = Index()
        index.add(7, [number])
        #expect(try decide(draft([code, number]), index) == .known(SubjectID(7)))
        #expect(try decide(draft([number], name: nil), index) == .known(SubjectID(7)))
    }

    @Test("numbers of two known subjects wait, in either order")
    func disagree() throws {
        var index = Index()
        index.add(1, [code])
        index.add(2, [number])
        #expect(try decide(draft([code, number]), index) == .waiting(.identifiersDisagree))
        #expect(try decide(draft([number, code]), index) == .waiting(.identifiersDisagree))
    }

    @Test("a name alone decides where one subject alone bears it; a registration never goes by name")
    func nameOnly() throws {
        var index = Index()
        index.add(1, [code])
        #expect(try decide(draft([]), index) == .known(SubjectID(1)))
        #expect(try decide(draft([], name: "示例市云绵丝绸有限公司"), index) == .waiting(.nameUnclear))
        #expect(try decide(draft([], name: "示例市湖西食品有限公司"), index) == .waiting(.noIdentifier))
        #expect(try decide(draft([], registration: true), index) == .waiting(.noIdentifier))
        index.add(2, [number])
        #expect(try decide(draft([]), index) == .waiting(.nameUnclear))
    }

    @Test(
        "a number that nobody can check decides only together with a name it is known by, or opens a file by registration"
    )
    func legacyNumbers() throws {
        #expect(try decide(draft([legacy])) == .waiting(.legacyIdentifierOnly))
        #expect(try decide(draft([legacy], registration: true)) == .new)
        var index = Index()
        index.add(3, [legacy])
        #expect(try decide(draft([legacy]), index) == .known(SubjectID(3)))
        #expect(try decide(draft([legacy], name: "示例市（云锦）丝绸有限公司"), index) == .known(SubjectID(3)))
        #expect(try decide(draft([legacy], name: "示例市湖西食品有限公司"), index) == .waiting(.legacyIdentifierOnly))
        #expect(try decide(draft([legacy], name: nil), index) == .waiting(.legacyIdentifierOnly))
    }

    @Test("a legacy number beside a definite one does not decide")
    func legacyBesideDefinite() throws {
        var index = Index()
        index.add(3, [legacy])
        #expect(try decide(draft([code, legacy]), index) == .new)
        index.add(4, [code])
        #expect(try decide(draft([code, legacy]), index) == .known(SubjectID(4)))
    }

    @Test("rows with the same numbers go to the same subject, in any order", arguments: Seeds.standard)
    func orderIndependent(seed: UInt64) throws {
        var rng = SplitMix64(seed)
        let claims: [[Identifier]] = (0..<12).map { number in
            let unified = Codes.unified(number)
            return [Identifier(.unifiedCode, unified), Identifier(.organisationCode, Codes.organisation(of: unified))]
        }
        // Each body comes by its unified code, by the organisation code inside it, and by both.
        let rows = (0..<60).map { _ -> (body: Int, draft: Draft) in
            let body = Int.random(in: 0..<claims.count, using: &rng)
            return (
                body,
                draft(Int.random(in: 0..<3, using: &rng) == 0 ? [claims[body][1]] : claims[body], name: "示例\(body)公司")
            )
        }.shuffled(using: &rng)
        var index = Index()
        var subjects: [Int: Set<SubjectID?>] = [:]
        for row in rows { subjects[row.body, default: []].insert(try index.take(row.draft)) }
        for (body, found) in subjects {
            #expect(found.count == 1 && !found.contains(nil), "seed \(seed), body \(body): \(found)")
        }
        #expect(Set(subjects.values).count == subjects.count, "seed \(seed)")
    }
}
