import CreditCatalogue
import CreditModel

/// One field as an officer writes it, through the same reading, cleaning and guard as a delivered cell.
public struct FieldEdit: Sendable {
    let catalogue: Catalogue
    let item: Item
    let today: Day

    public init(catalogue: Catalogue, item: Item, today: Day) {
        self.catalogue = catalogue
        self.item = item
        self.today = today
    }

    public enum Outcome: Sendable, Hashable {
        /// The canonical value, or nil where the text says that nothing is stated.
        case value(String?)
        case fault(CheckCode)
    }

    /// - Parameter position: of the field in the item. Fields that say whom the record is about are read by resolution, not
    ///   here: see `canEdit`.
    public func read(_ text: String, at position: Int) -> Outcome {
        let field = item.fields[position]
        var text = text
        let outcome = text.withUTF8 { bytes in
            var cell = CellText(bytes, keepsLines: field.type == .longText)
            return FieldReading(catalogue: catalogue, today: today).read(&cell, field: field, type: field.type)
        }
        switch outcome {
        case .empty: return .value(nil)
        case .fault(let code, _, _): return .fault(code)
        case .value(let value):
            if FieldReading.mayHoldAnything(field.type),
                let code = FreeTextGuard.fault(
                    in: value, isProse: field.type == .longText, forbidden: catalogue.forbidden)
            {
                return .fault(code)
            }
            return .value(value)
        }
    }

    /// A record never moves to another subject by an edit, so names and numbers of its subject stay as delivered.
    public func canEdit(_ position: Int) -> Bool {
        switch item.fields[position].role {
        case .subjectName, .subjectUnifiedCode, .subjectOrganisationCode, .subjectRegistrationNumber,
            .subjectTaxpayerNumber, .subjectCode, .subjectKind, .formerName, .profession, .licenceNumber:
            false
        default: !FieldReading.isIdentifier(item.fields[position].type)
        }
    }
}
