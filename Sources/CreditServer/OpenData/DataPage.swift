import CreditCatalogue
import CreditModel
import CreditServices
import Foundation
import Hummingbird

/// `/data`: what can be downloaded whole, how to follow the changes, under which licence, and what each column means.
extension OpenDataRoutes {
    private var rules: OpenDataRules { portal.catalogue.openData }

    @Sendable func data(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(portal, request)
        let offers = try await offers()
        // The newest of which everything is offered is what a reader wants; else the newest.
        let offer = offers.first { $0.withheld.isEmpty } ?? offers.first
        // Without a snapshot a reader begins at the beginning; from where the log ends he would see nothing that is there.
        return try page.render(
            "data", title: page.word("dataTitle"),
            values([
                "snapshot": offer.map { snapshot($0, page) },
                "none": offer == nil ? ["title": page.word("dataNone"), "tip": page.word("dataNoneTip")] as Values : nil,
                "older": offers.count > 1
                    ? page.say("sayDataOlder", ["count": String(offers.count - 1), "address": Self.snapshotsPath]) : nil,
                "examples": examples(page, timepoint: offer?.snapshot.timepoint ?? 0),
                "licence": licence(page), "quotas": quotas(page), "dictionary": dictionary(page),
            ]), at: .data, here: page.word("dataTitle"))
    }

    private func snapshot(_ offer: Offer, _ page: Page) -> Values {
        let snapshot = offer.snapshot
        let columns = ["colDataset", "colRows", "colFiles", "colDigest"].map(page.word)
        let csv = snapshot.files.filter { $0.format == "csv" && !$0.compressed && $0.rows > 0 }
        let empty = snapshot.files.filter { $0.format == "csv" && !$0.compressed && $0.rows == 0 }
        let order = [OpenDatasets.organisations] + datasets.datasets.map(\.id)
        let rows = csv.sorted { (order.firstIndex(of: $0.dataset) ?? 0) < (order.firstIndex(of: $1.dataset) ?? 0) }.map {
            file -> Values in
            let forms = snapshot.files.filter { $0.dataset == file.dataset }
            func link(_ name: String, _ format: String, _ compressed: Bool) -> Values? {
                forms.first { $0.format == format && $0.compressed == compressed }.map {
                    ["href": Self.address($0, of: snapshot), "text": "\(name) \(Self.size($0.bytes))", "name": title(file.dataset, page)]
                }
            }
            return values([
                "title": title(file.dataset, page), "columns": columns.map { ["heading": $0] },
                "count": page.number(Int(file.rows)), "anchor": file.dataset,
                "links": offer.isOffered(file)
                    ? [link("CSV", "csv", false), link("CSV.gz", "csv", true), link("JSON Lines.gz", "jsonl", true)].compactMap { $0 } : nil,
                "withheld": offer.isOffered(file) ? nil : true,
                "digest": file.sha256,
            ])
        }
        func of(_ name: String) -> String { "\(Self.snapshotsPath)/\(snapshot.timepoint)/\(name)" }
        return values([
            "asOf": page.say(
                "sayDataSnapshot",
                ["day": page.format.day(snapshot.day), "timepoint": page.number(Int(snapshot.timepoint))]),
            "headings": columns, "rows": rows,
            "empty": empty.isEmpty
                ? nil : page.say("sayDataEmpty", ["names": empty.map { title($0.dataset, page) }.joined(separator: page.isEnglish ? ", " : "、")]),
            "manifest": of(OpenSnapshot.manifest), "sums": of(OpenSnapshot.sums),
            "checkpoint": snapshot.treeSize == nil ? nil : of(OpenSnapshot.checkpoint),
        ])
    }

    func title(_ dataset: String, _ page: Page) -> String {
        dataset == OpenDatasets.organisations
            ? page.word("dataOrganisations") : portal.catalogue.item(dataset)?.title[page.language] ?? dataset
    }

    static func size(_ bytes: Int64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var (value, unit) = (Double(bytes), 0)
        while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        return unit == 0 ? "\(bytes) B" : String(format: "%.1f %@", value, units[unit])
    }

    private func examples(_ page: Page, timepoint: Int64) -> [Values] {
        let base = page.absolute("/api/v1")
        return [
            [
                "heading": page.word("apiStream"), "explanation": page.word("apiStreamText"),
                "request": "curl -H 'Accept: application/x-ndjson' '\(base)/stream?after=\(timepoint)'",
            ],
            [
                "heading": page.word("apiWait"), "explanation": page.word("apiWaitText"),
                "request": "curl -u NAME:KEY '\(base)/stream?after=\(timepoint)&wait=20'",
            ],
            [
                "heading": page.word("apiFind"), "explanation": page.word("apiFindText"),
                "request": "curl '\(base)/subjects?q=%E7%A4%BA%E4%BE%8B&limit=2'",
            ],
            [
                "heading": page.word("apiSubject"), "explanation": page.word("apiSubjectText"),
                "request": "curl \(base)/subjects/USCC",
            ],
            [
                "heading": page.word("apiRecord"), "explanation": page.word("apiRecordText"),
                "request": "curl \(base)/records/ID",
            ],
        ]
    }

    private func licence(_ page: Page) -> Values {
        values([
            "title": rules.licence.title[page.language], "conditions": rules.licence.conditions.map { $0[page.language] },
            "basis": page.format.bases(rules.licence.basis), "unverified": rules.licence.verified ? nil : true,
        ])
    }

    private func quotas(_ page: Page) -> [String] {
        [
            page.word("dataQuotaPublic"),
            page.say("sayDataQuotaKey", ["units": page.number(rules.quotaPerMinute)]),
            page.say("sayDataLate", ["hours": String(rules.lateAfterHours)]),
        ]
    }

    // MARK: columns

    private static let fixedColumns: [String: Bilingual] = [
        "id": Bilingual(zh: "编号，永不改变", en: "number, never changes"),
        "code": Bilingual(zh: "统一社会信用代码；没有的用其他代码", en: "unified social credit code, or another code where there is none"),
        "address": Bilingual(zh: "固定链接，接在本站地址后面", en: "permanent address, after that of this site"),
        "name": Bilingual(zh: "名称", en: "name"), "former_names": Bilingual(zh: "曾用名", en: "former names"),
        "status": Bilingual(zh: "登记状态", en: "status of the registration"),
        "division": Bilingual(zh: "行政区划代码", en: "code of the division"),
        "established_on": Bilingual(zh: "成立日期", en: "day of establishment"),
        "registered": Bilingual(zh: "是否有登记信息", en: "whether a registration was delivered"),
        "subject": Bilingual(zh: "单位的编号，即单位文件的 id", en: "number of the organisation: `id` in its file"),
        "revision": Bilingual(zh: "第几版", en: "number of the version"),
        "received_at": Bilingual(zh: "平台收到内容的时间，UTC", en: "when the content came to the platform, UTC"),
        "published_until": Bilingual(zh: "公示到哪一天；2099-12-31 是长期", en: "last day shown; 9999-12-31 is no end"),
        "severity": Bilingual(zh: "失信程度（适用的）", en: "class of dishonesty, where one applies"),
        "mark": Bilingual(zh: "正在异议、复议、诉讼的标注", en: "set while the record is contested"),
    ]

    /// Fixed columns whole; those of an item are on the item's own page.
    private func dictionary(_ page: Page) -> Values {
        func list(_ names: [String]) -> [Values] {
            names.map { ["name": $0, "meaning": Self.fixedColumns[$0]?[page.language] ?? ""] }
        }
        return [
            "organisations": list(OpenDatasets.organisationColumns), "records": list(OpenDatasets.recordColumns),
            "datasets": datasets.datasets.map { dataset -> Values in
                [
                    "title": dataset.item.title[page.language], "name": dataset.id, "href": "/catalogue/\(dataset.id)",
                    "count": page.say("sayDataFields", ["count": String(dataset.fields.count)]),
                ]
            },
        ]
    }
}
