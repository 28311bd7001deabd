import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import Hummingbird

/// The sections of an organisation's page, in the national report's order.
struct SubjectSection: Sendable {
    let anchor: String
    let word: String
    let items: [String]

    static let all = [
        SubjectSection(anchor: "licences", word: "sectionLicences", items: ["administrative-licence"]),
        SubjectSection(anchor: "penalties", word: "sectionPenalties", items: ["administrative-penalty"]),
        SubjectSection(anchor: "abnormal", word: "sectionAbnormal", items: ["abnormal-operation"]),
        SubjectSection(anchor: "serious", word: "sectionSerious", items: ["serious-dishonesty"]),
        SubjectSection(anchor: "court", word: "sectionCourt", items: ["enforcement"]),
        SubjectSection(anchor: "contracts", word: "sectionContracts", items: ["contract-performance"]),
        SubjectSection(
            anchor: "grades", word: "sectionGrades", items: ["environment-grade", "tax-grade", "customs-grade"]),
        SubjectSection(anchor: "honours", word: "sectionHonours", items: ["honour"]),
        SubjectSection(anchor: "commitments", word: "sectionCommitments", items: ["commitment"]),
    ]
}

extension Portal {
    private static let cardsShown = 5

    private func file(_ request: Request, code: String) async throws -> SubjectFile {
        guard let file = try await SubjectFile.load(code: code, from: store, publisher: publisher, audience: .public)
        else {
            throw Problem.notFound(Bilingual(zh: "这里没有这个代码的单位。", en: "Nobody here has this code."))
        }
        return file
    }

    private func code(_ context: PortalContext) -> String {
        PortalContext.decoded(context.parameters.get("code") ?? "")
    }

    @Sendable func organisation(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        var code = code(context)
        let isTable = code.hasSuffix(".csv")
        if isTable { code = String(code.dropLast(4)) }
        let file = try await file(request, code: code)
        if isTable { return recordTable(file.records, page, name: file.profile.state.code) }
        if file.profile.state.kind == .practitioner { return .redirect(to: page.subjectAddress(file.profile.state)) }
        let state = file.profile.state
        // One organisation, one address: other numbers and spellings lead to it.
        if state.code != code { return .redirect(to: page.subjectAddress(state)) }
        let delivered = try await deliveries.moments(in: store)
        let registration = file.records.first { $0.item.category == "registration" }
        let former = file.profile.names(.former)
        let source = registration.map { record in
            page.say(
                "sayOrgSource",
                [
                    "source": record.authority ?? record.item.source[page.language],
                    "date": page.format.day(record.row.receivedAt.day),
                ])
        }
        let org = values([
            "name": state.name, "code": state.code, "status": page.status(state), "kind": page.kind(state),
            "division": page.division(state),
            "founded": page.when(state.establishedOn), "hasFormer": former.isEmpty ? nil : true,
            "former": former.map { ["name": $0, "period": ""] as Values },
            "source": source
                ?? (page.isEnglish
                    ? "No registration was delivered; known from records of other authorities."
                    : "还没有收到登记信息，仅见于其他机关的记录。")
                ,
        ])
        let sections = SubjectSection.all.map { section in
            (section, file.records.filter { section.items.contains($0.item.id) })
        }
        let marks = try await marks(of: sections.flatMap { $0.1.prefix(Self.cardsShown) })
        let facts = (registration?.fields ?? []).filter {
            $0.field.name != "subjectName" && $0.field.role != .subjectCode
        }.map(page.fact)
        return try page.render(
            "organisation", title: state.name,
            values([
                "notices": notices(state, page), "org": org,
                "counts": sections.map { count($0.0, $0.1, page) },
                "facts": facts.isEmpty ? [["label": page.word("factName"), "text": state.name] as Values] : facts,
                "sections": sections.map { self.section($0.0, $0.1, marks, state, delivered, page) },
                "permalink": page.absolute(page.subjectAddress(state)),
                "takeAway": [
                    [
                        "href": "/reports?code=\(Page.encode(state.code))", "label": page.word("reportsDownload"),
                        "detail": page.word("reportsDownloadDetail"),
                    ],
                    [
                        "href": "/api/v1/subjects/\(Page.encode(state.code))", "label": page.word("dataJson"),
                        "detail": "JSON",
                    ],
                    [
                        "href": "\(page.subjectAddress(state)).csv", "label": page.word("dataCsv"),
                        "detail": rowCount(file.records.count, page),
                    ],
                    [
                        "href": "\(page.subjectAddress(state))/feed.atom", "label": page.word("watchFeed"),
                        "detail": page.word("watchFeedDetail"),
                    ],
                    [
                        "href": "/watch", "label": page.word("watchTitle"),
                        "detail": page.word("watchOrganisationDetail"),
                    ],
                ] as [Values],
            ]), trail: [], here: state.name, feed: "\(page.subjectAddress(state))/feed.atom")
    }

    private func rowCount(_ count: Int, _ page: Page) -> String {
        page.isEnglish ? "\(page.number(count)) rows" : "\(page.number(count)) 行"
    }

    private func notices(_ state: SubjectState, _ page: Page) -> [Values] {
        guard let status = state.status, Page.endedStatuses.contains(status) else { return [] }
        let label = page.format.code(status, "registration-status")
        return [
            [
                "tone": "plain",
                "heading": page.isEnglish ? "Status in the register: \(label.lowercased())" : "这家单位已\(label)",
                "paragraphs": [page.isEnglish ? "Its records stay until their terms end." : "它的记录保留到各自公示期满。"],
            ]
        ]
    }

    private func count(_ section: SubjectSection, _ records: [RecordView], _ page: Page) -> Values {
        var detail: String?
        if section.anchor == "penalties", !records.isEmpty {
            detail = page.say("sayInTerm", ["count": page.number(records.count)])
        }
        if section.anchor == "commitments", !records.isEmpty {
            let kept = records.count { $0.row.values["fulfilment"] == "kept" }
            detail = page.say("sayKept", ["count": page.number(kept)])
        }
        return values([
            "anchor": section.anchor, "label": page.word(section.word), "number": page.number(records.count),
            "detail": detail,
        ])
    }

    private func section(
        _ section: SubjectSection, _ records: [RecordView], _ marks: [RecordID: RevisionRow], _ state: SubjectState,
        _ delivered: [String: Instant], _ page: Page
    ) -> Values {
        var content: Values = ["anchor": section.anchor, "heading": page.word(section.word)]
        if records.isEmpty {
            let feeds = catalogue.feeds.filter { section.items.contains($0.item) }
            content["searched"] = [
                "sources": feeds.map { feed in
                    delivered[feed.id].map {
                        page.say(
                            "saySearched",
                            ["source": "“\(feed.title[page.language])”", "date": page.format.day($0.day)])
                    } ?? page.say("saySourceSilent", ["source": "“\(feed.title[page.language])”"])
                }
            ] as Values
            return content
        }
        content["records"] = records.prefix(Self.cardsShown).map { page.card($0, mark: marks[$0.row.id]) }
        if records.count > Self.cardsShown {
            content["allRecords"] = [
                "href": "\(page.subjectAddress(state))/\(section.anchor)",
                "text": page.say(
                    "sayAllRecords", ["count": page.number(records.count), "section": page.word(section.word)]),
            ] as Values
        }
        return content
    }

    /// All records of one section, paged: the organisation page shows the newest five.
    @Sendable func organisationSection(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        guard let section = SubjectSection.all.first(where: { $0.anchor == context.parameters.get("section") }) else {
            throw Problem.notFound(Bilingual(zh: "没有这一部分。", en: "There is no such section."))
        }
        let file = try await file(request, code: code(context))
        let records = file.records.filter { section.items.contains($0.item.id) }
        let state = file.profile.state
        let heading = "\(state.name) · \(page.word(section.word))"
        let shown = Array(records.dropFirst((page.pageNumber - 1) * Page.pageSize).prefix(Page.pageSize))
        var content = values([
            "heading": heading, "intro": page.word("orgReadText"), "facts": [Values](),
            "total": page.say(
                "sayTableTotal", ["count": page.number(records.count), "date": page.format.day(page.today)]),
            "table": shown.isEmpty ? nil : table(shown, caption: heading, page),
            "pager": page.pager(total: records.count),
        ])
        if shown.isEmpty { content["none"] = ["heading": page.word("tableNone"), "tips": [Values]()] as Values }
        return try page.render(
            "list", title: heading, content, trail: [(href: page.subjectAddress(state), label: state.name)],
            here: page.word(section.word))
    }

    @Sendable func practitioner(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let parts = ["profession", "licence"].map { name -> String in
            let raw = context.parameters.get(name) ?? ""
            return PortalContext.decoded(raw)
        }
        guard let profile = try await store.profile(code: "\(parts[0])/\(Folding.code(parts[1]))"),
            profile.state.kind == .practitioner
        else {
            throw Problem.notFound(Bilingual(zh: "没有这个执业证号。", en: "There is no such licence."))
        }
        let file = try await SubjectFile.load(profile: profile, from: store, publisher: publisher, audience: .public)
        guard
            let licence = file.records.first(where: {
                $0.item.subjects == [.practitioner] && $0.item.position(of: .licenceNumber) != nil
            })
        else {
            throw Problem.gone(Bilingual(zh: "这份执业登记不再公示。", en: "This licence is no longer shown."))
        }
        let employerCode = licence.item.position(of: .employerUnifiedCode).flatMap {
            licence.row.values[licence.item.fields[$0].name]
        }
        let employerName = page.value(of: .employerName, in: licence)
        let employers: [Values] =
            employerName.map { name in
                [
                    values([
                        "href": employerCode.map { "/o/\($0)" } ?? "/s?q=\(Page.encode(name))", "name": name,
                        "period": page.isEnglish ? "at present" : "现任职",
                    ])
                ]
            } ?? []
        let profession = page.value(of: .profession, in: licence) ?? parts[0]
        let decisions = file.records.filter { $0.row.id != licence.row.id }
        let marks = try await marks(of: decisions)
        let delivered = try await deliveries.moments(in: store)
        let feeds = catalogue.feeds(of: licence.item.id).compactMap { feed in
            delivered[feed.id].map {
                page.say("saySearched", ["source": "“\(feed.title[page.language])”", "date": page.format.day($0.day)])
            }
        }
        let practitioner = values([
            "profession": profession, "name": profile.state.name,
            "licence": page.value(of: .licenceNumber, in: licence) ?? parts[1],
            "status": page.status(profile.state), "authority": licence.authority ?? licence.item.source[page.language],
            "issued": page.when(licence.decidedOn),
            "validUntil": page.when(
                licence.item.position(of: .validUntil).flatMap { licence.row.values[licence.item.fields[$0].name] }),
            "source": page.say(
                "sayOrgSource",
                [
                    "source": licence.authority ?? licence.item.source[page.language],
                    "date": page.format.day(licence.row.receivedAt.day),
                ]),
        ])
        return try page.render(
            "practitioner", title: "\(profession) \(profile.state.name)",
            values([
                "notices": [Values](), "practitioner": practitioner, "hasEmployers": employers.isEmpty ? nil : true,
                "employers": employers,
                "decisions": decisions.map { page.card($0, mark: marks[$0.row.id]) },
                "searched": decisions.isEmpty ? ["sources": feeds] : nil,
                "permalink": page.absolute(page.subjectAddress(profile.state)),
            ]), here: profile.state.name)
    }
}
