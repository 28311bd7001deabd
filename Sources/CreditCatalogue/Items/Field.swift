import CreditModel

/// One field of an item. Never changes once loaded, so everybody refers to the same one.
public final class Field: Sendable {
    public enum Publicity: String, Sendable, CaseIterable { case `public`, `internal` }

    public let name: String
    public let title: Bilingual
    public let type: FieldType
    public let role: Role?
    /// The code table of a `code` or `codes` field.
    public let table: String?
    /// In characters. Longer values are rejected, never cut.
    public let maxLength: Int
    public let publicity: Publicity
    public let notBefore: String?
    public let notAfter: String?
    public let notFuture: Bool
    public let min: Int?
    public let note: Bilingual?

    init(
        name: String, title: Bilingual, type: FieldType, role: Role?, table: String?, maxLength: Int,
        publicity: Publicity, notBefore: String?, notAfter: String?, notFuture: Bool, min: Int?, note: Bilingual?
    ) {
        self.name = name
        self.title = title
        self.type = type
        self.role = role
        self.table = table
        self.maxLength = maxLength
        self.publicity = publicity
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.notFuture = notFuture
        self.min = min
        self.note = note
    }
}

/// What a field holds. What each type means (reading, cleaning, checking) is code in CreditIntake.
public enum FieldType: String, Sendable, Hashable, CaseIterable {
    case text, longText, orgName, personRole
    case uscc, organisationCode, registrationNumber, subjectCode, taxpayerNumber, licenceNumber
    case documentNumber, day, endDay, year
    /// `yuan` and `wanYuan` are both stored in fen; they differ in the unit of the delivered column.
    case yuan, wanYuan, capital
    case integer, decimal, code, codes, division, url, sourceKey
}

/// What a field is for, where code must know. At most one field of an item plays each role.
public enum Role: String, Sendable, Hashable, CaseIterable {
    case subjectName = "subject-name"
    case subjectUnifiedCode = "subject-uscc"
    case subjectOrganisationCode = "subject-organisation-code"
    case subjectRegistrationNumber = "subject-registration-number"
    case subjectTaxpayerNumber = "subject-taxpayer-number"
    case subjectCode = "subject-code"
    case subjectKind = "subject-kind"
    case formerName = "former-name"
    case profession
    case licenceNumber = "licence-number"
    case employerUnifiedCode = "employer-uscc"
    case employerName = "employer-name"
    case authority
    case authorityCode = "authority-code"
    case source
    case sourceCode = "source-code"
    case documentNumber = "document-number"
    /// The coded kind by which lists are filtered: kinds of penalty, kind of licence, which list.
    case kind
    case title
    case decidedOn = "decided-on"
    case publishedOn = "published-on"
    case validFrom = "valid-from"
    case validUntil = "valid-until"
    case content
    case facts
    case legalBasis = "legal-basis"
    case amount
    case status
    case division
    case establishedOn = "established-on"
    case sourceKey = "source-key"
    case listedOn = "listed-on"
    case removedOn = "removed-on"
    /// The line of business, as the registrar wrote it.
    case industry
}
