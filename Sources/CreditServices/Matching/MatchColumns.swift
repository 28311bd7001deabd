import CreditCatalogue
import CreditIntake
import CreditModel
import CreditResolution

/// Which columns of any table say whom a row is about. Found by the headings that the catalogue lists for registrations, then
/// by those that any feed has for its subject, then by what such columns are called elsewhere.
public struct MatchColumns: Sendable, Hashable {
    public enum Part: String, Sendable, CaseIterable {
        case name, code, registrationNumber, organisationCode, representative, address, established

        var field: String {
            switch self {
            case .name: "subjectName"
            case .code: "subjectCode"
            case .registrationNumber: "subjectRegistrationNumber"
            case .organisationCode: "subjectOrganisationCode"
            case .representative: "legalRepresentative"
            case .address: "address"
            case .established: "establishedOn"
            }
        }

        var role: Role? {
            switch self {
            case .name: .subjectName
            case .code: .subjectCode
            case .registrationNumber: .subjectRegistrationNumber
            case .organisationCode: .subjectOrganisationCode
            default: nil
            }
        }

        /// Short forms of lists that no feed delivers.
        var otherSpellings: Set<String> {
            switch self {
            case .name: ["query_name", "queryname", "query name", "org name", "title", "names"]
            case .code: ["query_code", "usci", "uscc", "creditcode", "code", "代码", "信用代码", "社会信用代码"]
            case .representative: ["rep", "representative", "legal_rep", "legal representative", "法人", "负责人"]
            case .address: ["addr", "address", "地址", "住所", "注册地址"]
            case .established: ["estab", "established", "established_on", "founded", "注册日期", "成立时间"]
            default: []
            }
        }
    }

    /// Column of each part.
    public private(set) var columns: [Part: Int] = [:]

    /// - Parameter given: columns that the user named, by heading; they outrank what is found.
    /// - Throws: `MatchColumnsError` where a named heading is not there, or neither a name nor a number column is.
    public init(headings: [String], given: [Part: String] = [:], catalogue: Catalogue) throws {
        for (part, heading) in given {
            guard let column = headings.firstIndex(where: { Folding.heading($0) == Folding.heading(heading) }) else {
                throw MatchColumnsError.notThere(heading, headings: headings)
            }
            columns[part] = column
        }
        let registration = catalogue.feed("registration")
        let item = registration.flatMap { catalogue.item($0.item) }
        for (column, heading) in headings.enumerated() {
            guard let registration, let item, case .field(let field) = registration.meaning(of: heading) else { continue }
            for part in Part.allCases where item.fields[field].name == part.field && columns[part] == nil {
                columns[part] = column
            }
        }
        for part in Part.allCases where columns[part] == nil {
            columns[part] = headings.firstIndex { heading in
                part.otherSpellings.contains(Folding.heading(heading)) || Self.isSubject(heading, part, catalogue)
            }
        }
        if columns[.name] == nil { columns[.name] = headings.firstIndex(where: Self.soundsLikeName) }
        guard columns[.name] != nil || columns[.code] != nil else { throw MatchColumnsError.nothing(headings: headings) }
    }

    /// 客户名称, supplier name: the last resort, for lists that are nobody's feed.
    private static func soundsLikeName(_ heading: String) -> Bool {
        let folded = Folding.heading(heading)
        guard folded.contains("名称") || folded.hasSuffix("name") || ["客户", "供应商", "投标人", "乙方"].contains(folded) else {
            return false
        }
        return !["机关", "部门", "产品", "项目", "事项", "曾用", "原名", "字段", "former", "file", "user", "registry"].contains {
            folded.contains($0)
        }
    }

    private static func isSubject(_ heading: String, _ part: Part, _ catalogue: Catalogue) -> Bool {
        guard let role = part.role else { return false }
        return catalogue.feeds.contains { feed in
            guard case .field(let field) = feed.meaning(of: heading), let item = catalogue.item(feed.item) else { return false }
            return item.position(of: role) == field
        }
    }

    /// What a row says of whom it is about.
    public func query(_ row: RawRow) -> MatchQuery {
        func text(_ part: Part) -> String? {
            guard let column = columns[part] else { return nil }
            let text = row.text(column)
            return text.isEmpty ? nil : text
        }
        var particulars: Particulars?
        if columns[.representative] != nil || columns[.address] != nil || columns[.established] != nil {
            particulars = Particulars(
                representative: text(.representative), address: text(.address),
                established: text(.established).flatMap { Day(iso: String($0.prefix(10))) })
        }
        var query = MatchQuery(name: text(.name), code: text(.code), particulars: particulars)
        for part in [Part.registrationNumber, .organisationCode] {
            guard let number = text(part) else { continue }
            let other = MatchQuery(name: nil, code: number)
            query.identifiers += other.identifiers.filter { !query.identifiers.contains($0) }
        }
        return query
    }
}

public enum MatchColumnsError: Error, Sendable, Hashable {
    case nothing(headings: [String])
    case notThere(String, headings: [String])

    public var message: Bilingual {
        switch self {
        case .nothing(let headings):
            Bilingual(
                zh: "表头里找不到名称或代码列（现有：\(headings.prefix(20).joined(separator: "、"))）。请改表头，或用 --column 指定。",
                en:
                    "No column of names or codes was found (there are: \(headings.prefix(20).joined(separator: ", "))). Rename one, or name it with --column."
            )
        case .notThere(let heading, let headings):
            Bilingual(
                zh: "没有名为“\(heading)”的列（现有：\(headings.prefix(20).joined(separator: "、"))）。",
                en: "There is no column `\(heading)` (there are: \(headings.prefix(20).joined(separator: ", "))).")
        }
    }
}
