/// What the parts around the sheets say: which sheets there are, where they lie, how dates count.
struct Workbook {
    struct Sheet {
        let name: String
        let isHidden: Bool
        let part: String
    }

    private(set) var sheets: [Sheet] = []
    /// Days are counted from 1904-01-01 instead of 1900.
    private(set) var countsFrom1904 = false
    private(set) var sharedStringsPart: String?
    private(set) var stylesPart: String?
    private static let maxSheets = 4096

    /// - Throws: `notATable` or `legacyExcel` when the archive is something else.
    init(_ archive: Archive, limits: TableLimits) throws {
        let main = try Self.relations(archive, "_rels/.rels", base: "", limits)
            .first { $0.type.hasSuffix("/officeDocument") }?.target
        let path = [main, "xl/workbook.xml"].compactMap(\.self).first { archive.contains($0) }
        guard let path, path.lowercased().hasSuffix(".xml"), let part = try archive.part(path),
            !path.lowercased().hasPrefix("word/"), !path.lowercased().hasPrefix("ppt/")
        else { throw Self.otherArchive(archive) }

        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let relationsPath = (folder.isEmpty ? "" : folder + "/") + "_rels/" + file + ".rels"
        let relations = try Self.relations(archive, relationsPath, base: folder, limits)
        var found: [(name: String, id: String, isHidden: Bool)] = []
        var from1904 = false
        let scan = ElementScan { name, attributes in
            if name == "sheet", found.count < Self.maxSheets {
                let state = attributes.string("state") ?? "visible"
                found.append((attributes.string("name") ?? "", attributes.string("id") ?? "", state != "visible"))
            } else if name == "workbookPr" {
                from1904 = ["1", "true"].contains(attributes.string("date1904") ?? "")
            }
        }
        try part.parse(scan, limits: limits)
        countsFrom1904 = from1904
        for sheet in found {
            guard let relation = relations.first(where: { $0.id == sheet.id }), relation.type.hasSuffix("/worksheet")
            else {
                continue
            }
            sheets.append(Sheet(name: sheet.name, isHidden: sheet.isHidden, part: relation.target))
        }
        func target(_ type: String, _ usual: String) -> String? {
            let named = relations.first { $0.type.hasSuffix(type) }?.target
            return [named, (folder.isEmpty ? "" : folder + "/") + usual].compactMap(\.self).first {
                archive.contains($0)
            }
        }
        sharedStringsPart = target("/sharedStrings", "sharedStrings.xml")
        stylesPart = target("/styles", "styles.xml")
    }

    private struct Relation {
        let id: String
        let type: String
        let target: String
    }

    private static func relations(
        _ archive: Archive, _ path: String, base: String, _ limits: TableLimits
    ) throws -> [Relation] {
        guard let part = try archive.part(path) else { return [] }
        var found: [Relation] = []
        let scan = ElementScan { name, attributes in
            guard name == "Relationship", found.count < Self.maxSheets, let target = attributes.string("Target") else {
                return
            }
            found.append(
                Relation(
                    id: attributes.string("Id") ?? "", type: attributes.string("Type") ?? "",
                    target: resolve(target, base: base)))
        }
        try part.parse(scan, limits: limits)
        return found
    }

    /// The name within the archive of a target written relative to `base`, or absolute.
    static func resolve(_ target: String, base: String) -> String {
        let clean = String(target.map { $0 == "\\" ? "/" : $0 })
        var steps = clean.hasPrefix("/") ? [] : base.split(separator: "/").map(String.init)
        for step in clean.split(separator: "/") {
            switch step {
            case ".": continue
            case "..": _ = steps.popLast()
            default: steps.append(String(step))
            }
        }
        return steps.joined(separator: "/")
    }

    private static func otherArchive(_ archive: Archive) -> TableError {
        if archive.contains("xl/workbook.bin") {
            return TableError(
                .legacyExcel, "binary workbook", seems: .init(zh: "二进制工作簿（xlsb）", en: "a binary workbook (xlsb)"))
        }
        let seems: TableError.Seeming
        if archive.contains("word/document.xml") {
            seems = .init(zh: "Word 文档", en: "a Word document")
        } else if archive.contains("ppt/presentation.xml") {
            seems = .init(zh: "PowerPoint 演示文稿", en: "a PowerPoint presentation")
        } else if archive.contains("content.xml"), archive.contains("mimetype") {
            seems = .init(zh: "OpenDocument 文档（ods）", en: "an OpenDocument file (ods)")
        } else {
            seems = .init(zh: "压缩包", en: "a compressed archive")
        }
        return TableError(.notATable, "archive without a workbook", seems: seems)
    }
}

/// Looks at the start tags of a small part.
final class ElementScan: SAXHandler {
    private let body: (SAXName, SAXAttributes) -> Void

    init(_ body: @escaping (SAXName, SAXAttributes) -> Void) { self.body = body }

    func start(_ name: SAXName, _ attributes: SAXAttributes, _ parser: SAXParser) { body(name, attributes) }
    func end(_ name: SAXName, _ parser: SAXParser) {}
    func text(_ bytes: UnsafeBufferPointer<UInt8>, _ parser: SAXParser) {}
}
