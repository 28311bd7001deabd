import CreditModel
import CreditRegistry
import FoundationEssentials
import TestSupport
import Testing

@Suite("the audit and its paper")
struct AuditTests {
    @Test("docs/audit-events.md describes every event, and no other")
    func documented() throws {
        let path = SharedCatalogue.directory + "/../docs/audit-events.md"
        let text = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let described = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        #expect(Set(described) == Set(AuditEvent.allCases.map(\.rawValue)))
        #expect(described.count == AuditEvent.allCases.count)
    }

    @Test("every act of an officer has an event of its own")
    func everyAct() {
        let events = AmendmentRule.table.map(\.event)
        #expect(Set(events).count == events.count)
        #expect(AmendmentRule.table.allSatisfy { !Reason.fitting($0.act).isEmpty })
    }

    @Test("whatever state a record is in, some act leads on, and every act can happen")
    func table() {
        for standing in Standing.allCases {
            for isMarked in [false, true] {
                let possible = AmendmentRule.table.filter {
                    $0.standing.contains(standing) && ($0.isMarked ?? isMarked) == isMarked
                }
                #expect(!possible.isEmpty)
            }
        }
        for rule in AmendmentRule.table { #expect(!rule.standing.isEmpty, "\(rule.act)") }
    }
}
