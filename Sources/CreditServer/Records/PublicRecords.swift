import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// The one way from an address to a record for everybody who asks from outside, so that page, API and proof agree.
struct PublicRecords: Sendable {
    let store: any ServiceStore
    let publisher: Publisher

    /// A record that the public may see.
    /// - Throws: `Problem` not-found; gone, with the withdrawal where that is what ended it.
    func record(_ text: String) async throws -> RecordView {
        guard let id = RecordID(text), let row = try await store.record(id) else {
            throw Problem.notFound(Bilingual(zh: "没有这条记录。", en: "There is no such record."))
        }
        if let record = publisher.view(row, for: .public) { return record }
        if let withdrawal = try await withdrawal(of: row) {
            throw Problem.withdrawn(withdrawal, catalogue: publisher.catalogue)
        }
        // The same answer for what ended, is shielded or was never public: the address must not tell which.
        throw Problem.gone(Bilingual(zh: "这条记录不公示。", en: "This record is not shown."))
    }

    /// What is said in public of a withdrawn record, as long as the record itself would have been public.
    private func withdrawal(of row: RecordRow) async throws -> Withdrawal? {
        guard publisher.state(of: row) == .withdrawn, publisher.catalogue.item(row.item)?.publicity == .public,
            let until = row.clocks.publishedUntil, until >= publisher.today,
            let act = try await store.revisions(of: row.id).first(where: { $0.act == .withdraw })
        else { return nil }
        return Withdrawal(act, rule: publisher.catalogue.clocks.withdrawal, calendar: publisher.catalogue.calendar)
    }
}
