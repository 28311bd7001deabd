import CreditCatalogue
import CreditModel
import CreditServices
import Hummingbird

/// `/data/directory`: the directory of government information (政务信息资源目录). Every item of the catalogue is a dataset, with who
/// provides it, who may have it, how often it comes, in which form, and on what basis.
extension OpenDataRoutes {
    /// The three classes of the regulation on sharing government data.
    enum SharingClass: String, CaseIterable {
        case unconditional, conditional, none

        init(_ sharing: Item.Sharing) {
            self =
                switch sharing {
                case .open, .government: .unconditional
                case .conditional: .conditional
                case .none: .none
                }
        }

        var words: Bilingual {
            switch self {
            case .unconditional: Bilingual(zh: "无条件共享", en: "Shared without conditions")
            case .conditional: Bilingual(zh: "有条件共享", en: "Shared on conditions")
            case .none: Bilingual(zh: "不予共享", en: "Not shared")
            }
        }
    }

    private struct Entry {
        let item: Item
        let provider: String
        let sharing: SharingClass
        let isOpen: Bool
        let frequency: String
        let formats: String
        let basis: String
    }

    private func entries(_ page: Page) -> [Entry] {
        portal.catalogue.items.map { item in
            let isOpen = datasets.dataset(item.id) != nil
            return Entry(
                item: item, provider: item.source[page.language], sharing: SharingClass(item.sharing), isOpen: isOpen,
                frequency: item.delivery.map { portal.rhythm($0, page) } ?? page.word("directoryNotStated"),
                formats: isOpen ? "CSV, JSON Lines" : item.publicity == .public ? "HTML, JSON" : "–",
                basis: page.format.bases(item.basis))
        }
    }

    private func chosen(_ page: Page) -> [Entry] {
        let provider = page.parameter("provider")
        let sharing = page.parameter("sharing").flatMap(SharingClass.init)
        return entries(page).filter { entry in
            (provider == nil || entry.provider == provider) && (sharing == nil || entry.sharing == sharing)
        }
    }

    @Sendable func directory(_ request: Request, _ context: PortalContext) throws -> Response {
        let page = Page(portal, request)
        let all = entries(page)
        let chosen = chosen(page)
        let providers = Set(all.map(\.provider)).sorted()
        let names = ["colDataset", "directoryProvider", "directorySharing", "directoryOpen", "directoryFrequency"].map(page.word)
        let rules = portal.catalogue.openData.request
        let query = request.uri.query ?? ""
        let isNarrowed = page.parameter("provider") != nil || page.parameter("sharing") != nil
        return try page.render(
            "directory", title: page.word("directoryTitle"),
            values([
                "filters": values([
                    "action": "/data/directory",
                    "fields": [
                        page.select("provider", "directoryProvider", providers.map { ($0, $0) }, current: page.parameter("provider")),
                        page.select(
                            "sharing", "directorySharing",
                            SharingClass.allCases.map { ($0.rawValue, $0.words[page.language]) }, current: page.parameter("sharing")),
                    ],
                    "clearHref": isNarrowed ? "/data/directory" : nil,
                ]),
                "count": page.say("sayDirectoryCount", ["shown": String(chosen.count), "all": String(all.count)]),
                "none": chosen.isEmpty ? true : nil,
                "table": chosen.isEmpty
                    ? nil
                    : [
                        "caption": page.word("directoryTitle"), "captionHidden": true,
                        "columns": names.map { ["heading": $0] },
                        "rows": chosen.map { row($0, names, page) },
                    ] as Values,
                "csv": Page.address("/data/directory.csv", query, setting: "lang", to: page.language.rawValue),
                "request": [
                    "to": rules.to[page.language], "email": rules.email,
                    "mailto": "mailto:\(rules.email)?subject=\(Page.encode(page.word("directoryRequestSubject")))",
                    "contents": rules.contents.map { $0[page.language] }, "basis": page.format.bases(rules.basis),
                ] as Values,
            ]), at: .data, trail: [(href: "/data", label: page.word("dataTitle"))], here: page.word("directoryTitle"))
    }

    private func row(_ entry: Entry, _ names: [String], _ page: Page) -> Values {
        [
            "lead": [
                "heading": names[0],
                "link": ["href": "/catalogue/\(entry.item.id)", "text": entry.item.title[page.language]],
                "sub": "\(page.word("cardBasis"))\(page.isEnglish ? ": " : "：")\(entry.basis)",
            ] as Values,
            "cells": [
                ["heading": names[1], "text": entry.provider],
                ["heading": names[2], "text": entry.sharing.words[page.language]],
                values([
                    "heading": names[3], "text": page.word(entry.isOpen ? "directoryIsOpen" : "directoryIsNot"),
                    "sub": entry.isOpen ? entry.formats : portal.publicity(entry.item, page),
                ]),
                ["heading": names[4], "text": entry.frequency],
            ],
        ]
    }

    @Sendable func directoryTable(_ request: Request, _ context: PortalContext) -> Response {
        let page = Page(portal, request)
        let head = page.isEnglish
            ? ["id", "dataset", "provider", "sharing", "open data", "publicity", "frequency", "formats", "basis"]
            : ["编号", "数据集", "提供单位", "共享属性", "是否开放", "公示", "更新频率", "格式", "依据"]
        let rows = chosen(page).map { entry in
            [
                entry.item.id, entry.item.title[page.language], entry.provider, entry.sharing.words[page.language],
                page.word(entry.isOpen ? "wordYes" : "wordNo"), portal.publicity(entry.item, page), entry.frequency,
                entry.formats, entry.basis,
            ]
        }
        let text = "\u{FEFF}" + ([head] + rows).map(OpenLine.row).joined()
        return .bytes(
            Array(text.utf8), "text/csv; charset=utf-8",
            headers: [.contentDisposition: "attachment; filename=\"directory.csv\"", .cacheControl: "no-cache", .vary: "Accept-Language, Cookie"])
    }
}
