/// The ways in which delivered rows go wrong, one to a row.
enum Flaw: Sendable, CaseIterable {
    // The code of the organisation.
    case fullWidthCode, lowerCaseCode, blanksInCode, hyphensInCode, letterForZero, swappedCharacters, wrongCheckCharacter, shortCode
    case oldNumberForCode, unverifiableNumberOnly, noNumber, wrongRegistrationNumber, wrongOrganisationCode, codesDisagree
    // Who it is.
    case blanksInName, formerNameInBrackets, missingName, naturalPerson, personalName
    // Days.
    case chineseDay, slashedDay, compactDay, serialDay, dayWithClock, impossibleDay, unreadableDay, futureDay, daysReversed
    // Money.
    case capitalNumerals, wrongUnit, otherAmount, negativeAmount, amountInWords
    // The rest of the row.
    case missingDocument, unknownCode, nullSpelling, lineBreak, extraCell, repeatedRow, overlongText, forbiddenContent

    /// How often it is drawn, against the others that a layout allows.
    private var weight: Int {
        switch self {
        case .overlongText, .forbiddenContent, .extraCell, .codesDisagree, .wrongOrganisationCode: 1
        case .naturalPerson, .personalName, .missingName, .missingDocument, .unverifiableNumberOnly, .negativeAmount: 2
        case .nullSpelling, .noNumber, .slashedDay, .chineseDay, .wrongCheckCharacter: 4
        default: 3
        }
    }

    private func isPossible(in layout: Layout, _ form: FileForm) -> Bool {
        switch self {
        case .fullWidthCode, .lowerCaseCode, .blanksInCode, .hyphensInCode, .letterForZero, .swappedCharacters, .wrongCheckCharacter,
            .shortCode, .oldNumberForCode, .unverifiableNumberOnly, .noNumber, .personalName:
            layout.code != nil
        case .wrongRegistrationNumber: layout.registrationNumber != nil
        case .wrongOrganisationCode, .codesDisagree: layout.organisationCode != nil
        case .blanksInName: layout.name != nil
        case .formerNameInBrackets: layout.feed == "registration"
        case .missingName: layout.needsName
        case .naturalPerson: layout.party != nil
        case .chineseDay, .slashedDay, .compactDay, .serialDay, .dayWithClock, .impossibleDay, .unreadableDay, .futureDay: layout.day != nil
        case .daysReversed: layout.period != nil
        case .capitalNumerals, .wrongUnit, .otherAmount, .negativeAmount, .amountInWords: layout.fine != nil
        case .missingDocument: layout.needsDocument
        case .unknownCode: layout.coded != nil
        case .nullSpelling, .overlongText, .forbiddenContent: layout.remarks != nil
        case .lineBreak: layout.text != nil
        case .extraCell: form.isGrid
        case .repeatedRow: true
        }
    }

    /// What may befall rows of a layout, each flaw as often as its weight.
    static func possible(in layout: Layout, _ form: FileForm) -> [Flaw] {
        allCases.filter { $0.isPossible(in: layout, form) }.flatMap { [Flaw](repeating: $0, count: $0.weight) }
    }
}

/// How a flawed row should come out of intake.
struct Answer: Sendable {
    enum Expected: String, Sendable {
        /// Turned back, for the reason that the code names.
        case reject
        /// Taken in, cleaned as the code says, or without a change where there is none.
        case clean
        /// Taken in with the remark that the code names.
        case note
        /// Taken in, but nobody can tell whom it is about.
        case waiting
    }
    /// Position of the heading, or nil where the row as a whole is at fault.
    let column: Int?
    let expected: Expected
    /// Of Catalogue/checks.yaml or of the changes in Catalogue/cleaning.yaml; empty where neither says anything.
    let code: StaticString
    /// What should have stood there. Never anything about a person.
    let truth: [UInt8]

    init(_ column: Int?, _ expected: Expected, _ code: StaticString, truth: [UInt8] = []) {
        (self.column, self.expected, self.code, self.truth) = (column, expected, code, truth)
    }
}
