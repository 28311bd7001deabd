import CreditCatalogue
import CreditModel

/// Reads the numbers by which organisations are known, in whichever column they were put.
enum IdentifierReading {
    struct Result {
        let identifier: Identifier
        var changes: [ChangeCode] = []
        var notes: [CheckCode] = []
    }
    struct Fault: Error {
        let code: CheckCode
        var suggestion: String?
    }

    /// One column that may hold any organisation identifier, or a column meant for `expected` that holds another.
    static func read(
        _ raw: String, expected: IdentifierScheme?, pilots: Set<String>, divisions: Divisions
    ) throws(Fault) -> Result {
        let folded = Folding.code(raw)
        var changes: [ChangeCode] = []
        if folded != raw { changes.append(contentsOf: describe(raw, folded)) }
        var text = folded
        // The usual code is letters and digits only, and most of these are unified codes.
        let isPlain = folded.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) }
        if isPlain, folded.utf8.count == 18, (try? UnifiedCode.check(Array(folded.utf8))) != nil {
            let division = Substring(folded.utf8.dropFirst(2).prefix(6))
            return moved(Identifier(.unifiedCode, folded), expected, changes, regionNote(division, divisions))
        }
        let unhyphened = isPlain ? folded : folded.filter { !"-－—–_.·'’\"".contains($0) }
        if unhyphened != folded, !folded.hasPrefix("企") {
            text = unhyphened
            changes.append(.hyphensRemoved)
        }
        let bytes = Array(text.utf8)
        if CitizenNumber.matches(bytes), (try? UnifiedCode.check(bytes)) == nil {
            throw Fault(code: .subjectNaturalPerson)
        }
        if bytes.count == 9,
            expected == .organisationCode || expected == nil || !bytes.allSatisfy({ $0 >= 48 && $0 <= 57 })
                || expected == .unifiedCode
        {
            return try organisationCode(text, expected, changes)
        }
        if (13...15).contains(bytes.count), bytes.allSatisfy({ $0 >= 48 && $0 <= 57 }) || folded.hasPrefix("企") {
            return try registration(text, expected, changes)
        }
        if let number = try? RegistrationNumber(folded.hasPrefix("企") ? folded : text), !number.isVerifiable {
            return moved(Identifier(.legacyRegistration, number.text), expected, changes, [.legacyIdentifier])
        }
        if isExponent(text) { throw Fault(code: .numberLostDigits) }
        do throws(CodeFault) {
            let code = try UnifiedCode(utf8: bytes)
            return moved(Identifier(.unifiedCode, code.text), expected, changes, regionNote(code.division, divisions))
        } catch {
            if pilots.contains(text), let code = try? UnifiedCode.pilot(text) {
                return moved(Identifier(.unifiedCode, code.text), expected, changes, [.pilotCode])
            }
            throw fault(error, text)
        }
    }

    /// 9.14403E+17: a spreadsheet made a number of the code and threw its last digits away.
    private static func isExponent(_ text: String) -> Bool {
        guard text.contains("E+"), let value = Double(text) else { return false }
        return value > 1e8
    }

    private static func organisationCode(_ text: String, _ expected: IdentifierScheme?, _ changes: [ChangeCode])
        throws(Fault) -> Result
    {
        guard let code = try? OrganisationCode(text) else {
            throw Fault(code: .organisationCodeCheckDigit, suggestion: suggestedOrganisationCode(text))
        }
        return moved(Identifier(.organisationCode, code.text), expected, changes, [])
    }

    private static func suggestedOrganisationCode(_ text: String) -> String? {
        OrganisationCode.checkCharacter(of: text.utf8.prefix(8)).map {
            String(text.prefix(8)) + String(UnicodeScalar($0))
        }
    }

    private static func registration(_ text: String, _ expected: IdentifierScheme?, _ changes: [ChangeCode])
        throws(Fault) -> Result
    {
        do throws(CodeFault) {
            let number = try RegistrationNumber(text)
            return number.isVerifiable
                ? moved(Identifier(.registrationNumber, number.text), expected, changes, [])
                : moved(Identifier(.legacyRegistration, number.text), expected, changes, [.legacyIdentifier])
        } catch {
            switch error {
            case .checkDigit:
                let suggestion = RegistrationNumber.checkDigit(of: text.utf8.prefix(14)).map {
                    String(text.prefix(14)) + String(UnicodeScalar($0))
                }
                throw Fault(code: .registrationNumberCheckDigit, suggestion: suggestion)
            case .length, .character, .innerCheckDigit: throw Fault(code: .identifierUnreadable)
            }
        }
    }

    private static func moved(
        _ identifier: Identifier, _ expected: IdentifierScheme?, _ changes: [ChangeCode], _ notes: [CheckCode]
    ) -> Result {
        let same =
            expected == nil || expected == identifier.scheme
            || (expected == .registrationNumber && identifier.scheme == .legacyRegistration)
        return Result(identifier: identifier, changes: same ? changes : changes + [.movedColumn], notes: notes)
    }

    private static func regionNote(_ division: Substring, _ divisions: Divisions) -> [CheckCode] {
        divisions[division] == nil ? [.regionUnknown] : []
    }

    private static func fault(_ fault: CodeFault, _ text: String) -> Fault {
        let suggestions = CodeRepair.unifiedCodes(near: text).joined(separator: " / ")
        let suggestion = suggestions.isEmpty ? nil : suggestions
        switch fault {
        case .length:
            let plausible = (16...20).contains(text.utf8.count)
            return Fault(code: plausible ? .usccLength : .identifierUnreadable, suggestion: suggestion)
        case .character:
            // Words in a code column are no code with a slip.
            let strange = text.unicodeScalars.filter { !$0.isASCII }.count
            return Fault(code: strange > 1 ? .identifierUnreadable : .usccCharacter, suggestion: suggestion)
        case .checkDigit: return Fault(code: .usccCheckDigit, suggestion: suggestion)
        case .innerCheckDigit: return Fault(code: .organisationCodeCheckDigit, suggestion: suggestion)
        }
    }

    private static func describe(_ raw: String, _ folded: String) -> [ChangeCode] {
        var changes: [ChangeCode] = []
        for scalar in raw.unicodeScalars {
            if Folding.isBlank(scalar) {
                changes.append(.blanksRemoved)
            } else if Folding.narrow(scalar) != scalar {
                changes.append(.widthFolded)
            }
            if (97...122).contains(Folding.narrow(scalar).value) { changes.append(.caseRaised) }
        }
        var seen = Set<ChangeCode>()
        return changes.filter { seen.insert($0).inserted }
    }
}
