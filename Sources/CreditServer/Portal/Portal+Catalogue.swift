import CreditCatalogue
import CreditModel
import CreditServices
import Foundation
import Hummingbird

extension Portal {
    @Sendable func catalogueIndex(_ request: Request, _ context: PortalContext) throws -> Response {
        let page = Page(self, request)
        let national = catalogue.edition.national
        let edition =
            page.isEnglish ? "\(national.title.en) (\(national.number))" : "《\(national.title.zh)》（\(national.number)）"
        return try page.render(
            "catalogue", title: page.word("catalogueTitle"),
            [
                "edition": page.say(
                    "sayEdition", ["edition": edition, "date": page.format.day(catalogue.edition.effectiveFrom)]),
                "categories": catalogue.categories.map { category -> Values in
                    let items = catalogue.items.filter { $0.category == category.id }
                    return values([
                        "anchor": category.id, "heading": "\(category.number)　\(category.title[page.language])",
                        "unverified": category.verified ? nil : true, "hasEntries": items.isEmpty ? nil : true,
                        "entries": items.map { item in
                            values([
                                "href": "/catalogue/\(item.id)", "title": item.title[page.language],
                                "publicity": publicity(item, page),
                                "detail": item.source[page.language], "clocks": page.clocksLine(item),
                                "unverified": item.verified ? nil : true,
                            ])
                        },
                    ])
                },
            ], at: .catalogue, here: page.word("catalogueTitle"))
    }

    func publicity(_ item: Item, _ page: Page) -> String {
        switch item.publicity {
        case .public: page.word("publicityOpen")
        case .onRequest: page.word("publicityAsked")
        case .shared: page.word("publicityShared")
        case .none: page.word("notPublished")
        }
    }

    @Sendable func catalogueItem(_ request: Request, _ context: PortalContext) throws -> Response {
        let page = Page(self, request)
        guard let item = catalogue.item(context.parameters.get("item") ?? ""),
            let category = catalogue.category(item.category)
        else {
            throw Problem.notFound(Bilingual(zh: "目录里没有这个事项。", en: "The catalogue has no such item."))
        }
        let title = item.title[page.language]
        let see =
            PublicList.publicity.first { $0.item == item.id }.map {
                ["href": "/publicity/\($0.path)", "text": page.word($0.word)]
            }
            ?? (catalogue.feeds(of: item.id).isEmpty || item.publicity != .public || item.category == "registration"
                || item.subjects == [.practitioner]
                ? nil : ["href": "/lists/\(item.id)", "text": title])
        let tables = item.fields.compactMap(\.table).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return try page.render(
            "item", title: title,
            values([
                "category": "\(category.number)　\(category.title[page.language])", "title": title,
                "conduct": item.conduct[page.language],
                "facts": facts(item, page),
                "bases": page.bases(item.basis, use: page.isEnglish ? "for recording" : "收录的依据")
                    + page.bases(item.publication.basis, use: page.isEnglish ? "for the term" : "期限的依据"),
                "deadlines": deadlines(item, page), "fields": fields(item, page),
                "codeTables": tables.compactMap { catalogue.codeTables[$0] }.map { codeTable($0, page) },
                "feed": catalogue.feeds(of: item.id).first.map { feed($0, item, page) },
                "contest": page.contest(item, authority: nil), "see": see.map { [$0] } ?? [Values](),
                "permalink": page.absolute("/catalogue/\(item.id)"),
            ]), at: .catalogue, trail: [(href: "/catalogue", label: page.word("catalogueTitle"))], here: title)
    }

    private func facts(_ item: Item, _ page: Page) -> [Values] {
        let subjects =
            item.subjects.contains(.practitioner)
            ? (page.isEnglish ? "licensed practitioners" : "持证执业人员") : (page.isEnglish ? "organisations" : "单位")
        let sharing: [Item.Sharing: Bilingual] = [
            .open: Bilingual(zh: "向社会开放", en: "open to all"),
            .government: Bilingual(zh: "政务部门之间共享", en: "among public bodies"),
            .conditional: Bilingual(zh: "有条件共享", en: "on conditions"), .none: Bilingual(zh: "不共享", en: "not shared"),
        ]
        return [
            ["label": page.word("itemSubjects"), "text": subjects],
            ["label": page.word("itemSource"), "text": item.source[page.language]],
            ["label": page.word("itemPublicity"), "text": publicity(item, page)],
            ["label": page.word("itemSharing"), "text": sharing[item.sharing]?[page.language] ?? ""],
            values([
                "label": page.word("itemRetention"),
                "text": item.retention.map { page.isEnglish ? "\($0.years) years" : "\($0.years) 年" }
                    ?? (page.isEnglish ? "not stated" : "未规定"),
                "pending": item.retention?.verified == false ? true : nil,
            ]),
            values([
                "label": page.word("itemUpdate"),
                "text": item.delivery.map { rhythm($0, page) } ?? (page.isEnglish ? "not stated" : "未规定"),
                "pending": item.delivery?.verified == false ? true : nil,
            ]),
        ]
    }

    func rhythm(_ delivery: Delivery, _ page: Page) -> String {
        switch delivery.rhythm {
        case .workingDays(let days, _): page.isEnglish ? "within \(days) working days" : "\(days) 个工作日内"
        case .each(let period):
            [
                "year": Bilingual(zh: "每年", en: "each year"), "quarter": Bilingual(zh: "每季", en: "each quarter"),
                "month": Bilingual(zh: "每月", en: "each month"), "day": Bilingual(zh: "每日", en: "each day"),
            ][period]?[page.language] ?? period
        }
    }

    /// The three clocks of an item, how soon it is withdrawn and how soon it is delivered.
    private func deadlines(_ item: Item, _ page: Page) -> Values {
        let columns = ["colWhat", "colWithin", "cardBasis"].map(page.word)
        var rows = page.clockRows(item)
        if let delivery = item.delivery {
            rows.append((page.word("clockDelivered"), rhythm(delivery, page), delivery.basis))
        }
        return [
            "caption": page.word("itemDeadlines"), "captionHidden": true, "columns": columns.map { ["heading": $0] },
            "rows": rows.map { row -> Values in
                [
                    "lead": ["heading": columns[0], "text": row.what],
                    "cells": [
                        ["heading": columns[1], "text": row.within],
                        ["heading": columns[2], "text": row.basis.isEmpty ? "–" : page.format.bases(row.basis)],
                    ],
                ]
            },
        ]
    }

    /// The fields of an item; where departments deliver it, with the column names that are understood.
    private func fields(_ item: Item, _ page: Page) -> Values {
        let feed = catalogue.feeds(of: item.id).first
        let columns = (["colField", "colType", "colPublished"] + (feed == nil ? [] : ["colAlso"])).map(page.word)
        let required = Set(feed?.required.filter { $0.count == 1 }.flatMap { $0 } ?? [])
        func spelled(_ index: Int) -> [Values] {
            guard let feed else { return [] }
            let spellings = feed.headings.first { $0.field == index }?.spellings ?? []
            let text = spellings.prefix(2).joined(separator: page.isEnglish ? ", " : "、")
            return [["heading": columns[3], "text": text.isEmpty ? "–" : text + (spellings.count > 2 ? " …" : "")]]
        }
        return [
            "caption": page.word("itemFields"), "captionHidden": true, "columns": columns.map { ["heading": $0] },
            "rows": item.fields.enumerated().map { index, field -> Values in
                let type = Self.typeWords[field.type]?[page.language] ?? field.type.rawValue
                let isPublic = field.publicity == .public
                return [
                    "lead": ["heading": columns[0], "text": field.title[page.language], "sub": field.name],
                    "cells": [
                        [
                            "heading": columns[1],
                            "text": required.contains(index) ? "\(type) · \(page.word("colRequired"))" : type,
                        ],
                        ["heading": columns[2], "text": page.word(isPublic ? "wordYes" : "notPublished")],
                    ] + spelled(index),
                ]
            },
        ]
    }

    static let typeWords: [FieldType: Bilingual] = [
        .text: Bilingual(zh: "文本", en: "text"), .longText: Bilingual(zh: "长文本", en: "long text"),
        .orgName: Bilingual(zh: "单位名称", en: "name of an organisation"),
        .personRole: Bilingual(zh: "负责人姓名", en: "a person's role"),
        .uscc: Bilingual(zh: "统一社会信用代码，18 位", en: "unified code, 18 characters"),
        .organisationCode: Bilingual(zh: "组织机构代码，9 位", en: "organisation code, 9 characters"),
        .registrationNumber: Bilingual(zh: "工商注册号", en: "registration number"),
        .subjectCode: Bilingual(zh: "任一单位代码", en: "any organisation code"),
        .taxpayerNumber: Bilingual(zh: "纳税人识别号", en: "taxpayer number"),
        .licenceNumber: Bilingual(zh: "执业证号", en: "licence number"),
        .documentNumber: Bilingual(zh: "文书号", en: "document number"),
        .day: Bilingual(zh: "日期", en: "day"), .endDay: Bilingual(zh: "截止日期，可长期", en: "end day, may be open"),
        .year: Bilingual(zh: "年份", en: "year"),
        .yuan: Bilingual(zh: "金额，元", en: "amount in yuan"),
        .wanYuan: Bilingual(zh: "金额，万元", en: "amount in 10 000 yuan"),
        .capital: Bilingual(zh: "金额，带单位和币种", en: "amount with unit and currency"),
        .integer: Bilingual(zh: "整数", en: "whole number"), .decimal: Bilingual(zh: "数字", en: "number"),
        .code: Bilingual(zh: "代码表选一", en: "one value of a table"),
        .codes: Bilingual(zh: "代码表多选", en: "values of a table"), .division: Bilingual(zh: "行政区划", en: "division"),
        .url: Bilingual(zh: "网址", en: "web address"),
        .sourceKey: Bilingual(zh: "来源序号", en: "row id at the source"),
    ]

    private func codeTable(_ table: CodeTable, _ page: Page) -> Values {
        let columns = ["colCode", "colMeaning"].map(page.word)
        return [
            "anchor": "codes-\(table.id)",
            "heading": (page.isEnglish ? "Codes: " : "代码表：") + table.title[page.language],
            "table": [
                "caption": table.title[page.language], "captionHidden": true,
                "columns": columns.map { ["heading": $0] },
                "rows": table.values.map { value -> Values in
                    [
                        "lead": ["heading": columns[0], "text": value.code],
                        "cells": [["heading": columns[1], "text": value.title[page.language]]],
                    ]
                },
            ] as Values,
        ]
    }

    private func feed(_ feed: Feed, _ item: Item, _ page: Page) -> Values {
        let good = catalogue.files.first { $0.path == feed.examples?.good }.map {
            String(decoding: $0.bytes, as: UTF8.self).split(whereSeparator: \.isNewline).prefix(2).joined(
                separator: "\n")
        }
        let bad = catalogue.files.first { $0.path == feed.examples?.badFile }.map {
            String(decoding: $0.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        }
        var examples: [Values] = []
        if let good {
            examples.append(["heading": page.isEnglish ? "Taken in" : "会收下", "sample": good, "outcome": ""])
        }
        if let bad, bad.count > 1, let first = feed.examples?.bad.first, bad.count > first.row {
            examples.append([
                "heading": page.isEnglish ? "Sent back" : "会退回", "sample": "\(bad[0])\n\(bad[first.row])",
                "outcome": catalogue.checks[first.code]?.message.filling([
                    "field": first.field.flatMap { item.position(of: $0) }.map { item.fields[$0].title[page.language] }
                        ?? ""
                ])[page.language] ?? first.code,
            ])
        }
        return values([
            "intro": page.isEnglish
                ? "Feed `\(feed.id)`; CSV, XLSX, JSON, JSON Lines or XML; columns in any order, under any of the names in the table of fields."
                : "数据种类 \(feed.id)；CSV、XLSX、JSON、JSON Lines、XML 都可以，列的先后不限，列名用字段表里任何一种。",
            "examples": examples,
        ])
    }

    // MARK: prose

    @Sendable func prose(_ request: Request, _ context: PortalContext) throws -> Response {
        let page = Page(self, request)
        let name = request.uri.path.split(separator: "/").first.map(String.init) ?? ""
        guard let prose = catalogue.prose[name] else {
            throw Problem.notFound(Bilingual(zh: "没有这个页面。", en: "There is no such page."))
        }
        let title = prose.title[page.language]
        return try page.render(
            "prose", title: title,
            values([
                "heading": title, "intro": prose.intro[page.language], "numbered": prose.isNumbered ? true : nil,
                "sealed": prose.isSealed ? true : nil,
                "sections": prose.sections.map { section in
                    values([
                        "anchor": section.id, "heading": section.heading[page.language],
                        "paragraphs": section.paragraphs.map { $0[page.language] },
                        "hasPoints": section.points.isEmpty ? nil : true,
                        "points": section.points.map { $0[page.language] },
                        "links": section.links.map { ["href": $0.href, "text": $0.text[page.language]] },
                    ])
                },
                "contents": prose.sections.count > 3
                    ? prose.sections.map { ["anchor": $0.id, "text": $0.heading[page.language]] } : nil,
            ]), at: name == "help" ? .help : nil, here: title)
    }
}
