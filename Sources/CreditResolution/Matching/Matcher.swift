import CreditModel

/// Says which subject a row is about, how sure that is, and why. Rules come first, in this order:
///
/// 1. Valid numbers. One that is known decides; valid numbers that differ are two bodies, whatever the names.
/// 2. A faulty code one slip away from a known one, where the name confirms it.
/// 3. What an officer decided about this name.
/// 4. The same name, present or former, of one subject alone.
/// 5. A name that agrees part by part with those of one subject alone.
/// 6. A near name that the registration's particulars confirm.
///
/// Everything else is for a person to decide, or nobody known. Not `Sendable`: one for each thread.
public final class Matcher {
    private let index: MatchIndex
    private let rules: MatchRules
    private let source: (any ParticularsSource)?
    private let numbers: (Identifier) throws -> SubjectID?
    private var finder = CandidateFinder()

    /// At most this many of the bearers of one name are looked at.
    static let bearers = 32
    static let shown = 5

    /// - Parameter numbers: looks up numbers that are not in the index, where it holds names only.
    public init(
        _ index: MatchIndex, rules: MatchRules = MatchRules(), particulars: (any ParticularsSource)? = nil,
        numbers: @escaping (Identifier) throws -> SubjectID? = { _ in nil }
    ) {
        self.index = index
        self.rules = rules
        self.numbers = numbers
        source = particulars
    }

    /// - Parameter excluding: a subject that is not to be found: the row itself, where a file is matched against itself.
    public func match(_ query: MatchQuery, excluding: SubjectID? = nil) throws -> MatchAnswer {
        let parts = query.name.map(index.reader.read).flatMap { $0.shape.end > 0 ? $0 : nil }
        if let answer = try byNumber(query, parts) { return answer }
        guard let parts else { return Self.answer(.none, .nothingToGoBy, []) }
        if let answer = try byRepair(query, parts) { return answer }
        if let decided = rules.decided(parts), decided.subject != excluding {
            return Self.answer(
                .match, .decidedByOfficer(rule: decided.rule), [Self.candidate(decided.subject, 1, name: parts)])
        }
        return try byName(query, parts, excluding: excluding)
    }

    // MARK: Numbers

    private func subject(identifiedBy identifier: Identifier) throws -> SubjectID? {
        try index.subject(identifiedBy: identifier).map { index.subjects[Int($0)] } ?? numbers(identifier)
    }

    private func byNumber(_ query: MatchQuery, _ parts: NameParts?) throws -> MatchAnswer? {
        let definite = query.identifiers.filter(\.scheme.isDefinite)
        var found: (subject: SubjectID, by: Identifier)?
        for identifier in definite {
            guard let subject = try subject(identifiedBy: identifier) else { continue }
            if let found, rules.canonical(found.subject) != rules.canonical(subject) {
                return Self.answer(
                    .review, .numbersDisagree, [found.subject, subject].map { Self.candidate($0, 0.5) })
            }
            found = found ?? (subject, identifier)
        }
        if let found {
            let best = parts.map { bestName(of: found.subject, like: $0) }
            guard let best, best.comparison.isOther else {
                return Self.answer(.match, .number(found.by), [Self.candidate(found.subject, 1, best)])
            }
            return Self.answer(.review, .numberButOtherName(found.by), [Self.candidate(found.subject, 0.7, best)])
        }
        if let first = definite.first {
            // A subject that is known by no unified code may yet turn out to be this one.
            guard let parts, let name = index.name(sameAs: parts) else {
                return Self.answer(.none, .numberUnknown(first), [])
            }
            let bearers = index.bearers(of: name, limit: Self.bearers)
            let open = bearers.filter { !index.hasOtherCode($0.subject, than: definite) }
            let same = index.reader.compare(parts, parts)
            if open.isEmpty { return Self.answer(.none, .sameNameOtherNumber, []) }
            return Self.answer(
                .review, open.count == 1 ? .open(same) : .nameOfSeveral,
                open.map { Self.candidate(index.subjects[Int($0.subject)], 0.8, (same, parts), $0.kind) })
        }
        guard let legacy = query.identifiers.first, let parts, let subject = try subject(identifiedBy: legacy) else {
            return nil
        }
        let best = bestName(of: subject, like: parts)
        guard best.comparison.verdict == .match else { return nil }
        return Self.answer(
            .match, .legacyNumberAndName(legacy), [Self.candidate(subject, 0.99, best)])
    }

    private func byRepair(_ query: MatchQuery, _ parts: NameParts) throws -> MatchAnswer? {
        guard let written = query.faultyCode, written.utf8.count <= 20 else { return nil }
        for meant in CodeRepair.unifiedCodes(near: written) {
            guard let subject = try subject(identifiedBy: Identifier(.unifiedCode, meant)) else { continue }
            let best = bestName(of: subject, like: parts)
            guard best.comparison.verdict != .none else { continue }
            // Number and name each within one slip: together they do not happen by chance.
            let agrees = best.comparison.verdict == .match || best.comparison.pointsNeeded <= 7
            return Self.answer(
                agrees ? .match : .review, .numberRepaired(written: written, meant: meant),
                [Self.candidate(subject, agrees ? 0.97 : 0.8, best)])
        }
        return nil
    }

    /// The name of a subject that is most like the given.
    private func bestName(of subject: SubjectID, like parts: NameParts) -> (comparison: NameComparison, name: NameParts) {
        var best: (comparison: NameComparison, name: NameParts)?
        for number in index.number(ofKnown: subject).map(index.names) ?? [] {
            let name = index[number]
            let comparison = index.reader.compare(parts, name)
            if best == nil || (best?.comparison.score ?? 0) < comparison.score { best = (comparison, name) }
        }
        // A subject without any name contradicts none.
        return best ?? (index.reader.compare(parts, parts), parts)
    }

    // MARK: Names

    /// How a candidate was found, the surest first.
    private enum Tier: Int { case present, former, similar, open }

    private struct Found {
        let subject: UInt32
        var tier: Tier
        let kind: NameKind
        let comparison: NameComparison
        let name: NameParts
        var agreement: Particulars.Agreement
        /// Raised from open by the particulars.
        var isConfirmed = false
        var isContradicted = false
    }

    private func byName(_ query: MatchQuery, _ parts: NameParts, excluding: SubjectID?) throws -> MatchAnswer {
        var found: [UInt32: Found] = [:]
        var isOverfull = false
        func take(_ name: UInt32, isSame: Bool) throws {
            let candidate = index[name]
            let comparison = index.reader.compare(parts, candidate)
            guard comparison.verdict != .none else { return }
            let bearers = index.bearers(of: name, limit: Self.bearers + 1)
            if bearers.count > Self.bearers { isOverfull = true }
            for bearer in bearers.prefix(Self.bearers) {
                let subject = index.subjects[Int(bearer.subject)]
                guard subject != excluding, !rules.forbids(parts, subject),
                    !index.hasOtherCode(bearer.subject, than: query.identifiers)
                else { continue }
                let tier: Tier =
                    comparison.verdict != .match ? .open : !isSame ? .similar : bearer.kind == .former ? .former : .present
                let new = Found(
                    subject: bearer.subject, tier: tier, kind: bearer.kind, comparison: comparison, name: candidate,
                    agreement: .silent)
                if let old = found[bearer.subject],
                    (old.tier.rawValue, -old.comparison.score) <= (tier.rawValue, -comparison.score)
                {
                    continue
                }
                found[bearer.subject] = new
            }
        }
        let same = index.name(sameAs: parts)
        if let same { try take(same, isSame: true) }
        let isSettled = try found.values.contains {
            try $0.tier == .present && weigh($0, query.particulars).agreement.points >= 0
        }
        var isCut = false
        // One who bears the very name is not looked for among similar ones.
        if !isSettled {
            let result = finder.candidates(for: parts, in: index)
            isCut = result.isCut
            for name in result.names where name != same { try take(name, isSame: false) }
        }
        var candidates = try found.values.map { try weigh($0, query.particulars) }
        candidates.sort { left, right in
            if left.tier != right.tier { return left.tier.rawValue < right.tier.rawValue }
            let (a, b) = (left.comparison.score + Double(left.agreement.points) / 100,
                right.comparison.score + Double(right.agreement.points) / 100)
            return a != b ? a > b : index.subjects[Int(left.subject)] < index.subjects[Int(right.subject)]
        }
        return decide(candidates, parts, isCut: isCut, isOverfull: isOverfull)
    }

    /// Lets the particulars confirm or weaken what the name found.
    private func weigh(_ found: Found, _ particulars: Particulars?) throws -> Found {
        guard let particulars, !particulars.isEmpty, let source else { return found }
        var found = found
        let all = try source.particulars(of: index.subjects[Int(found.subject)])
        guard !all.isEmpty else { return found }
        let best = particulars.agreement(withAnyOf: all)
        found.agreement = best
        if found.tier == .open {
            if best.points >= found.comparison.pointsNeeded {
                found.isConfirmed = true
                found.tier = .similar
            }
        } else if best.points <= -4 {
            found.isContradicted = true
        }
        return found
    }

    private func decide(_ found: [Found], _ parts: NameParts, isCut: Bool, isOverfull: Bool) -> MatchAnswer {
        guard let first = found.first else {
            return Self.answer(.none, isCut ? .tooCommon : .nothingLike, [])
        }
        func review(_ reason: MatchReason) -> MatchAnswer {
            Self.answer(.review, reason, found.map { candidate($0, min(0.84, $0.comparison.score)) })
        }
        if first.tier == .open { return review(.open(first.comparison)) }
        if first.isContradicted { return review(.contradicted(first.agreement)) }
        // Who else may be meant: those as near, and beside a former name those whose present name is like it.
        let own = rules.canonical(index.subjects[Int(first.subject)])
        let rivals = found.dropFirst().filter { rival in
            (rival.tier == first.tier || first.tier == .former && rival.tier == .similar)
                && rules.canonical(index.subjects[Int(rival.subject)]) != own
        }
        // The name is one's and the registration another's.
        if first.agreement.points < 0, let other = found.dropFirst().first(where: { $0.agreement.points >= 4 }) {
            return review(.contradictedFor(first.agreement, other.agreement))
        }
        let isAlone = rivals.allSatisfy { first.agreement.points >= 4 && first.agreement.points - $0.agreement.points >= 4 }
        guard isAlone, !isOverfull || first.agreement.points >= 4 else {
            return review(first.tier == .similar ? .severalSimilar(first.comparison) : .nameOfSeveral)
        }
        // A distinctive word has two characters at least (企业名称登记管理规定, art. 8); less is a rest of one.
        let saysLittle = parts.places.isEmpty && parts.form.isEmpty || parts.distinctive.count < 2
        if saysLittle, first.agreement.points < 4 { return review(.nameSaysLittle) }
        let confidence: Double
        let reason: MatchReason
        switch first.tier {
        case .present, .former:
            (confidence, reason) = first.tier == .present ? (0.99, .sameName) : (0.95, .formerName)
        default:
            if isCut { return review(.tooCommon) }
            confidence = first.isConfirmed ? 0.9 : 0.98 * first.comparison.score
            reason =
                first.isConfirmed ? .confirmed(first.comparison, first.agreement) : .similarName(first.comparison)
        }
        return Self.answer(
            .match, reason,
            [candidate(first, confidence)] + found.dropFirst().map { candidate($0, min(0.84, $0.comparison.score)) })
    }

    // MARK: Answers

    private func candidate(_ found: Found, _ confidence: Double) -> MatchAnswer.Candidate {
        MatchAnswer.Candidate(
            subject: index.subjects[Int(found.subject)], confidence: confidence, comparison: found.comparison,
            name: found.name, kind: found.kind, agreement: found.agreement)
    }

    private static func candidate(
        _ subject: SubjectID, _ confidence: Double, _ best: (comparison: NameComparison, name: NameParts)? = nil,
        _ kind: NameKind? = nil, name: NameParts? = nil
    ) -> MatchAnswer.Candidate {
        MatchAnswer.Candidate(
            subject: subject, confidence: confidence, comparison: best?.comparison, name: best?.name ?? name, kind: kind,
            agreement: .silent)
    }

    private static func answer(
        _ decision: MatchDecision, _ reason: MatchReason, _ candidates: [MatchAnswer.Candidate]
    ) -> MatchAnswer {
        let shown = Array(candidates.prefix(Self.shown))
        return MatchAnswer(
            decision: decision, confidence: shown.first?.confidence ?? 0, reason: reason, candidates: shown)
    }
}

extension NameComparison {
    /// Another name altogether: what number and name say contradicts.
    public var isOther: Bool { verdict == .none && distinctive == .other && overlap < 0.34 }

    /// How many points of particulars make up for what the names leave open; nothing does where a part tells two bodies apart,
    /// or where the character that differs is one by which sister firms are told apart.
    var pointsNeeded: Int {
        guard place != .apart, !isOrdinal else { return .max }
        if branch == .same, form != .other, form != .group {
            // Only the place is missing, or wider.
            if distinctive == .same, trade == .same || trade == .near { return 4 }
            if distinctive == .same || distinctive == .oneCharacter { return 7 }
        }
        return isSlip ? 7 : .max
    }
}
