import CreditModel
import CreditRegistry

/// Rows of `audit`, both ways.
enum AuditMapping {
    static let columns =
        "audit_number, at, actor, event, object, outcome, source, purpose, basis, before, after, salt, leaf"

    static func values(_ entry: AuditEntry) -> [SQLValue] {
        [
            .integer(entry.number), .integer(entry.at.milliseconds), .text(entry.actor.description),
            .text(entry.event.rawValue), .text(entry.object), .text(entry.outcome.rawValue), .text(entry.source),
            .text(entry.purpose), .text(entry.basis), .text(entry.before), .text(entry.after), .bytes(entry.salt),
            .integer(entry.leaf),
        ]
    }

    /// Nil where the row holds an actor, an event or an outcome that the program does not know.
    static func entry(_ row: any SQLRow) -> AuditEntry? {
        guard let actor = Actor(row.text(2)), let event = AuditEvent(rawValue: row.text(3)),
            let outcome = AuditEntry.Outcome(rawValue: row.text(5))
        else { return nil }
        let note = AuditNote(
            event, by: actor, object: row.optionalText(4), outcome: outcome, source: row.text(6),
            purpose: row.optionalText(7), basis: row.optionalText(8), before: row.optionalText(9),
            after: row.optionalText(10))
        return AuditEntry(
            number: row.integer(0), at: Instant(milliseconds: row.integer(1)), note, salt: row.bytes(11),
            leaf: row.integer(12))
    }
}
