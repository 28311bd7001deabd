import CreditCatalogue
import CreditDocuments
import CreditModel
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird

extension CheckRoutes {
    /// What somebody filled in.
    private struct Filled {
        var purpose = ""
        var basis = ""
        var lines = ""
        var years: Int?
        var file: MultipartForm.Part?
        /// A table of the page before, sent once more to be downloaded.
        var table = ""
        var wantsWorkbook = false

        var isEmpty: Bool { file == nil && table.isEmpty && lines.allSatisfy(\.isWhitespace) }
    }

    private static let mostLines = 40_000
    /// A page carries the rows along for the download where they are no longer than this.
    private static let mostCarried = 20_000
    /// The page tells of organisations until it is about this long; the workbook tells of all.
    private static let mostTold = 34_000

    @Sendable func form(_ request: Request, _ context: PortalContext) async throws -> Response {
        try formPage(Page(portal, request), Filled(), [])
    }

    @Sendable func submit(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(portal, request)
        let asker = try asker(of: request)
        let bytes = try await body(request, asker)
        let filled = Self.filled(bytes, type: request.headers[.contentType])
        var problems: [Values] = []
        if filled.isEmpty { problems.append(["target": "file", "text": page.word("checkNothingGiven")]) }
        if !asker.purposes(portal.catalogue.reports).contains(where: { $0.id == filled.purpose }) {
            problems.append(["target": "purpose", "text": page.word("checkPurposeMissing")])
        }
        if !problems.isEmpty { return try formPage(page, filled, problems) }
        do {
            let sheet = try sheet(filled, asker, page.language)
            let source = filled.file?.bytes ?? Array((filled.table.isEmpty ? filled.lines : filled.table).utf8)
            let result = try await check.perform(
                CheckRequest(
                    sheet: sheet, purpose: filled.purpose, basis: filled.basis.isEmpty ? nil : filled.basis,
                    since: try check.since(years: filled.years), language: page.language, asker: asker,
                    digest: Self.digest(source), source: "portal"))
            if filled.wantsWorkbook {
                return try Self.answer(result, Self.xlsx, catalogue: portal.catalogue, base: page.absolute(""))
            }
            return try resultPage(page, filled, result)
        } catch let error as CheckError {
            let target = error.code == .wrongPeriod ? "years" : filled.file == nil && filled.table.isEmpty ? "lines" : "file"
            return try formPage(page, filled, [["target": target, "text": error.words[page.language]]])
        } catch let error as DocumentError {
            throw ReportRoutes.problem(error, isPublic: true)
        }
    }

    private func sheet(_ filled: Filled, _ asker: CheckAsker, _ language: Language) throws -> CheckSheet {
        if let file = filled.file { return try check.sheet(bytes: file.bytes, name: file.fileName ?? "", asker: asker) }
        if !filled.table.isEmpty { return try check.sheet(bytes: Array(filled.table.utf8), name: "table.csv", asker: asker) }
        return CheckSheet(
            lines: filled.lines, mostRows: asker.mostRows(portal.catalogue.reports.check), language: language)
    }

    private static func filled(_ body: [UInt8], type: String?) -> Filled {
        let multipart = MultipartForm(body, type: type)
        let plain = multipart == nil ? QueryString.form(String(decoding: body, as: UTF8.self)) : [:]
        func text(_ name: String, _ limit: Int) -> String {
            let text = multipart?.text(name) ?? plain[name] ?? ""
            return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
        }
        var filled = Filled()
        filled.purpose = text("purpose", 60)
        filled.basis = text("basis", 200).trimmingCharacters(in: .whitespacesAndNewlines)
        filled.lines = text("lines", mostLines)
        filled.years = text("years", 4).isEmpty ? nil : Int(text("years", 4)) ?? 0
        filled.table = text("table", mostCarried * 2)
        filled.wantsWorkbook = text("format", 10) == "xlsx"
        filled.file = multipart?.file("file")
        return filled
    }

    // MARK: The form

    private func formPage(_ page: Page, _ filled: Filled, _ problems: [Values]) throws -> Response {
        let rules = portal.catalogue.reports.check
        func error(_ target: String) -> String? {
            problems.first { $0[Values.Name("target")]?.text == target }?[Values.Name("text")]?.text
        }
        let years = filled.years ?? rules.years
        var content = values([
            "file": values([
                "error": error("file"),
                "hint": page.say("checkFileHint", ["rows": page.number(rules.publicRows)]),
            ]),
            "lines": values(["value": filled.lines, "error": error("lines")]),
            "purpose": values([
                "error": error("purpose"),
                "options": CheckAsker.anybody.purposes(portal.catalogue.reports).map { option -> Values in
                    ["value": option.id, "text": option.title[page.language], "selected": option.id == filled.purpose]
                },
            ]),
            "basis": ["value": filled.basis] as Values,
            "years": values([
                "error": error("years"),
                "options": (1...rules.mostYears).map { number -> Values in
                    [
                        "value": String(number), "selected": number == years,
                        "text": page.say(number == 1 ? "sayCheckYear" : "sayCheckYears", ["count": String(number)]),
                    ]
                },
            ]),
            "many": page.say("sayCheckMany", ["rows": page.number(rules.publicRows)]),
            "manyText": page.say("sayCheckManyText", ["rows": page.number(rules.mostRows)]),
            "command":
                "curl -u NAME:KEY -H 'Content-Type: text/csv' -H 'Accept: \(Self.xlsx)' --data-binary @bidders.csv -o result.xlsx '\(page.absolute(Self.api))?purpose=bidding'",
        ])
        if !problems.isEmpty {
            content["problems"] = ["heading": page.word("checkProblems"), "items": problems] as Values
        }
        var response = try page.render(
            "check", title: page.word("checkTitle"), content, here: page.word("checkTitle"), isKept: problems.isEmpty,
            hasProblem: !problems.isEmpty)
        if page.request.method == .post { response.headers[.cacheControl] = "no-store" }
        return response
    }

    // MARK: The result

    private func resultPage(_ page: Page, _ filled: Filled, _ result: CheckResult) throws -> Response {
        let columns = CheckColumns(result, catalogue: portal.catalogue)
        var figures = [page.labelled("checkCountRows", page.number(result.rows.count))]
        for outcome in CheckResult.Outcome.allCases where outcome != .refused || result.count(.refused) > 0 {
            figures.append(["label": columns.outcome(outcome), "text": page.number(result.count(outcome))])
        }
        let open = result.rows.filter { $0.outcome != .sure }.map { row -> Values in
            values([
                "line": page.say("sayCheckLine", ["line": String(row.line)]),
                "outcome": columns.outcome(row.outcome), "given": row.given.isEmpty ? nil : row.given,
                "reason": row.reason, "advice": row.advice,
                "hasCandidates": row.candidates.isEmpty ? nil : true,
                "candidates": row.candidates.map { ["href": $0.address, "text": "\($0.name) \($0.code)"] as Values },
            ])
        }
        let (told, rest) = organisations(page, result, columns, left: Self.mostTold - open.count * 400)
        let carried = carried(result)
        let content = values([
            "asked": page.say(
                "sayCheckAsked",
                [
                    "purpose": result.asked.purposeTitle, "since": page.format.day(result.asked.since),
                    "until": page.format.day(result.asked.today), "time": page.format.moment(result.asked.at),
                ]),
            "figures": figures.map { ["label": $0["label"] ?? "", "number": $0["text"] ?? ""] as Values },
            "hasOpen": open.isEmpty ? nil : true, "open": open,
            "hasFound": told.isEmpty ? nil : true, "organisations": told,
            "rest": rest > 0 ? page.say("sayCheckRest", ["count": page.number(rest)]) : nil,
            "nothingMeans": result.nothingFoundMeans,
            "sources": result.sources.map { source -> Values in
                [
                    "label": source.title,
                    "text": source.deliveredOn.map { page.format.day($0) } ?? page.word("checkNeverDelivered"),
                ]
            },
            "notCovered": result.notCovered,
            "download": carried.map { table -> Values in
                values([
                    "table": table, "purpose": filled.purpose, "basis": filled.basis,
                    "years": String(filled.years ?? portal.catalogue.reports.check.years),
                ])
            },
            "downloadByHand": carried == nil ? page.word("checkDownloadText") : nil,
        ])
        var response = try page.render(
            "check-result", title: page.word("checkResultTitle"), content,
            trail: [(href: Self.page, label: page.word("checkTitle"))], here: page.word("checkResultTitle"), isKept: false)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    /// Organisations as far as a page holds them, in the order of the file, and how many are left.
    private func organisations(_ page: Page, _ result: CheckResult, _ columns: CheckColumns, left: Int) -> ([Values], Int) {
        var lines: [Int: [Int]] = [:]
        for row in result.rows { if let place = row.subject { lines[place, default: []].append(row.line) } }
        var left = left
        var told: [Values] = []
        for (place, subject) in result.subjects.enumerated() where left > 0 {
            let groups = zip(result.groups, subject.found).filter { !$0.1.isEmpty }.map { group, entries -> Values in
                left -= 120 + min(entries.count, 3) * 260
                return values([
                    "label": group.title[page.language], "number": page.number(entries.count),
                    "entries": entries.prefix(3).map { ["href": $0.address, "text": columns.line($0)] as Values },
                    "more": entries.count > 3
                        ? page.say("sayCheckMoreOnPage", ["count": page.number(entries.count - 3)]) : nil,
                ])
            }
            left -= 330
            told.append(
                values([
                    "href": subject.address, "name": subject.name, "code": subject.code,
                    "status": subject.status.isEmpty ? nil : subject.status,
                    "lines": (lines[place] ?? []).map { page.say("sayCheckLine", ["line": String($0)]) }.joined(separator: " · "),
                    "groups": groups, "nothing": groups.isEmpty ? page.word("checkNothing") : nil,
                ]))
        }
        return (told, result.subjects.count - told.count)
    }

    /// The rows as CSV, so that the page can ask for them again; nil where they are too long for a page.
    private func carried(_ result: CheckResult) -> String? {
        var bytes = CSVLine.bytes(result.headings.map { Array($0.utf8)[...] }) + [0x0A]
        // A refused row is not sent again: its words were not kept.
        for row in result.rows where row.outcome != .refused {
            bytes += CSVLine.bytes(row.cells.map { Array($0.utf8)[...] }) + [0x0A]
            if bytes.count > Self.mostCarried { return nil }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
