import CreditServices
import CreditStore
import TestSupport
import Testing

@Suite("watching is about organisations")
struct WatchRightsTests {
    @Test("a target is an organisation, a list or a sector; nothing else can be expressed")
    func targets() {
        for kind in ["person", "practitioner", "subject", "legal-representative", "name", ""] {
            #expect(WatchTarget(kind: kind, value: "x") == nil, "\(kind)")
        }
        for kind in ["organisation", "list", "sector"] { #expect(WatchTarget(kind: kind, value: "x")?.kind == kind) }
    }

    @Test("what is kept of a watch is the key’s name, the target, how and when to tell, and how far it has been told")
    func columns() {
        let watch = Migrations.tables.filter { $0.hasPrefix("watch") }
        #expect(watch == ["watch", "watch_message", "watch_notice"], "another table of watches needs a reason in docs/decisions/0029-watch.md")
    }
}
