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
        let cells = [
            file, String(reject.line), reject.column ?? "", reject.field ?? "", reject.code,
            "\(message.zh) / \(message.en)", reject.original,
        ]
        return cells.map(CSVCell.write).joined(separator: ",") + "\r\n"
    }

    /// What happened and what to do, with the suggestion where there is one.
    public func message(_ reject: RejectRow) -> Bilingual {
        let (message, remedy) = parts(reject)
        return Bilingual(
            zh: [message.zh, remedy.zh].filter { !$0.isEmpty }.joined(),
            en: [message.en, remedy.en].filter { !$0.isEmpty }.joined(separator: " "))
    }

    /// What happened, and what to do.
    public func parts(_ reject: RejectRow, withSuggestion: Bool = true) -> (message: Bilingual, remedy: Bilingual) {
        guard let check = catalogue.checks[reject.code] else {
            return (Bilingual(zh: reject.code, en: reject.code), Bilingual(zh: "", en: ""))
        }
        let field = reject.field.flatMap { item.position(of: $0) }.map { item.fields[$0] }
        func filled(_ text: Bilingual) -> Bilingual {
            func one(_ language: Language) -> String {
                // A sentence about a suggestion is left out where there is none.
                let sentences =
                    reject.suggestion == nil || !withSuggestion
                    ? Self.withoutSuggestion(text[language]) : text[language]
                let values = [
                    "field": reject.column ?? field?.title[language] ?? "", "suggestion": reject.suggestion ?? "",
                    "other": reject.other ?? "",
                    "limit": reject.other ?? "",
                ]
                return Bilingual(zh: sentences, en: sentences).filling(values).zh
            }
            return Bilingual(zh: one(.chinese), en: one(.english))
        }
        var remedy = filled(check.remedy)
        if withSuggestion, let suggestion = reject.suggestion, !remedy.zh.contains(suggestion) {
            remedy = Bilingual(
                zh: "\(remedy.zh)可能应为：\(suggestion)。", en: "\(remedy.en) It may be meant: \(suggestion).")
        }
        return (filled(check.message), remedy)
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
        if let first = text.unicodeScalars.first, "=+-@\t".unicodeScalars.contains(first),
            Fen(decimal: text.drop { $0 == "-" || $0 == "+" }, unitInFen: 100) == nil
        {
            text = "'" + text
        }
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
