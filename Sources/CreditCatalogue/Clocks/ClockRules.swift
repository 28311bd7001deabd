import CreditModel

/// Computes the clocks of an item's records. Positions, codes and rule sets are worked out once; a row costs a few
/// comparisons and no text is built.
///
/// A term of n months from a day counts calendar months: the last day shown is the same day n months later, or the last
/// day of that month where it has no such day (`Day.adding(months:)`). From 31 March one month runs to 30 April, shown
/// on 30 April and gone on 1 May.
///
/// Where the day that starts a term is missing, the record's own day stands for it, else the day it was received, so
/// that no adverse record is ever without an end. Every spelling of an open end in `cleaning.yaml` means 2099-12-31.
public struct ClockRules: Sendable {
    enum Publication: Sendable {
        case never
        case always
        case until(Int?)
        case months(Int, from: Int?)
        case rules(CompiledFamily)
    }

    private let publication: Publication
    private let isPublic: Bool
    private let isAdverse: Bool
    private let ownDays: [Int]
    private let removedOn: Int?
    private let validUntil: Int?
    private let isList: Bool
    private let retention: (months: Int, from: Int?, startsAtEnd: Bool)?
    private let archiveMonths: Int
    private let practice: (profession: Int, status: Int?)?
    private let publicProfessions: [String]
    private let endedStatuses: [String]
    private let openEnds: Set<Day>

    /// - Parameter catalogue: the loaded catalogue that holds the item; its loader has checked every name used here.
    public init(item: Item, catalogue: Catalogue) {
        let table = catalogue.clocks
        isPublic = item.publicity == .public
        isAdverse = item.nature == .adverse
        ownDays = [Role.decidedOn, .listedOn, .publishedOn, .validFrom, .establishedOn].compactMap {
            item.position(of: $0)
        }
        removedOn = item.position(of: .removedOn)
        validUntil = item.position(of: .validUntil)
        isList = item.position(of: .listedOn) != nil
        retention = item.retention.map { retention in
            let position = item.position(of: retention.from)
            let field = position.map { item.fields[$0] }
            return (retention.years * 12, position, field?.type == .endDay || field?.role == .removedOn)
        }
        let isPractitioner = item.subjects.contains(.practitioner)
        archiveMonths = (table.archiveYears(isPractitioner ? .practitioner : .organisation) ?? 0) * 12
        practice =
            isPractitioner
            ? item.position(of: .profession).map { (profession: $0, status: item.position(of: .status)) } : nil
        publicProfessions = table.practitioners.registers.map(\.profession)
        endedStatuses = table.practitioners.endedStatuses
        openEnds = catalogue.cleaning.openEnds
        publication =
            switch item.publication.term {
            case .never: .never
            case .always: .always
            case .until(let field): .until(item.position(of: field))
            case .months(let months, let from): .months(months, from: item.position(of: from))
            case .rules(let id): table.family(id).map { .rules(CompiledFamily($0, item: item)) } ?? .never
            }
    }

    /// The clocks of one record. Equal values give equal clocks; only a record without any day depends on its receipt.
    /// - Parameters:
    ///   - values: canonical values by field position, as in a draft: days `YYYY-MM-DD`, codes joined by `;`.
    ///   - receivedOn: the day on which the platform received the record.
    public func clocks(_ values: StatedValues, receivedOn: Day) -> Clocks {
        let own = ownDay(values) ?? receivedOn
        let hasEnded = hasEnded(values)
        let retained = retainedUntil(values, own: own, endKnownOn: hasEnded ? receivedOn : nil)
        var publishedUntil: Day?
        var (severity, repairableFrom, ruleSet): (Severity?, Day?, String?) = (nil, nil, nil)
        switch publication {
        case .never: break
        // As long as it may be disclosed: without end while the fact stands, and no longer than retention afterwards.
        case .always: publishedUntil = retained
        case .until(let field): publishedUntil = field.flatMap { day(values, $0) } ?? .openEnd
        case .months(let months, let from):
            publishedUntil = earliest(of: later(start(values, from) ?? own, months), values)
        case .rules(let family):
            let start = start(values, family.day) ?? own
            guard let judged = family.judge(values, on: start) else { break }
            (severity, ruleSet) = (judged.severity, judged.ruleSet)
            publishedUntil = judged.maximumMonths.map { earliest(of: later(start, $0), values) }
            if judged.isRepairable {
                // The minimum has passed when its last day has; without one the duty alone must be done.
                let first = judged.minimumMonths.map { later(start, $0).adding(days: 1) } ?? start
                if publishedUntil.map({ first <= $0 }) ?? true { repairableFrom = first }
            }
        }
        if !isPublic || hasEnded || !isOpenRegister(values) { publishedUntil = nil }
        let disclosedUntil = max(retained, publishedUntil ?? retained, listedUntil(values) ?? retained)
        return Clocks(
            publishedUntil: publishedUntil, disclosedUntil: disclosedUntil,
            archivedUntil: archivedUntil(values, own: own, disclosedUntil: disclosedUntil, hasEnded: hasEnded),
            severity: severity, repairableFrom: repairableFrom, ruleSet: ruleSet)
    }

    // MARK: the three circles

    /// A removal, or the end that a list's own decision states, comes before the longest term.
    private func earliest(of longest: Day, _ values: StatedValues) -> Day {
        var end = longest
        if let removed = removedOn.flatMap({ start(values, $0) }) { end = min(end, removed) }
        if isList, let stated = validUntil.flatMap({ start(values, $0) }) { end = min(end, stated) }
        return end
    }

    /// Last day of the retention that the item states.
    ///
    /// A retention that starts with an end (of a licence, of a registration) has not begun while that end is not
    /// known: what still holds is kept. An adverse fact never gains from a missing day, and a licence that has ended on
    /// an unknown day ended at the latest when we were told.
    private func retainedUntil(_ values: StatedValues, own: Day, endKnownOn: Day?) -> Day {
        guard let retention else { return .openEnd }
        if let start = retention.from.flatMap({ start(values, $0) }) { return later(start, retention.months) }
        if retention.startsAtEnd, !isAdverse {
            guard let endKnownOn else { return .openEnd }
            return later(endKnownOn, retention.months)
        }
        return later(own, retention.months)
    }

    /// While an entry stands on a list it may be disclosed (浙江省公共信用信息管理条例 art. 16). It stands until it is
    /// removed, else until the end that its decision states; an entry that states none is covered by its longest term.
    private func listedUntil(_ values: StatedValues) -> Day? {
        guard isAdverse, isList else { return nil }
        if let removed = removedOn.flatMap({ start(values, $0) }) { return removed }
        return validUntil.flatMap { start(values, $0) }
    }

    /// After this day payload and salt are erased and cannot come back, so nothing that still holds may have such a day:
    /// a registration, a licence or an honour without end stays until it ends.
    private func archivedUntil(_ values: StatedValues, own: Day, disclosedUntil: Day, hasEnded: Bool) -> Day {
        if disclosedUntil.isOpenEnd { return .openEnd }
        let kept = max(disclosedUntil, later(own, archiveMonths))
        if hasEnded { return kept }
        if removedOn.flatMap({ start(values, $0) }) != nil { return kept }
        guard let end = validUntil.flatMap({ day(values, $0) }) else { return kept }
        return end.isOpenEnd && isAdverse ? kept : max(kept, end)
    }

    // MARK: practitioners

    /// Organisations always; of a practitioner only what a law opens (default: not published).
    private func isOpenRegister(_ values: StatedValues) -> Bool {
        guard let practice else { return true }
        return publicProfessions.contains { values.isStated(practice.profession, as: $0) }
    }

    private func hasEnded(_ values: StatedValues) -> Bool {
        guard let status = practice?.status else { return false }
        return endedStatuses.contains { values.isStated(status, as: $0) }
    }

    // MARK: days

    private func ownDay(_ values: StatedValues) -> Day? {
        for position in ownDays { if let day = start(values, position) { return day } }
        return nil
    }

    /// A stated day, with every spelling of "no end" as `Day.openEnd`.
    private func day(_ values: StatedValues, _ position: Int) -> Day? {
        guard let day = values.day(position) else { return nil }
        return day > .openEnd || openEnds.contains(day) ? .openEnd : day
    }

    /// A stated day that can start a term: an open end cannot.
    private func start(_ values: StatedValues, _ position: Int?) -> Day? {
        guard let position, let day = day(values, position), !day.isOpenEnd else { return nil }
        return day
    }

    private func later(_ day: Day, _ months: Int) -> Day { min(day.adding(months: months), .openEnd) }
}
