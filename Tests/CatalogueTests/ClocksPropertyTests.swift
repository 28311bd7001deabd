import CreditCatalogue
import CreditModel
import TestSupport
import Testing

/// Each property holds for 8 × 12,500 cases; the first case that breaks it is told with its seed.
@Suite("clocks on the edges of calendar and rules", .timeLimit(.minutes(20)))
struct ClocksPropertyTests {
    static let cases = 12_500

    /// Runs cases until one fails, so that a hundred thousand expectations are not recorded one by one.
    private func check(_ seed: UInt64, _ body: (inout SplitMix64) throws -> String?) rethrows {
        var rng = SplitMix64(seed)
        for number in 0..<Self.cases {
            if let fault = try body(&rng) {
                Issue.record("seed \(seed), case \(number): \(fault)")
                return
            }
        }
    }

    @Test("a penalty's clocks are those of the rules of its own day", arguments: Seeds.standard)
    func penalties(seed: UInt64) throws {
        let clocks = try ItemClocks("administrative-penalty")
        check(seed) { rng in
            let penalty = PenaltyCase.random(using: &rng)
            let found = PenaltyCase.Expected(clocks(penalty))
            return found == penalty.expected ? nil : "\(penalty)\nexpected \(penalty.expected)\nfound \(found as Any)"
        }
    }

    @Test("a corrected day moves the clocks as if it had been delivered first", arguments: Seeds.standard)
    func corrected(seed: UInt64) throws {
        let clocks = try ItemClocks("administrative-penalty")
        check(seed) { rng in
            var penalty = PenaltyCase.random(using: &rng)
            _ = clocks(penalty)
            penalty.decidedOn = Civil.random(using: &rng)
            let first = clocks(penalty)
            penalty.receivedOn = Civil.random(using: &rng)
            if first != clocks(penalty) { return "the day of receipt changed \(penalty)" }
            return PenaltyCase.Expected(first) == penalty.expected ? nil : "\(penalty)"
        }
    }

    @Test("one more kind never shortens a term nor brings repair nearer", arguments: Seeds.standard)
    func moreKinds(seed: UInt64) throws {
        let clocks = try ItemClocks("administrative-penalty")
        check(seed) { rng in
            var penalty = PenaltyCase.random(using: &rng)
            // No kinds at all are taken as general, so the first kind that is stated may make the term shorter.
            if penalty.kinds.isEmpty { penalty.kinds = ["fine"] }
            let before = clocks(penalty)
            penalty.kinds.insert(
                PenaltyCase.kinds.randomElement(using: &rng) ?? "",
                at: Int.random(in: 0...penalty.kinds.count, using: &rng))
            let after = clocks(penalty)
            if let old = before.publishedUntil, (after.publishedUntil ?? Day(daysSinceEpoch: 0)) < old {
                return "\(penalty)"
            }
            guard let old = before.repairableFrom, let new = after.repairableFrom else {
                return before.repairableFrom == after.repairableFrom ? nil : "\(penalty)"
            }
            return new < old ? "\(penalty)" : nil
        }
    }

    @Test("under one set of rules a later decision never ends earlier", arguments: Seeds.standard)
    func laterDay(seed: UInt64) throws {
        let clocks = try ItemClocks("administrative-penalty")
        check(seed) { rng in
            var penalty = PenaltyCase.random(using: &rng)
            let day = Civil.random(using: &rng)
            penalty.decidedOn = day
            let first = clocks(penalty)
            penalty.decidedOn = day.next
            let second = clocks(penalty)
            guard first.ruleSet == second.ruleSet else { return nil }
            let isLater =
                first.publishedUntil.map { old in second.publishedUntil.map { $0 >= old } ?? false } ?? true
                && second.disclosedUntil >= first.disclosedUntil && second.archivedUntil >= first.archivedUntil
            return isLater ? nil : "\(penalty)"
        }
    }

    @Test(
        "a list entry leaves at its removal, its own end or its longest term, whichever comes first",
        arguments: Seeds.standard)
    func lists(seed: UInt64) throws {
        let clocks = try ItemClocks("serious-dishonesty")
        check(seed) { rng in
            let listed = Civil.random(using: &rng)
            let removed = Bool.random(using: &rng) ? Civil.random(using: &rng) : nil
            let stated: Civil? =
                switch Int.random(in: 0..<4, using: &rng) {
                case 0: Civil.open
                case 1: listed.months(Int.random(in: 1...120, using: &rng))
                case 2: Civil.random(using: &rng)
                default: nil
                }
            var fields = ["listedOn": listed.text]
            fields["removedOn"] = removed?.text
            fields["validUntil"] = stated?.text
            let end = stated == .open ? nil : stated
            let shown = [listed.months(36), removed, end].compactMap { $0 }.min() ?? listed
            // Five years from the listing; longer while the entry stands.
            let disclosed = [listed.months(60), shown, removed ?? end].compactMap { $0 }.max() ?? listed
            let archived =
                [listed.months(360), disclosed, removed == nil ? end : nil].compactMap { $0 }.max() ?? listed
            let found = clocks(fields)
            let words = [
                found.publishedUntil?.description, found.disclosedUntil.description, found.archivedUntil.description,
            ]
            return words == [shown.text, disclosed.text, archived.text] ? nil : "\(fields): \(words)"
        }
    }

    @Test(
        "a licence and a practitioner's register entry stand until they end, and are never erased before",
        arguments: Seeds.standard)
    func standing(seed: UInt64) throws {
        let (licences, practitioners) = try (ItemClocks("administrative-licence"), ItemClocks("practitioner"))
        check(seed) { rng in
            let (from, received) = (Civil.random(using: &rng), Civil.random(using: &rng))
            let until: Civil? =
                switch Int.random(in: 0..<3, using: &rng) {
                case 0: nil
                case 1: Civil.open
                default: from.months(Int.random(in: 0...500, using: &rng))
                }
            let end = until == .open ? nil : until
            var fields: [String: String] = [:]
            fields["validUntil"] = until?.text
            fields["decidedOn"] = from.text
            let licence = licences(fields, receivedOn: received.text)
            let ends = end.map { [$0, $0.months(60), max($0.months(60), from.months(360))] } ?? [.open, .open, .open]
            if [licence.publishedUntil, licence.disclosedUntil, licence.archivedUntil].map({ $0?.description })
                != ends.map(\.text)
            {
                return "licence \(fields): \(licence)"
            }
            let isPublic = Bool.random(using: &rng)
            let isOver = Int.random(in: 0..<4, using: &rng) == 0
            fields["issuedOn"] = from.text
            fields["profession"] = isPublic ? "physician" : "notary"
            fields["practiceStatus"] = isOver ? "deregistered" : "active"
            let person = practitioners(fields, receivedOn: received.text)
            let shown = isPublic && !isOver ? (end ?? .open) : nil
            let disclosed = end?.months(60) ?? (isOver ? received.months(60) : .open)
            let archived =
                disclosed == .open
                ? Civil.open : [disclosed, from.months(120), isOver ? disclosed : end ?? disclosed].max() ?? .open
            let words = [person.publishedUntil, person.disclosedUntil, person.archivedUntil].map { $0?.description }
            return words == [shown?.text, disclosed.text, archived.text] ? nil : "practitioner \(fields): \(words)"
        }
    }

    @Test(
        "whatever a record of any item states, publication ends before disclosure and disclosure before the archive",
        arguments: Seeds.standard)
    func nested(seed: UInt64) throws {
        let all = try SharedCatalogue.load().items.map { try ItemClocks($0.id) }
        check(seed) { rng in
            guard let clocks = all.randomElement(using: &rng) else { return "no items" }
            var fields: [String: String] = [:]
            for field in clocks.item.fields where Bool.random(using: &rng) {
                switch field.type {
                case .day, .endDay:
                    fields[field.name] =
                        ["2099-12-31", "2099-01-31", "9999-12-31", "", "2026-02-30"].randomElement(using: &rng)
                    if Int.random(in: 0..<6, using: &rng) > 0 { fields[field.name] = Civil.random(using: &rng).text }
                case .code, .codes:
                    fields[field.name] = (PenaltyCase.kinds + ["serious", "revoked", "lawyer"]).randomElement(
                        using: &rng)
                default: continue
                }
            }
            let found = clocks(fields)
            let isNested =
                (found.publishedUntil ?? found.disclosedUntil) <= found.disclosedUntil
                && found.disclosedUntil <= found.archivedUntil && found.archivedUntil <= .openEnd
            if !isNested { return "\(clocks.item.id) \(fields): \(found)" }
            if clocks.item.nature == .adverse, found.archivedUntil.isOpenEnd { return "adverse for ever: \(fields)" }
            return nil
        }
    }

    @Test(
        "a revoked decision leaves within three working days, holidays out and make-up days in",
        arguments: Seeds.standard)
    func withdrawal(seed: UInt64) throws {
        let catalogue = try SharedCatalogue.load()
        let rule = catalogue.clocks.withdrawal
        // Days off and make-up days around the turns of the year and the long holidays, read off the announcements.
        let off: Set<String> = [
            "2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20",
            "2026-02-23", "2026-04-06", "2026-05-01", "2026-05-04", "2026-05-05", "2026-06-19", "2026-09-25",
            "2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07",
        ]
        let worked: Set<String> = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
        check(seed) { rng in
            let month = Int.random(in: 1...12, using: &rng)
            let revoked = Civil(
                2026, month, Int.random(in: 1...(month == 12 ? 27 : Civil.length(2026, month)), using: &rng))
            var (day, left) = (revoked, 3)
            while left > 0 {
                day = day.next
                if worked.contains(day.text) || (day.weekday < 6 && !off.contains(day.text)) { left -= 1 }
            }
            guard let start = Day(iso: revoked.text) else { return "\(revoked) is no day" }
            let found = rule.dueDay(revokedOn: start, calendar: catalogue.calendar).description
            return found == day.text ? nil : "\(revoked.text): \(found), by hand \(day.text)"
        }
    }
}
