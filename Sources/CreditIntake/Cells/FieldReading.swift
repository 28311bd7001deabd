import CreditCatalogue
import CreditModel

/// What each field type means: from prepared text to the canonical value that is stored, compared and hashed.
///
/// Canonical forms: days `YYYY-MM-DD`, money `12345.60` in yuan, codes as the table's code, several codes joined by `;`.
struct FieldReading {
    let catalogue: Catalogue
    let today: Day
    /// Lengths in bytes of everything that spells "nothing": most cells are told apart by theirs.
    private let nothingLengths: Set<Int>
    private let mostNothing: Int
    /// Days that mean something else: an open end, or nothing.
    private let oddDays: Set<Day>

    init(catalogue: Catalogue, today: Day) {
        self.catalogue = catalogue
        self.today = today
        nothingLengths = Set(
            catalogue.cleaning.nullSpellings.union(catalogue.cleaning.notStatedWords).map(\.utf8.count))
        mostNothing = nothingLengths.max() ?? 0
        let cleaning = catalogue.cleaning
        oddDays = cleaning.openEnds.union(
            [cleaning.noDates, cleaning.openEndWords, cleaning.nullSpellings, cleaning.notStatedWords]
                .flatMap { words in words.compactMap { Day(iso: $0) } })
    }

    /// Types that cannot hold words: there 不详 means "no data" and not a value.
    static func holdsWords(_ type: FieldType) -> Bool {
        switch type {
        case .text, .longText, .orgName, .personRole, .documentNumber, .sourceKey: true
        default: false
        }
    }

    /// Types whose values were not reduced to a form that can hold nothing else: numbers and words that must be looked into.
    static func mayHoldAnything(_ type: FieldType) -> Bool {
        switch type {
        case .text, .longText, .orgName, .personRole, .documentNumber, .sourceKey, .licenceNumber, .taxpayerNumber,
            .url, .division,
            .integer, .decimal:
            true
        default: false
        }
    }

    static func isIdentifier(_ type: FieldType) -> Bool {
        switch type {
        case .uscc, .organisationCode, .registrationNumber, .subjectCode: true
        default: false
        }
    }

    /// Whether a cell is its own canonical value: nothing to clean, nothing that could be absent, wrong or too long. So are most texts,
    /// document numbers and days, and none of them is made a string. Where this says no, `read` decides.
    func takesAsDelivered(_ cell: UnsafeBufferPointer<UInt8>, _ field: CheckedField) -> Bool {
        switch field.type {
        case .text, .longText, .personRole, .documentNumber:
            guard cell.count > Self.longestNothing || Self.leastFolded(cell) > mostNothing, CellText.isClean(cell),
                cell.count <= field.field.maxLength || Self.scalars(in: cell) <= field.field.maxLength
            else { return false }
            return field.type != .documentNumber || Self.isPlainDocumentNumber(cell)
        case .day, .endDay:
            guard let day = Day(iso: cell), !oddDays.contains(day), (1800...2200).contains(day.parts.year) else { return false }
            return !(mustBePast(field.field) && day > today)
        default: return false
        }
    }

    /// Longer cells spell something, whatever it is.
    private static let longestNothing = 48

    private func mustBePast(_ field: Field) -> Bool { field.notFuture || field.role == .decidedOn || field.role == .publishedOn }

    /// At least as many as characters.
    private static func scalars(in text: UnsafeBufferPointer<UInt8>) -> Int {
        text.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }

    func read(_ cell: inout CellText, field: Field, type: FieldType) -> CellOutcome {
        if cell.text.isEmpty { return .empty }
        if cell.text.utf8.count <= Self.longestNothing, isNothing(cell.text, type) {
            cell.note(.nullSpelling)
            return .empty
        }
        let outcome = value(&cell, field: field, type: type)
        if case .value(let text) = outcome, text.utf8.count > field.maxLength, text.count > field.maxLength {
            return .fault(.textTooLong, other: String(field.maxLength))
        }
        return outcome
    }

    /// `.empty` where the cell spells nothing, whatever its field.
    func readsAsNothing(_ cell: inout CellText, type: FieldType) -> CellOutcome {
        if cell.text.isEmpty { return .empty }
        guard cell.text.utf8.count <= Self.longestNothing, isNothing(cell.text, type) else { return .value(cell.text) }
        cell.note(.nullSpelling)
        return .empty
    }

    private func isNothing(_ text: String, _ type: FieldType) -> Bool {
        var text = text
        if text.withUTF8(Self.leastFolded) > mostNothing { return false }
        let folded = Folding.code(text)
        if folded.isEmpty { return true }
        if !nothingLengths.contains(folded.utf8.count) { return false }
        if catalogue.cleaning.nullSpellings.contains(folded) { return true }
        return !Self.holdsWords(type) && catalogue.cleaning.notStatedWords.contains(folded)
    }

    /// As many bytes as `Folding.code` leaves at least: ideographs and visible ASCII, which it neither drops nor shortens.
    private static func leastFolded(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        text.reduce(0) { count, byte in
            switch byte {
            case 0x21...0x7E: count + 1
            case 0xE4...0xE9: count + 3
            default: count
            }
        }
    }

    private func value(_ cell: inout CellText, field: Field, type: FieldType) -> CellOutcome {
        switch type {
        case .text, .longText, .personRole: return .value(cell.text)
        case .orgName: return name(&cell)
        case .documentNumber: return documentNumber(&cell)
        case .sourceKey, .licenceNumber, .taxpayerNumber: return plainCode(&cell)
        // Identifiers are read with their row (whom it is about), see RowChecker.
        case .uscc, .organisationCode, .registrationNumber, .subjectCode: return .value(cell.text)
        case .day, .endDay: return day(&cell, field: field, open: type == .endDay)
        case .year: return year(&cell)
        case .yuan: return amount(&cell, unit: AmountReading.fenPerYuan)
        case .wanYuan: return amount(&cell, unit: AmountReading.fenPerWan)
        case .capital:
            guard let result = CapitalReading.read(cell.text) else { return .fault(.amountUnreadable) }
            result.changes.forEach { cell.note($0) }
            return .value(result.text)
        case .integer, .decimal: return number(&cell, field: field, whole: type == .integer)
        case .code: return code(&cell, field: field)
        case .codes: return codes(&cell, field: field)
        case .division: return division(&cell)
        case .url: return Self.isAddress(cell.text) ? .value(cell.text) : .fault(.urlUnreadable)
        }
    }

    /// http and https only: nothing else may become a link on a page.
    static func isAddress(_ text: String) -> Bool {
        let lower = text.prefix(8).lowercased()
        guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else { return false }
        return !text.unicodeScalars.contains { Folding.isBlank($0) || $0 == "<" || $0 == ">" || $0 == "\"" }
    }

    private func name(_ cell: inout CellText) -> CellOutcome {
        let tidy = OrganisationName.tidy(cell.text)
        guard OrganisationName.isReadable(tidy) else { return .fault(.nameUnreadable) }
        if !tidy.utf8.elementsEqual(cell.text.utf8) {
            let before = cell.text.unicodeScalars
            if before.contains(where: { Folding.isBlank($0) }), !tidy.unicodeScalars.elementsEqual(before) {
                cell.note(.blanksRemoved)
            }
            if before.contains(where: { "()[]{}〔〕【】﹝﹞".unicodeScalars.contains($0) }) { cell.note(.bracketsUnified) }
            if before.contains(where: { Folding.narrow($0) != $0 && $0 != "（" && $0 != "）" && $0.value != 0x3000 }) {
                cell.note(.widthFolded)
            }
        }
        return .value(tidy)
    }

    /// Document numbers are kept as written, with the year's brackets made one form (GB/T 9704: 〔2018〕).
    private func documentNumber(_ cell: inout CellText) -> CellOutcome {
        if cell.text.withUTF8(Self.isPlainDocumentNumber) { return .value(cell.text) }
        var view = String.UnicodeScalarView()
        var changed = false
        for scalar in cell.text.unicodeScalars {
            if Folding.isBlank(scalar) {
                changed = true
                cell.note(.blanksRemoved)
                continue
            }
            let narrow = Folding.narrow(scalar)
            let unified: Unicode.Scalar =
                switch narrow {
                case "(", "[", "﹝", "【", "<", "〈", "{", "（": "〔"
                case ")", "]", "﹞", "】", ">", "〉", "}", "）": "〕"
                default: narrow
                }
            if unified != scalar { changed = true }
            view.append(unified)
        }
        let unified = String(view)
        // Only a year takes these brackets; 济天环罚(东)字 keeps its own.
        let result = changed ? DocumentNumber.bracketYear(unified) : unified
        if changed, !result.utf8.elementsEqual(cell.text.utf8) { cell.note(.bracketsUnified) }
        // Every office numbers its documents; words alone are a remark, which is kept but marked.
        let hasNumber = result.contains { $0.isNumber || ChineseNumeral.isNumeral($0) }
        if !hasNumber { cell.text = result }
        return hasNumber ? .value(result) : .fault(.documentNumberUnusual)
    }

    /// The usual form needs nothing done: ideographs and digits, brackets of the standard's kind only around a year.
    private static func isPlainDocumentNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var hasDigit = false
        /// Digits since a bracket was opened.
        var open: Int?
        var place = 0
        while place < text.count {
            switch text[place] {
            case 48...57:
                hasDigit = true
                open = open.map { $0 + 1 }
                place += 1
            case 65...90, 97...122:
                if open != nil { return false }
                place += 1
            // Ideographs: U+4E00 to U+9FFF.
            case 0xE4...0xE9 where place + 2 < text.count && (text[place] > 0xE4 || text[place + 1] >= 0xB8):
                if open != nil { return false }
                place += 3
            // 〔 and 〕
            case 0xE3 where place + 2 < text.count && text[place + 1] == 0x80 && text[place + 2] == 0x94:
                if open != nil { return false }
                open = 0
                place += 3
            case 0xE3 where place + 2 < text.count && text[place + 1] == 0x80 && text[place + 2] == 0x95:
                guard open == 4 else { return false }
                open = nil
                place += 3
            default: return false
            }
        }
        return hasDigit && open == nil
    }

    private func plainCode(_ cell: inout CellText) -> CellOutcome {
        let folded = Folding.code(cell.text)
        if folded != cell.text {
            if cell.text.unicodeScalars.contains(where: Folding.isBlank) { cell.note(.blanksRemoved) }
            if cell.text.unicodeScalars.contains(where: { Folding.narrow($0) != $0 }) { cell.note(.widthFolded) }
            if cell.text.utf8.contains(where: { $0 >= 97 && $0 <= 122 }) { cell.note(.caseRaised) }
        }
        return .value(folded)
    }

    private func day(_ cell: inout CellText, field: Field, open: Bool) -> CellOutcome {
        let folded = Folding.code(cell.text)
        if catalogue.cleaning.noDates.contains(folded) || catalogue.cleaning.noDates.contains(String(folded.prefix(10)))
        {
            cell.note(.nullSpelling)
            return .empty
        }
        if catalogue.cleaning.openEndWords.contains(folded) {
            guard open else { return .fault(.dayUnreadable) }
            cell.note(.openEnd)
            return .value(Day.openEnd.description)
        }
        do throws(DayReading.Fault) {
            let result = try DayReading.read(cell.text)
            if let change = result.change { cell.note(change) }
            if open, catalogue.cleaning.openEnds.contains(result.day) {
                if !result.day.isOpenEnd { cell.note(.openEnd) }
                return .value(Day.openEnd.description)
            }
            if mustBePast(field), result.day > today {
                return .fault(.dayInFuture)
            }
            if result.day.parts.year > 2200 { return .fault(.dayImpossible) }
            return .value(result.day.description)
        } catch {
            return .fault(error == .impossible ? .dayImpossible : .dayUnreadable)
        }
    }

    private func year(_ cell: inout CellText) -> CellOutcome {
        var folded = Folding.code(cell.text)
        for suffix in ["年度", "年"] where folded.hasSuffix(suffix) { folded = String(folded.dropLast(suffix.count)) }
        guard let year = Int(folded) ?? ChineseNumeral.integer(folded).map(Int.init), (1900...2100).contains(year)
        else {
            return .fault(.numberUnreadable)
        }
        if String(year) != cell.text { cell.note(.dateForm) }
        return .value(String(year))
    }

    private func amount(_ cell: inout CellText, unit: Int64) -> CellOutcome {
        do throws(AmountReading.Fault) {
            let result = try AmountReading.read(cell.text, columnUnit: unit)
            result.changes.forEach { cell.note($0) }
            return .value(result.fen.plain)
        } catch {
            return .fault(error == .negative ? .amountNegative : .amountUnreadable)
        }
    }

    private func number(_ cell: inout CellText, field: Field, whole: Bool) -> CellOutcome {
        let folded = Folding.code(cell.text).replacing(",", with: "")
        if let min = field.min, min >= 0, folded.hasPrefix("-") { return .fault(.amountNegative) }
        let body = folded.hasPrefix("-") ? folded.dropFirst() : folded[...]
        let digits = body.utf8.filter { $0 >= 48 && $0 <= 57 }.count
        let points = body.utf8.filter { $0 == 46 }.count
        guard digits > 0, digits + points == body.utf8.count, points <= (whole ? 0 : 1), digits <= 18 else {
            return .fault(.numberUnreadable)
        }
        if let min = field.min, let value = Double(folded), value < Double(min) { return .fault(.numberUnreadable) }
        if folded != cell.text { cell.note(.amountForm) }
        return .value(folded)
    }

    private func code(_ cell: inout CellText, field: Field) -> CellOutcome {
        guard let table = field.table.flatMap({ catalogue.codeTables[$0] }), let value = table.value(spelled: cell.text)
        else {
            return .fault(.codeUnknown)
        }
        if value.code != cell.text, value.title.zh != cell.text { cell.note(.codeSpelling) }
        return .value(value.code)
    }

    private func codes(_ cell: inout CellText, field: Field) -> CellOutcome {
        guard let table = field.table.flatMap({ catalogue.codeTables[$0] }) else { return .fault(.codeUnknown) }
        // The whole cell may be one value whose title holds a comma: 没收违法所得、没收非法财物.
        if let value = table.value(spelled: cell.text) { return .value(value.code) }
        var found: [String] = []
        for part in split(cell.text, table) {
            guard let value = table.value(spelled: String(part)) else { return .fault(.codeUnknown) }
            if !found.contains(value.code) { found.append(value.code) }
        }
        if found.isEmpty { return .empty }
        cell.note(.codeSpelling)
        return .value(found.joined(separator: ";"))
    }

    /// Splits at separators, but keeps a run together where the table knows it as one value.
    private func split(_ text: String, _ table: CodeTable) -> [String] {
        var parts: [String] = []
        for outer in text.split(whereSeparator: { ";；|/\n+＋".contains($0) }) {
            if table.value(spelled: String(outer)) != nil {
                parts.append(String(outer))
                continue
            }
            var pieces = outer.split(whereSeparator: { "、,，和及".contains($0) }).map(String.init)[...]
            while !pieces.isEmpty {
                // The longest run of pieces that the table knows, joined as they stood.
                let length =
                    (1...pieces.count).reversed().first {
                        table.value(spelled: pieces.prefix($0).joined(separator: "、")) != nil
                    } ?? 1
                parts.append(pieces.prefix(length).joined(separator: "、"))
                pieces = pieces.dropFirst(length)
            }
        }
        return parts.map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
    }

    private func division(_ cell: inout CellText) -> CellOutcome {
        let folded = Folding.code(cell.text)
        if folded.utf8.count == 6, folded.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) {
            return catalogue.divisions[folded] == nil ? .fault(.divisionUnknown) : .value(folded)
        }
        let codes = catalogue.divisions.codes(named: cell.text)
        if codes.count == 1 {
            cell.note(.codeSpelling)
            return .value(codes[0])
        }
        // A name that several places share stays as it is written.
        return codes.isEmpty ? .fault(.divisionUnknown) : .value(cell.text)
    }
}

/// Document numbers in text: 广环罚字（2017）第12号, 苏环罚〔2020〕3号.
enum DocumentNumber {
    /// Puts 〔〕 around four-digit years and （） around everything else that had brackets.
    static func bracketYear(_ text: String) -> String {
        let characters = Array(text)
        var result: [Character] = []
        var index = 0
        while index < characters.count {
            if characters[index] == "〔", let close = characters[index...].firstIndex(of: "〕") {
                let inner = characters[index + 1..<close]
                let isYear = inner.count == 4 && inner.allSatisfy { $0.isASCII && $0.isNumber }
                result.append(isYear ? "〔" : "（")
                result.append(contentsOf: inner)
                result.append(isYear ? "〕" : "）")
                index = close + 1
            } else {
                result.append(characters[index] == "〕" ? "）" : characters[index])
                index += 1
            }
        }
        return String(result)
    }

    /// The text itself where it is a document number and nothing else: an agency's sign, a bracketed year, 号 at the end.
    static func find(in text: String) -> String? {
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !Folding.isBlank(scalar) {
            switch Folding.narrow(scalar) {
            case "(", "[", "﹝", "【", "{", "〔": view.append("〔")
            case ")", "]", "﹞", "】", "}", "〕": view.append("〕")
            case let narrow: view.append(narrow)
            }
        }
        let folded = bracketYear(String(view))
        guard folded.count <= 40, folded.hasSuffix("号"), let open = folded.firstIndex(of: "〔"),
            open != folded.startIndex,
            !folded.contains(where: { "，。；：、年月日".contains($0) })
        else { return nil }
        let tail = folded[open...].dropFirst(6)
        return tail.contains(where: { $0.isNumber }) ? folded : nil
    }
}
