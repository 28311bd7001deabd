import CreditCatalogue
import CreditModel

extension RowChecker {
    /// Whom the row says it is about.
    func claim(_ row: RawRow, _ work: inout Work) -> SubjectClaim? {
        var identifiers: [Identifier] = []
        for position in positions.numbers {
            guard let identifier = work.identifiers.last(where: { $0.position == position })?.identifier
            else { continue }
            if !identifiers.contains(identifier) { identifiers.append(identifier) }
        }
        if item.subjects == [.practitioner] { return practitioner(row, &work) }

        if let position = positions.kind, work.values.isStated(position, as: Self.naturalPerson) {
            work.rejects.append(
                Reject(
                    line: row.line, column: heading(of: position), field: item.fields[position].name,
                    code: .subjectNaturalPerson, original: ""))
            return nil
        }
        checkAgreement(identifiers, row, &work)
        // A unified code carries the organisation code, so the body is findable by either.
        if let code = identifiers.first(where: { $0.scheme == .unifiedCode }) {
            let inner = Identifier(.organisationCode, String(code.value.dropFirst(8).prefix(9)))
            if !identifiers.contains(inner) { identifiers.append(inner) }
        }
        identifiers.sort { Self.strength($0.scheme) < Self.strength($1.scheme) }

        var name: String?
        var former: [String] = []
        if let position = positions.name, let delivered = work.values[position] {
            let split = OrganisationName.splitFormer(delivered)
            name = split.present
            former = split.former
            if !former.isEmpty {
                work.values[position] = split.present
                work.changes.append(
                    .init(field: position, codes: [.formerNameSplit], delivered: String(delivered.prefix(200))))
            }
            if identifiers.isEmpty, OrganisationName.looksPersonal(split.present) {
                // A person's name without an organisation's number would be a file on a citizen (RIGHTS 3).
                work.values[position] = nil
                work.changes.removeAll { $0.field == position }
                work.rejects.append(
                    Reject(
                        line: row.line, column: heading(of: position), field: item.fields[position].name,
                        code: .subjectNaturalPerson, original: ""))
                return nil
            }
        }
        if let position = positions.formerName, let list = work.values[position] {
            former += list.split(whereSeparator: { "、,，;；|".contains($0) }).map { OrganisationName.tidy(String($0)) }
                .filter { OrganisationName.isReadable($0) && $0 != name && !former.contains($0) }
        }
        if name == nil, identifiers.isEmpty { return nil }
        return SubjectClaim(
            kind: .organisation, name: name, formerNames: former, identifiers: identifiers,
            isRegistration: item.category == Self.registrationCategory)
    }

    static let naturalPerson = "natural-person"
    static let registrationCategory = "registration"

    private func practitioner(_ row: RawRow, _ work: inout Work) -> SubjectClaim? {
        guard let profession = item.position(of: .profession).flatMap({ work.values[$0] }),
            let licence = item.position(of: .licenceNumber).flatMap({ work.values[$0] })
        else { return nil }
        if CitizenNumber.occurs(in: Array(licence.utf8)) {
            // Some registers use the citizen's number as the licence number. We must not (RIGHTS 6).
            let position = item.position(of: .licenceNumber)
            work.rejects.append(
                Reject(
                    line: row.line, column: position.flatMap { heading(of: $0) },
                    field: position.map { item.fields[$0].name },
                    code: .citizenNumberInText, original: ""))
            return nil
        }
        return SubjectClaim(
            kind: .practitioner, name: item.position(of: .subjectName).flatMap { work.values[$0] }, formerNames: [],
            identifiers: [Identifier(.licence, "\(profession)/\(licence)")], isRegistration: true)
    }

    /// Two numbers in one row must be one body's: the organisation code inside the unified code decides.
    private func checkAgreement(_ identifiers: [Identifier], _ row: RawRow, _ work: inout Work) {
        guard let code = identifiers.first(where: { $0.scheme == .unifiedCode }) else { return }
        let inner = code.value.dropFirst(8).prefix(9)
        guard let other = identifiers.first(where: { $0.scheme == .organisationCode }), other.value != inner,
            let position = item.position(of: .subjectOrganisationCode)
        else { return }
        reject(
            .identifiersDisagree, field: position, column: map.columnOfField[position], row, &work, other: String(inner)
        )
    }

    private static func strength(_ scheme: IdentifierScheme) -> Int {
        switch scheme {
        case .unifiedCode: 0
        case .registrationNumber: 1
        case .organisationCode: 2
        case .licence: 3
        case .legacyRegistration: 4
        }
    }
}
