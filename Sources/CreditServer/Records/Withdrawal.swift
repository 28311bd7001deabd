import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// Why a record is no longer there, for everybody to read and without what the record said (行政处罚法 art. 48).
struct Withdrawal: Sendable {
    let reason: Reason?
    /// The document on which the withdrawal rests.
    let basis: String
    /// The day from which the record no longer counts.
    let effectiveOn: Day
    /// The day on which it left this platform.
    let recordedOn: Day
    /// The last day by which the law had it gone; nil where the law sets none for this reason.
    let dueOn: Day?
    /// Place of the withdrawal itself in the public log.
    let leaf: Int64

    init(_ act: RevisionRow, rule: WithdrawalRule, calendar: WorkdayCalendar) {
        reason = act.reason
        basis = act.basis ?? ""
        effectiveOn = act.effectiveOn
        recordedOn = act.recordedAt.day
        leaf = act.leaf
        let isOfDecision = act.reason.map { Self.ofDecision.contains($0) } ?? false
        dueOn = isOfDecision ? rule.dueDay(revokedOn: act.effectiveOn, calendar: calendar) : nil
    }

    /// Reasons that lie in the decision and not in how it came here; for these the law counts the days.
    private static let ofDecision: Set<Reason> = [
        .decisionRevoked, .decisionChanged, .decisionUnlawful, .decisionVoid,
    ]

    /// When, why and on what basis, in one sentence.
    func sentence(_ language: Language, _ catalogue: Catalogue) -> String {
        let day = FieldFormat(catalogue: catalogue, language: language).day(effectiveOn)
        let why = reason.map { catalogue.words("reason", $0.rawValue)[language] } ?? ""
        return language == .english
            ? "Withdrawn from \(day): \(why). Basis: \(basis)." : "自\(day)起撤回：\(why)。依据：\(basis)。"
    }
}

extension Problem {
    static func withdrawn(_ withdrawal: Withdrawal, catalogue: Catalogue) -> Problem {
        var problem = Problem.gone(
            Bilingual(
                zh: withdrawal.sentence(.chinese, catalogue), en: withdrawal.sentence(.english, catalogue)))
        problem.withdrawal = withdrawal
        return problem
    }
}
