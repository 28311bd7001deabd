import CreditCatalogue
import CreditDocuments
import CreditModel
import HTTPTypes
import Hummingbird
import NIOCore

/// Leaving parts out of a signed report before it is handed on. The file is worked on in memory and not kept.
extension ReportRoutes {
    /// Items whose fields are offered by name; everything else can be left out record by record.
    private static let offered = ["registration", "administrative-penalty"]

    /// What says whom the report is about stays in any case, so leaving it out as a field would help nobody.
    private static let kept: Set<Role> = [
        .subjectName, .subjectUnifiedCode, .subjectOrganisationCode, .subjectRegistrationNumber, .subjectTaxpayerNumber,
        .subjectCode, .subjectKind, .sourceCode, .authorityCode, .sourceKey,
    ]

    private var offers: [(item: Item, fields: [Field])] {
        Self.offered.compactMap { portal.catalogue.item($0) }.map { item in
            (item, item.fields.filter { $0.publicity == .public && !($0.role.map { Self.kept.contains($0) } ?? false) })
        }
    }

    @Sendable func chooseParts(_ request: Request, _ context: PortalContext) throws -> Response {
        try disclosePage(Page(portal, request), nil)
    }

    @Sendable func leaveOut(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(portal, request)
        let body = Array(try await request.body.collect(upTo: Self.mostBytes).readableBytesView)
        guard let form = MultipartForm(body, type: request.headers[.contentType]), let file = form.file, !file.isEmpty else {
            return try disclosePage(page, page.word("verifyNoFile"))
        }
        let known = Set(offers.flatMap(\.fields).map(\.name))
        let fields = Set(form.values("field")).intersection(known)
        let records = Set(
            form.values("records").flatMap { $0.split { " ,，、;；\r\n".contains($0) } }.compactMap { RecordID($0) }.map(\.description))
        if fields.isEmpty, records.isEmpty { return try disclosePage(page, page.word("discloseNothing")) }
        do {
            // Checked first: nobody is handed a file of which the platform cannot say that it is its own.
            let report = try await verified(file)
            let less = try SignedReport(file: file).withholding(records: records, fields: fields).bytes()
            return .bytes(
                less, "application/json; charset=utf-8",
                headers: [
                    .cacheControl: "no-store", .contentDisposition: "attachment; filename=\"\(report.number)-part.json\"",
                ])
        } catch let error as DocumentError where error.code == .invalid || error.code == .malformed {
            return try disclosePage(page, page.word(error.code == .malformed ? "discloseNotJSON" : "verifyChanged"))
        }
    }

    private func disclosePage(_ page: Page, _ problem: String?) throws -> Response {
        var number = 0
        var content = values([
            "file": values(["error": problem]),
            "groups": offers.map { item, fields -> Values in
                [
                    "title": item.title[page.language],
                    "fields": fields.map { field -> Values in
                        number += 1
                        return ["id": "f\(number)", "name": field.name, "text": field.title[page.language]]
                    },
                ]
            },
            "command": "chengxin report disclose report.json --without facts --out part.json",
        ])
        if let problem {
            content["problems"] =
                ["heading": page.word("problemsTitle"), "items": [["target": "file", "text": problem]]] as Values
        }
        return try page.render(
            "disclose", title: page.word("discloseTitle"), content,
            trail: [(href: "/reports", label: page.word("reportsTitle"))], here: page.word("discloseTitle"),
            isKept: problem == nil, hasProblem: problem != nil)
    }
}
