import CreditCatalogue
import CreditDocuments
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension ReportRoutes {
    // MARK: asking

    /// `/reports`: what a report is, and the form that leads to one.
    @Sendable func choose(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(portal, request)
        let typed = page.parameter("code", limit: 100)
        let purpose = page.parameter("purpose", limit: 60)
        let language = page.parameter("language").flatMap { Language(rawValue: $0) } ?? page.language
        let purposes = portal.catalogue.reports.purposes.filter { $0.askers.contains(.public) }
        var problems: [Values] = []
        var codeError: String?
        var purposeError: String?
        if let typed, request.uri.queryParameters["form"] != nil {
            let profile = try await portal.store.profile(code: Folding.code(typed).filter { $0 != "-" })
            if profile == nil {
                codeError = page.word("reportsCodeUnknown")
                problems.append(["target": "code", "text": page.word("reportsCodeUnknown")])
            }
            if !purposes.contains(where: { $0.id == purpose }) {
                purposeError = page.word("reportsPurposeMissing")
                problems.append(["target": "purpose", "text": page.word("reportsPurposeMissing")])
            }
            if let profile, let purpose, problems.isEmpty {
                let form = page.parameter("form") == "json" ? "json" : "pdf"
                return .redirect(
                    to: "/o/\(Page.encode(profile.state.code))/report.\(form)?purpose=\(purpose)&lang=\(language.rawValue)",
                    type: .normal)
            }
        }
        let options = purposes.map { option -> Values in
            ["value": option.id, "text": option.title[page.language], "selected": option.id == purpose]
        }
        var content = values([
            "code": values(["value": typed ?? "", "error": codeError]),
            "purpose": values(["error": purposeError, "options": options]),
            "languages": Language.allCases.map { option -> Values in
                [
                    "value": option.rawValue, "text": option == .chinese ? "中文" : "English",
                    "selected": option == language,
                ]
            },
            "command":
                "curl -O \"\(page.absolute("/o/91990102MACX000176/report.json"))?purpose=information\"",
        ])
        if !problems.isEmpty {
            content["problems"] = ["heading": page.word("problemsTitle"), "items": problems] as Values
        }
        return try page.render(
            "reports", title: page.word("reportsTitle"), content, here: page.word("reportsTitle"),
            isKept: problems.isEmpty && typed == nil, hasProblem: !problems.isEmpty)
    }

    // MARK: checking

    /// `/verify`: a number as typed, or the page with both forms.
    @Sendable func verify(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(portal, request)
        guard let typed = page.parameter("number", limit: 200) else { return try verifyPage(page, typed: nil, nil) }
        guard let standing = try await issuer.standing(typed) else {
            return try verifyPage(page, typed: typed, page.word("verifyUnknown"))
        }
        return .redirect(to: "/verify/\(standing.report.number)", type: .normal)
    }

    @Sendable func verifyNumber(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(portal, request)
        let raw = context.parameters.get("number") ?? ""
        guard let standing = try await issuer.standing(raw.removingPercentEncoding ?? raw) else { throw Self.unknown }
        return try await resultPage(page, standing, file: nil)
    }

    /// A file that was uploaded: what it is, whether it is as it was signed, and how it stands now.
    @Sendable func upload(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(portal, request)
        let body = Array(try await request.body.collect(upTo: Self.mostBytes).readableBytesView)
        guard let file = MultipartForm(body, type: request.headers[.contentType])?.file, !file.isEmpty else {
            return try verifyPage(page, typed: nil, nil, fileProblem: page.word("verifyNoFile"))
        }
        do {
            let report = try await verified(file)
            guard let standing = try await issuer.standing(report.number) else { throw Self.unknown }
            return try await resultPage(page, standing, file: report)
        } catch let error as DocumentError where error.code == .invalid || error.code == .malformed {
            let key = error.code == .malformed ? "verifyNotReport" : "verifyChanged"
            return try verifyPage(page, typed: nil, nil, fileProblem: page.word(key))
        }
    }

    private func verifyPage(_ page: Page, typed: String?, _ problem: String?, fileProblem: String? = nil) throws -> Response {
        var content = values([
            "number": values(["value": typed ?? "", "error": problem]), "file": values(["error": fileProblem]),
            "command": "chengxin verify report report.pdf --keys jwks.json --log-key KEY",
            "keys": page.absolute("/.well-known/jwks.json"),
        ])
        let items = [problem.map { ["target": "number", "text": $0] }, fileProblem.map { ["target": "file", "text": $0] }]
            .compactMap { $0 }
        if !items.isEmpty { content["problems"] = ["heading": page.word("problemsTitle"), "items": items] as Values }
        var response = try page.render(
            "verify", title: page.word("verifyTitle"), content, here: page.word("verifyTitle"),
            isKept: items.isEmpty && typed == nil, hasProblem: !items.isEmpty)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func resultPage(_ page: Page, _ standing: ReportStanding, file: ReportVerifier.Verified?) async throws
        -> Response
    {
        let report = standing.report
        let words =
            switch standing.status {
            case .valid: (tone: "jade", title: "verifyValid", text: "verifyValidText")
            case .superseded: (tone: "plain", title: "verifySuperseded", text: "verifySupersededText")
            case .invalid: (tone: "plain", title: "verifyInvalid", text: "verifyInvalidText")
            }
        // Whoever has only the number of a report that showed more than the public sees learns no more than whether it holds.
        let isOpen = report.audience == .public
        let facts =
            isOpen
            ? try await facts(page, report)
            : [page.labelled("reportNumber", report.number), page.labelled("reportTime", page.format.moment(report.issuedAt))]
        let newer = standing.newer.count >= ReportStanding.most ? "sayNewerRecordsMany" : "sayNewerRecords"
        let content = values([
            "result": [
                "tone": words.tone, "heading": page.word(words.title), "paragraphs": [page.word(words.text)],
            ] as Values,
            "fileResult": file.map { report in
                page.say(
                    report.withheld > 0 ? "sayFileWithheld" : "sayFileWhole",
                    ["count": page.number(report.withheld), "proved": page.number(report.proved)])
            },
            "facts": facts, "hasChanged": isOpen && !standing.changed.isEmpty ? true : nil,
            "changed": standing.changed.map { statement -> Values in
                ["href": "/r/\(statement.record)", "text": page.say("sayChangedRecord", ["id": statement.record.description])]
            },
            "newer": isOpen && !standing.newer.isEmpty
                ? page.say(newer, ["count": page.number(standing.newer.count)]) : nil,
            "digest": isOpen ? Hexadecimal.text(report.digest) : nil,
            "checkedAt": page.say("sayCheckedAt", ["time": page.format.moment(portal.clock())]),
        ])
        var response = try page.render(
            "verify-result", title: page.word(words.title), content,
            trail: [(href: "/verify", label: page.word("verifyTitle"))], here: report.number, isKept: false)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func facts(_ page: Page, _ report: IssuedReport) async throws -> [Values] {
        let profile = try await portal.store.profile(id: report.subject)
        let kind = page.word(report.kind == .full ? "reportTitleFull" : "reportTitleNoViolation")
        var facts: [Values] = [
            page.labelled("reportNumber", report.number), page.labelled("verifyKind", kind),
            page.labelled("reportTime", page.format.moment(report.issuedAt)),
            page.labelled(
                "reportPurpose", portal.catalogue.reports.purpose(report.purpose)?.title[page.language] ?? report.purpose),
        ]
        if let state = profile?.state {
            facts.insert(
                values([
                    "label": page.word("verifySubject"),
                    "link": ["href": page.subjectAddress(state), "text": "\(state.name) \(state.code)"] as Values,
                    "zh": page.isEnglish ? true : nil,
                ]), at: 1)
        }
        if let period = report.period {
            let text = "\(page.format.day(period.lowerBound)) – \(page.format.day(period.upperBound))"
            facts.append(page.labelled("verifyPeriod", text))
        }
        return facts
    }
}
