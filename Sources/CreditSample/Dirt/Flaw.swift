/// The ways in which delivered rows go wrong, one to a row.
enum Flaw: Sendable, CaseIterable {
    // The code of the organisation.
    case fullWidthCode, lowerCaseCode, blanksInCode, hyphensInCode, letterForZero, swappedCharacters,
        wrongCheckCharacter, shortCode
    case oldNumberForCode, unverifiableNumberOnly, noNumber, wrongRegistrationNumber, wrongOrganisationCode,
        codesDisagree
    // Who it is.
    case blanksInName, formerNameInBrackets, missingName, naturalPerson, personalName
    // Days.
    case chineseDay, slashedDay, compactDay, serialDay, dayWithClock, impossibleDay, unreadableDay, futureDay,
        daysReversed
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
        case .fullWidthCode, .lowerCaseCode, .blanksInCode, .hyphensInCode, .letterForZero, .swappedCharacters,
            .wrongCheckCharacter,
            .shortCode, .oldNumberForCode, .noNumber, .personalName:
            layout.code != nil
        // A registration opens a file under such a number, so it would not wait.
        case .unverifiableNumberOnly: layout.code != nil && layout.feed != "registration"
        case .wrongRegistrationNumber: layout.registrationNumber != nil
        case .wrongOrganisationCode, .codesDisagree: layout.organisationCode != nil
        case .blanksInName: layout.name != nil
        case .formerNameInBrackets: layout.feed == "registration"
        case .missingName: layout.needsName
        case .naturalPerson: layout.party != nil
        case .chineseDay, .slashedDay, .compactDay, .serialDay, .dayWithClock, .impossibleDay, .unreadableDay,
            .futureDay:
            layout.day != nil
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
