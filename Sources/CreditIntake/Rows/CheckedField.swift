import CreditCatalogue

/// What is asked of one field in every row, worked out once: a reference, since a field itself holds a dozen.
final class CheckedField {
    let field: Field
    let type: FieldType
    let keepsLines: Bool
    let isIdentifier: Bool
    /// Whether its number says whom the row is about.
    let isSubject: Bool
    let mayHoldAnything: Bool
    let isProse: Bool

    init(_ field: Field, type: FieldType) {
        self.field = field
        self.type = type
        keepsLines = type == .longText || type == .codes
        isIdentifier = FieldReading.isIdentifier(type)
        isSubject = [.subjectUnifiedCode, .subjectOrganisationCode, .subjectRegistrationNumber, .subjectCode]
            .contains(field.role)
        mayHoldAnything = FieldReading.mayHoldAnything(type)
        isProse = type == .text || type == .longText
    }
}

/// Where an item says whom a row is about.
struct SubjectPositions {
    /// Strongest first.
    let numbers: [Int]
    let kind: Int?
    let name: Int?
    let formerName: Int?

    init(_ item: Item) {
        numbers = [Role.subjectUnifiedCode, .subjectCode, .subjectRegistrationNumber, .subjectOrganisationCode].compactMap {
            item.position(of: $0)
        }
        kind = item.position(of: .subjectKind)
        name = item.position(of: .subjectName)
        formerName = item.position(of: .formerName)
    }
}
