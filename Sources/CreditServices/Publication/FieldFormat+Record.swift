import CreditCatalogue
import CreditModel

/// What a record is called and rests on, in words: the same on pages, in mails and in feeds.
extension FieldFormat {
    public func title(of record: RecordView) -> String {
        // A penalty is best told by its kind; everything else by its own name. A document number is no name.
        let kinds = value(of: .kind, in: record)
        let own = record.title.flatMap { $0 == record.documentNumber ? nil : $0 }
        return (record.item.nature == .adverse ? kinds ?? own : own ?? kinds) ?? record.item.title[language]
    }

    /// A field that plays a role, written for people.
    public func value(of role: Role, in record: RecordView) -> String? {
        record.field(role).map { text($0.value, of: $0.field) }
    }

    /// The basis that the decision itself states, else what the catalogue says of all such records.
    public func basis(of record: RecordView) -> String {
        value(of: .legalBasis, in: record) ?? bases(record.item.basis)
    }
}
