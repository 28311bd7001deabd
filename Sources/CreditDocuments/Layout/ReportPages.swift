import CPango
import CreditCatalogue
import CreditModel
import CreditServices

/// Lays a report out on A4 pages, in the order of the national report: head, counters, sections, coverage, notes.
struct ReportPages {
    let report: CreditReport
    let catalogue: Catalogue
    /// Where the report is checked; in the QR code and in words.
    let checkAddress: String
    /// SHA-256 of the signed JSON, hexadecimal.
    let digest: String

    private typealias Style = Typesetter.Style
    private static let body = Style(size: 9)
    private static let label = Style(size: 8.5, colour: .quiet)
    private static let small = Style(size: 7.5, colour: .quiet)
    private static let sectionStyle = Style(size: 12.5, face: .display, colour: .deep)
    private static let entryStyle = Style(size: 10, colour: .deep)

    private var format: FieldFormat { FieldFormat(catalogue: catalogue, language: report.language) }

    private func word(_ key: String, _ values: [String: String] = [:]) -> String {
        catalogue.wording[key]?.filling(values)[report.language] ?? key
    }

    private var title: String {
        word(report.kind == .full ? "reportTitleFull" : "reportTitleNoViolation")
    }

    /// The PDF, without attachments.
    func pdf(_ type: Typesetter) throws -> [UInt8] {
        type.begin()
        let flow = PageFlow(type)
        try head(flow)
        if report.kind == .full { overview(flow) } else { certificate(flow) }
        grid(flow, heading: word("reportBasic"), report.facts)
        for section in report.sections where report.kind == .full || section.total > 0 { self.section(flow, section) }
        coverage(flow)
        if let queries = report.queries { self.queries(flow, queries) }
        notes(flow)
        let canvas = try PDFCanvas(
            title: "\(title) \(report.subject.name)", author: report.issuer, subject: report.number,
            created: report.issuedAt, language: report.language)
        try paint(flow, canvas)
        return try canvas.finish()
    }

    // MARK: painting

    private func paint(_ flow: PageFlow, _ canvas: PDFCanvas) throws {
        let watermark = Watermark(flow.type, word("reportPurpose") + (report.language == .chinese ? "：" : ": ") + report.asked.purposeTitle)
        defer { watermark?.release() }
        for (index, page) in flow.pages.enumerated() {
            watermark?.paint(canvas)
            // cairo keeps no structure open from one page to the next.
            cairo_tag_begin(canvas.cairo, "Sect", "")
            for draw in page { draw(canvas) }
            cairo_tag_end(canvas.cairo, "Sect")
            frame(flow.type, canvas, page: index + 1, of: flow.pages.count)
            try canvas.endPage()
        }
    }

    /// Running head and foot.
    private func frame(_ type: Typesetter, _ canvas: PDFCanvas, page: Int, of pages: Int) {
        func put(_ text: Text, x: Double, y: Double) {
            canvas.colour(text.style.colour)
            text.draw(canvas.cairo, x: x, y: y, lines: nil)
        }
        if page > 1 {
            put(type.text(report.subject.name, Self.small), x: PageFlow.left, y: 40)
            let right = type.text(title, Self.small)
            put(right, x: PageFlow.right - right.width, y: 40)
            canvas.rule(PageFlow.left, 56, PageFlow.width, .seal, weight: 0.6)
        }
        let y = PDFCanvas.height - 48
        canvas.rule(PageFlow.left, y - 6, PageFlow.width)
        put(type.text("\(word("reportNumber")) \(report.number)", Self.small), x: PageFlow.left, y: y)
        let number = type.text(word("reportPage", ["page": String(page), "pages": String(pages)]), Self.small)
        put(number, x: PageFlow.right - number.width, y: y)
    }

    // MARK: head

    private func head(_ flow: PageFlow) throws {
        let code = try QRCode(checkAddress)
        let top = flow.y
        flow.draw { Seal.draw($0, x: PageFlow.left, y: top, size: 40) }
        _ = flow.heading(
            report.issuer, Style(size: 10.5, face: .display, colour: .seal), x: PageFlow.left + 52, y: top + 2, tag: "P")
        let size = report.kind == .full ? 22.0 : 16.0
        _ = flow.heading(title, Style(size: size, face: .display, colour: .ink), x: PageFlow.left + 52, y: top + 16, tag: "H1")
        flow.draw { canvas in
            canvas.rule(PageFlow.left, top + 56, PageFlow.width, .seal, weight: 1.4)
            canvas.rule(PageFlow.left, top + 59, PageFlow.width, .seal, weight: 0.4)
        }
        let blockTop = top + 74
        let side = 84.0
        qr(flow, code, x: PageFlow.right - side, y: blockTop, side: side)
        let width = PageFlow.width - side - 28
        flow.move(to: blockTop)
        let height = flow.heading(
            report.subject.name, Style(size: 15, face: .display, colour: .ink), x: PageFlow.left, y: flow.y, tag: "H2",
            width: width)
        flow.skip(height + 5)
        let name = report.subject.kind == .organisation ? word("reportSubjectCode") : word("reportSubjectLicence")
        let line = flow.type.text("\(name)  \(report.subject.code)", Style(size: 9.5))
        flow.put(line, x: PageFlow.left, y: flow.y)
        flow.skip(line.height + 7)
        labels(flow)
        flow.move(to: max(flow.y, blockTop + side + 16))
        asked(flow)
    }

    private func qr(_ flow: PageFlow, _ code: QRCode, x: Double, y: Double, side: Double) {
        let module = side / Double(code.size)
        flow.draw { canvas in
            canvas.tagged("Figure") {
                canvas.colour(.ink)
                for run in code.runs {
                    cairo_rectangle(
                        canvas.cairo, x + Double(run.x) * module, y + Double(run.y) * module,
                        Double(run.length) * module, module)
                }
                cairo_fill(canvas.cairo)
            }
        }
        let caption = flow.type.text(word("reportQRCaption"), Self.small)
        flow.put(caption, x: x + (side - caption.width) / 2, y: y + side + 3)
    }

    /// Status and list memberships, framed.
    private func labels(_ flow: PageFlow) {
        guard !report.subject.labels.isEmpty else { return }
        var x = PageFlow.left
        let edge = PageFlow.right - 100
        for label in report.subject.labels {
            let text = flow.type.text(label, Style(size: 8.5, colour: .deep))
            if x > PageFlow.left, x + text.width + 12 > edge {
                x = PageFlow.left
                flow.skip(text.height + 9)
            }
            let (left, top) = (x, flow.y)
            flow.draw { $0.frame(left, top, text.width + 12, text.height + 4, .deep, weight: 0.6) }
            flow.put(text, x: left + 6, y: top + 2)
            x += text.width + 20
        }
        flow.skip(20)
    }

    private func asked(_ flow: PageFlow) {
        let view =
            switch report.asked.audience {
            case .public: "reportViewPublic"
            case .own: "reportViewSelf"
            case .officer: "reportViewOfficer"
            }
        func fact(_ key: String, _ text: String) -> CreditReport.Fact {
            CreditReport.Fact(name: key, label: word(key), value: text, text: text)
        }
        var facts = [
            fact("reportNumber", report.number), fact("reportTime", format.moment(report.issuedAt)),
            fact("reportAskedBy", report.asked.by), fact("reportPurpose", report.asked.purposeTitle),
            fact("reportScopeView", word(view)), fact("reportEdition", "\(report.edition) · \(report.layout)"),
        ]
        if let basis = report.asked.basis { facts.append(fact("reportBasis", basis)) }
        FactGrid(flow).place(facts)
        flow.skip(6)
    }

    // MARK: overview

    private func sectionHeading(_ flow: PageFlow, _ words: String, note: String? = nil) {
        flow.skip(14)
        flow.need(64)
        let y = flow.y
        flow.draw { $0.fill(PageFlow.left, y + 2, 3, 13, .seal) }
        let height = flow.heading(words, Self.sectionStyle, x: PageFlow.left + 10, y: y, tag: "H2")
        if let note {
            let text = flow.type.text(note, Self.label)
            flow.put(text, x: PageFlow.right - text.width, y: y + 4)
        }
        flow.skip(height + 6)
    }

    /// The counters: one cell a section.
    private func overview(_ flow: PageFlow) {
        sectionHeading(flow, word("reportOverview"))
        let count = Double(max(report.counters.count, 1))
        let width = PageFlow.width / count
        let labels = report.counters.map { counter in
            flow.type.text(counter.title.replacing("信息", with: ""), Self.small, width: width - 6, centred: true)
        }
        let (top, height) = (flow.y, 34 + (labels.map(\.height).max() ?? 0))
        flow.draw { $0.fill(PageFlow.left, top, PageFlow.width, height, .tint) }
        for (index, counter) in report.counters.enumerated() {
            let x = PageFlow.left + Double(index) * width
            let colour: Typesetter.Colour = counter.count > 0 ? .deep : .quiet
            let number = flow.type.text(String(counter.count), Style(size: 15, colour: colour), width: width, centred: true)
            flow.put(labels[index], x: x + 3, y: top + 28)
            flow.put(number, x: x, y: top + 5)
            if index > 0 { flow.draw { $0.fill(x, top + 8, 0.5, height - 16, .rule) } }
        }
        flow.skip(height + 4)
    }

    private func certificate(_ flow: PageFlow) {
        guard let scope = report.scope else { return }
        sectionHeading(flow, word("reportFields"))
        let found = scope.fields.reduce(0) { $0 + $1.count }
        flow.paragraph(
            word(
                found == 0
                    ? "reportCertificateClean" : report.unlisted > 0 ? "reportCertificateMany" : "reportCertificateFound",
                [
                    "name": report.subject.name, "code": report.subject.code,
                    "from": format.day(scope.period.lowerBound), "to": format.day(scope.period.upperBound),
                    "count": String(scope.fields.count), "found": String(found),
                ]), Style(size: 10.5))
        flow.skip(8)
        let half = (scope.fields.count + 1) / 2
        let rows = (0..<half).map { row in
            [row, row + half].flatMap { index -> [String] in
                guard index < scope.fields.count else { return ["", ""] }
                let field = scope.fields[index]
                return [
                    field.title,
                    field.count == 0 ? word("reportFieldClean") : word("reportFieldFound", ["count": String(field.count)]),
                ]
            }
        }
        let heads = ["reportField", "reportResult", "reportField", "reportResult"].map { word($0) }
        PlainTable(flow, widths: [0.24, 0.26, 0.24, 0.26]).place(heads: heads, rows)
    }

    // MARK: sections

    private func grid(_ flow: PageFlow, heading: String, _ facts: [CreditReport.Fact]) {
        sectionHeading(flow, heading)
        FactGrid(flow).place(facts)
    }

    private func section(_ flow: PageFlow, _ section: CreditReport.Section) {
        // A heading never stands alone at the foot of a page.
        if !section.entries.isEmpty { flow.need(150) }
        sectionHeading(flow, section.title, note: word("reportCount", ["count": String(section.total)]))
        if section.total > section.entries.count {
            flow.paragraph(
                word(
                    "reportCapped", ["total": String(section.total), "shown": String(section.entries.count)]), Self.label)
            flow.skip(4)
        }
        guard !section.entries.isEmpty else {
            flow.paragraph(word("reportNone"), Self.label)
            return
        }
        for (index, entry) in section.entries.enumerated() { self.entry(flow, entry, number: index + 1) }
    }

    private func entry(_ flow: PageFlow, _ entry: CreditReport.Entry, number: Int) {
        flow.need(60)
        let y = flow.y
        let date = flow.type.text(entry.day.map { format.day($0) } ?? "", Self.label)
        let heading = "\(number)  \(entry.itemTitle) · \(entry.heading)"
        let text = flow.type.text(heading, Self.entryStyle, width: PageFlow.width - date.width - 12)
        flow.put(text, x: PageFlow.left, y: y, tag: "H3")
        flow.put(date, x: PageFlow.right - date.width, y: y + 1)
        flow.skip(text.height + 3)
        FactGrid(flow).place(entry.facts)
        let remarks =
            entry.remarks + [word("reportRecord", ["id": entry.record.description, "revision": String(entry.revision)])]
        flow.skip(2)
        flow.paragraph(remarks.joined(separator: " · "), Self.small)
        flow.skip(9)
    }

    // MARK: coverage and notes

    private func coverage(_ flow: PageFlow) {
        sectionHeading(flow, word("reportSources"))
        PlainTable(flow, widths: [0.36, 0.40, 0.24]).place(
            heads: [word("reportSource"), word("reportDepartment"), word("reportDelivered")],
            report.sources.map {
                [$0.title, $0.department, $0.deliveredOn.map { format.day($0) } ?? word("reportNeverDelivered")]
            })
        sectionHeading(flow, word("reportNotCovered"))
        for sentence in report.notCovered {
            flow.paragraph(sentence, Self.body)
            flow.skip(3)
        }
    }

    private func queries(_ flow: PageFlow, _ queries: [CreditReport.Query]) {
        sectionHeading(flow, word("reportQueries"))
        guard !queries.isEmpty else { return flow.paragraph(word("reportQueriesNone"), Self.label) }
        PlainTable(flow, widths: [0.34, 0.33, 0.33]).place(
            heads: [word("reportQueryTime"), word("reportAskedBy"), word("reportPurpose")],
            queries.map { [format.moment($0.at), $0.by, $0.purpose] })
    }

    private func notes(_ flow: PageFlow) {
        sectionHeading(flow, word("reportNotes"))
        var notes = (1...4).map { word("reportNote\($0)") }
        if !flow.type.missing.isEmpty {
            let list = flow.type.missing.map { "U+\(String($0.value, radix: 16, uppercase: true))" }
            notes.append(word("reportMissingGlyphs", ["list": list.joined(separator: " ")]))
        }
        for (index, note) in notes.enumerated() {
            flow.paragraph("\(index + 1). \(note)", Self.body)
            flow.skip(3)
        }
        sectionHeading(flow, word("reportVerify"))
        let page = checkAddress.split(separator: "/").dropLast().joined(separator: "/").replacing(":/", with: "://")
        flow.paragraph(word("reportVerifyText", ["address": page]), Self.body)
        flow.skip(3)
        flow.paragraph(word("reportVerifyOffline"), Self.body)
        flow.skip(5)
        flow.paragraph(word("reportDigest"), Self.small)
        flow.paragraph(digest, Self.small)
        flow.skip(10)
        flow.need(24)
        let seal = flow.type.text(word("reportSeal"), Self.label)
        flow.put(seal, x: PageFlow.right - seal.width, y: flow.y)
        flow.skip(seal.height)
    }
}
