import CreditCatalogue
import CreditModel

/// The reject file a department gets back: CSV, UTF-8 with BOM so that a spreadsheet opens it, one line a fault.
public struct RejectFile: Sendable {
    public static let header = "\u{FEFF}file,line,column,field,code,message,original\r\n"
    let catalogue: Catalogue
    let item: Item

    public init(catalogue: Catalogue, item: Item) {
        self.catalogue = catalogue
        self.item = item
    }

    public func line(file: String, _ reject: RejectRow) -> String {
        let message = message(reject)
        let cells = [file, String(reject.line), reject.column ?? "", reject.field ?? "", reject.code, "\(message.zh) / \(message.en)", reject.original]
        return cells.map(CSVCell.write).joined(separator: ",") + "\r\n"
    }

    /// What happened and what to do, with the suggestion where there is one.
    public func message(_ reject: RejectRow) -> Bilingual {
        guard let check = catalogue.checks[reject.code] else { return Bilingual(zh: reject.code, en: reject.code) }
        let field = reject.field.flatMap { item.position(of: $0) }.map { item.fields[$0] }
        func filled(_ language: Language) -> String {
            let join = language == .chinese ? "" : " "
            var values = ["field": field?.title[language] ?? (reject.column ?? "")]
            values["suggestion"] = reject.suggestion ?? ""
            values["other"] = reject.other ?? ""
            values["limit"] = reject.other ?? ""
            // A sentence about a suggestion is left out where there is none.
            let sentences = [check.message[language], check.remedy[language]].map { reject.suggestion == nil ? Self.withoutSuggestion($0) : $0 }
            let filled = sentences.map { Bilingual(zh: $0, en: $0).filling(values).zh }.filter { !$0.isEmpty }
            var text = filled.joined(separator: join)
            if let suggestion = reject.suggestion, !text.contains(suggestion) {
                text += language == .chinese ? "可能应为：\(suggestion)。" : " It may be meant: \(suggestion)."
            }
            return text
        }
        return Bilingual(zh: filled(.chinese), en: filled(.english))
    }
}

extension RejectFile {
    private static func withoutSuggestion(_ text: String) -> String {
        guard text.contains("{suggestion}") else { return text }
        var kept: [String] = []
        var sentence = ""
        for character in text {
            sentence.append(character)
            if "。；;!！".contains(character) || character == "." {
                if !sentence.contains("{suggestion}") { kept.append(sentence) }
                sentence = ""
            }
        }
        if !sentence.isEmpty, !sentence.contains("{suggestion}") { kept.append(sentence) }
        return kept.joined()
    }
}

/// One cell of a CSV file that people open in spreadsheets.
public enum CSVCell {
    /// Quotes where needed; a cell that a spreadsheet would run as a formula is marked as text.
    public static func write(_ text: String) -> String {
        var text = text
        if let first = text.unicodeScalars.first, "=+-@\t".unicodeScalars.contains(first), Fen(decimal: text.drop { $0 == "-" || $0 == "+" }, unitInFen: 100) == nil {
            text = "'" + text
        }
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
