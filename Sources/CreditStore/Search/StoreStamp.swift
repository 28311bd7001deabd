import CreditModel

/// What tells one store at one moment from every other: the log's name and key, and the last row of the audit with its random
/// salt. Another platform, or this one restored to an earlier moment and gone another way since, has another.
enum StoreStamp {
    static func now(_ connection: any Connection) throws -> String {
        let audit = try connection.first("SELECT audit_number FROM audit ORDER BY audit_number DESC LIMIT 1") { $0.integer(0) }
        return try stamp(audit: audit ?? 0, connection)
    }

    /// Whether the stamp is of this store, now or at an earlier moment.
    static func isPast(_ stamp: String, _ connection: any Connection) throws -> Bool {
        guard let audit = stamp.split(separator: "\n").first.flatMap({ Int64($0) }) else { return false }
        return try Self.stamp(audit: audit, connection) == stamp
    }

    private static func stamp(audit: Int64, _ connection: any Connection) throws -> String {
        let log = try connection.first("SELECT origin, verifier_key FROM log_state WHERE id = 1") { "\($0.text(0))\n\($0.text(1))" }
        let salt = try connection.first("SELECT salt FROM audit WHERE audit_number = $1", [.integer(audit)]) {
            Hexadecimal.text($0.bytes(0))
        }
        return "\(audit)\n\(salt ?? "")\n\(log ?? "")"
    }
}
