import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import TestSupport
import Testing

@testable import CreditStore

/// GOALS S5: a changed byte in what is stored is found, and its place is named.
@Suite("proving the store", .onBothEngines)
struct VerifyTests {
    let code = "91990102MACX000176"
    let name = "示例市云锦丝绸有限公司"

    /// One record with three revisions, a delivery, and the guards taken away as somebody with the database could.
    private func city() async throws -> (City, RecordID) {
        let city = try await City()
        try await city.deliver("registration", [Rows.registration, Rows.registration(name, code)])
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code, remarks: "内部备注")])
        let penalty = try await city.file(code, for: .own)?.records.first { $0.item.id == "administrative-penalty" }
        let id = try #require(penalty).row.id
        for (hour, act, reason) in [(1, Act.mark, Reason.objection), (2, .withdraw, .decisionRevoked)] {
            _ = try await city.store.amend(
                id, Amendment(act, reason: reason, basis: "示市监撤〔2026〕9号", officer: Actor(.account, "clerk")),
                catalogue: city.catalogue, source: "test",
                at: Instant(milliseconds: City.now.milliseconds + Int64(hour) * 3_600_000))
        }
        #expect(try await city.verify().findings.isEmpty)
        try await city.store.database.write { connection in
            for trigger in ["revision_is_final", "revision_stays", "audit_is_final"] {
                let table = trigger.hasPrefix("audit") ? "audit" : "revision"
                try connection.run(
                    connection.engine == .sqlite ? "DROP TRIGGER \(trigger)" : "DROP TRIGGER \(trigger) ON \(table)", [])
            }
            if connection.engine == .sqlite { try connection.run("DROP TRIGGER audit_stays", []) }
        }
        return (city, id)
    }

    private func change(_ city: City, _ sql: String, _ values: [SQLValue] = []) async throws {
        let changed = try await city.store.database.write { try $0.run(sql, values) }
        #expect(changed >= 1, "\(sql)")
    }

    @Test("a guard of the database refuses to change or remove what was stated and who did it")
    func guards() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code)])
        for statement in [
            "UPDATE revision SET payload = payload", "UPDATE revision SET salt = NULL", "DELETE FROM revision",
            "UPDATE audit SET actor = 'x'", "DELETE FROM audit",
            "UPDATE revision SET payload = NULL, salt = NULL, leaf = 9",
            "UPDATE revision SET payload = NULL, salt = NULL, basis = 'x'",
            "UPDATE revision SET payload = NULL, salt = NULL, line = 9",
        ] {
            await #expect(throws: (any Error).self, "\(statement)") {
                try await city.store.database.write { _ = try $0.run(statement, []) }
            }
        }
        #expect(try await city.verify().findings.isEmpty)
    }

    @Test("every column of a revision is sealed: one changed value is found and the revision named")
    func revision() async throws {
        let changes: [(String, SQLValue)] = [
            ("payload", .null), ("act", .integer(3)),
            ("reason", .text("objection")), ("effective_on", .integer(1)), ("recorded_at", .integer(1_795_000_000_000)),
            ("batch_number", .integer(1)), ("line", .integer(99)), ("basis", .text("示例依据")),
            ("actor", .text("account:x")), ("published_until", .integer(47_000)), ("disclosed_until", .integer(47_000)),
            ("archived_until", .integer(47_000)), ("repairable_from", .integer(47_000)), ("severity", .integer(2)),
            ("salt", .bytes([UInt8](repeating: 7, count: 16))),
        ]
        for (column, value) in changes {
            let (city, id) = try await city()
            try await change(
                city,
                "UPDATE revision SET \(column) = $1 WHERE subject_id = $2 AND ordinal = $3 AND number = 1",
                [value, .integer(id.subject.value), .integer(id.ordinal)])
            let findings = try await city.verify().findings
            #expect(
                findings.contains { $0.kind == .changed && $0.place == "record \(id) revision 1" },
                "\(column): \(findings)")
        }
    }

    @Test("a payload is sealed: with a changed byte it reads otherwise or not at all, and the revision is named")
    func payload() async throws {
        let (city, id) = try await city()
        let leaf = try #require(try await city.store.history(of: id).first).leaf
        let payload = try await city.store.database.read { connection in
            try connection.first(
                "SELECT payload FROM revision WHERE subject_id = $1 AND leaf = $2",
                [.integer(id.subject.value), .integer(leaf)]) { $0.bytes(0) }
        }
        let original = try #require(payload)
        var unnoticed: [Int] = []
        for position in stride(from: 0, to: original.count, by: 5) {
            var changed = original
            changed[position] ^= 0x10
            try await change(
                city, "UPDATE revision SET payload = $1 WHERE subject_id = $2 AND leaf = $3",
                [.bytes(changed), .integer(id.subject.value), .integer(leaf)])
            let found = try await city.verify().findings.contains {
                ($0.kind == .changed || $0.kind == .unreadable) && $0.place == "record \(id) revision 1"
            }
            if !found { unnoticed.append(position) }
        }
        try await change(
            city, "UPDATE revision SET payload = $1 WHERE subject_id = $2 AND leaf = $3",
            [.bytes(original), .integer(id.subject.value), .integer(leaf)])
        #expect(try await city.verify().findings.isEmpty)
        // A bit or two of a compressed frame say nothing of its content; where what is read is the same, nothing was changed.
        #expect(unnoticed.count <= 2, "\(unnoticed) of \(original.count)")
    }

    @Test("the way from a record through its revisions is proved, and found again when asked")
    func chain() async throws {
        for change in ["leaf = 0", "stated_leaf = 0", "leaf = stated_leaf"] {
            let (city, id) = try await city()
            try await self.change(
                city, "UPDATE record SET \(change) WHERE subject_id = $1 AND ordinal = $2",
                [.integer(id.subject.value), .integer(id.ordinal)])
            #expect(try await city.verify().findings.contains { $0.kind == .projection && $0.place == "record \(id)" }, "\(change)")
            _ = try await city.verify(rebuild: true)
            #expect(try await city.verify().findings.isEmpty, "\(change)")
        }
        let (city, id) = try await city()
        try await change(
            city, "UPDATE revision SET previous = NULL WHERE subject_id = $1 AND number = 3", [.integer(id.subject.value)])
        #expect(try await city.verify().findings.contains { $0.place == "record \(id)" })
    }

    @Test("every column of an audit row is sealed")
    func audit() async throws {
        for (column, value) in [
            ("at", SQLValue.integer(5)), ("actor", .text("account:x")), ("event", .text("looked")),
            ("object", .text("x")), ("outcome", .text("refused")), ("source", .text("x")), ("purpose", .text("x")),
            ("basis", .text("x")), ("before", .text("x")), ("after", .text("x")),
            ("salt", .bytes([UInt8](repeating: 7, count: 16))),
        ] {
            let (city, _) = try await city()
            try await change(city, "UPDATE audit SET \(column) = $1 WHERE audit_number = 3", [value])
            let findings = try await city.verify().findings
            #expect(findings.contains { $0.kind == .changed && $0.place == "audit 3" }, "\(column): \(findings)")
        }
    }

    @Test("a removed row leaves a gap and a leaf without an owner; a leaf claimed twice is found")
    func removed() async throws {
        let (first, id) = try await city()
        try await change(
            first, "DELETE FROM revision WHERE subject_id = $1 AND ordinal = $2 AND number = 2",
            [.integer(id.subject.value), .integer(id.ordinal)])
        let gap = try await first.verify().findings
        #expect(gap.contains { $0.kind == .order && $0.place == "record \(id)" })
        #expect(gap.contains { $0.kind == .orphan })
        let (second, _) = try await city()
        try await change(second, "DELETE FROM audit WHERE audit_number = 2")
        #expect(try await second.verify().findings.contains { $0.kind == .order && $0.place == "audit 3" })
        let (third, other) = try await city()
        try await change(
            third, "UPDATE revision SET leaf = 0 WHERE subject_id = $1 AND ordinal = $2 AND number = 1",
            [.integer(other.subject.value), .integer(other.ordinal)])
        #expect(!(try await third.verify().findings.isEmpty))
    }

    @Test("a state that its revisions do not come to is found, and written anew when asked")
    func projection() async throws {
        for change in [
            "standing = 0", "circle = 1", "mark = NULL", "authority = item", "published_until = 47000", "day = 7", "stated = 2",
            "revision = 2", "kinds = item", "rule_set = item", "content_hash = record_key",
        ] {
            let (city, id) = try await city()
            try await self.change(
                city, "UPDATE record SET \(change) WHERE subject_id = $1 AND ordinal = $2",
                [.integer(id.subject.value), .integer(id.ordinal)])
            let found = try await city.verify().findings
            #expect(found.contains { $0.kind == .projection && $0.place == "record \(id)" }, "\(change): \(found)")
            let rebuilt = try await city.verify(rebuild: true)
            #expect(rebuilt.rebuilt == rebuilt.findingCount, "\(change)")
            #expect(try await city.verify().findings.isEmpty, "\(change)")
        }
        let (city, id) = try await city()
        try await change(city, "UPDATE subject SET name = '示例改名' WHERE subject_id = $1", [.integer(id.subject.value)])
        #expect(try await city.verify().findings.map(\.place) == ["subject \(id.subject)"])
    }
}
