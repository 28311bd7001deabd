/// Why a delivered file cannot be read as a table.
///
/// `==` compares the code. `detail` is for operators and never holds content of cells.
public struct TableError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        /// Stable, kebab-case; documented and shown in reports.
        public let name: String

        public static let notATable = Code(name: "not-a-table")
        public static let emptyFile = Code(name: "empty-file")
        public static let encrypted = Code(name: "encrypted")
        public static let legacyExcel = Code(name: "legacy-excel")
        public static let archiveBomb = Code(name: "archive-bomb")
        public static let damagedArchive = Code(name: "damaged-archive")
        public static let noSheet = Code(name: "no-sheet")
        public static let unsupportedEncoding = Code(name: "unsupported-encoding")
        public static let jsonSyntax = Code(name: "json-syntax")
        public static let xmlSyntax = Code(name: "xml-syntax")
        public static let unreadable = Code(name: "unreadable")

        /// Every code this module throws, for the page that documents them.
        public static let all: [Code] = [
            .notATable, .emptyFile, .encrypted, .legacyExcel, .archiveBomb, .damagedArchive, .noSheet,
            .unsupportedEncoding, .jsonSyntax, .xmlSyntax, .unreadable,
        ]
    }

    public let code: Code
    /// What was found, in English; never content of cells.
    public let detail: String
    /// Physical line, counted from 1, where it is known.
    public let line: Int?
    /// What the file seems to be, for `notATable` and `legacyExcel`.
    let seems: Seeming?

    init(_ code: Code, _ detail: String, line: Int? = nil, seems: Seeming? = nil) {
        self.code = code
        self.detail = detail
        self.line = line
        self.seems = seems
    }

    public static func == (a: Self, b: Self) -> Bool { a.code == b.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
    public var description: String { "TableError(\(code.name))" }

    /// A kind of file that is not a table, named for people.
    struct Seeming: Sendable {
        let zh: String
        let en: String
    }

    /// What happened and what to do, in Chinese.
    public var zh: String {
        let place = line.map { "第 \($0) 行" } ?? ""
        switch code {
        case .notATable:
            return "文件不是可读取的表格\(seems.map { "，看起来是\($0.zh)" } ?? "")。请提供 CSV、XLSX、JSON 或 XML 格式的表格。"
        case .emptyFile: return "文件是空的，没有任何内容。请检查导出是否成功后重新提交。"
        case .encrypted: return "文件设有打开密码，无法读取。请取消密码后重新提交。"
        case .legacyExcel:
            return "文件是\(seems?.zh ?? "旧版 Excel 格式")，无法读取。请在 Excel 或 WPS 中另存为“.xlsx”后重新提交。"
        case .archiveBomb: return "文件解压后过大，已停止读取。请减少内容或改用 CSV 提交。"
        case .damagedArchive: return "文件已损坏或不完整，无法解压读取。请重新导出或重新上传。"
        case .noSheet: return "工作簿中没有带内容的可见工作表。请检查文件后重新提交。"
        case .unsupportedEncoding: return "文件的字符编码不受支持。请以 UTF-8 或 GB18030 编码另存后重新提交。"
        case .jsonSyntax: return "JSON 格式有误\(place.isEmpty ? "" : "（\(place)）")，整个文件未读取。请修正后重新提交。"
        case .xmlSyntax: return "XML 格式有误或含有不允许的声明\(place.isEmpty ? "" : "（\(place)）")，整个文件未读取。请修正后重新提交。"
        default: return "文件无法读取。请稍后重试；若仍失败，请联系平台运维人员。"
        }
    }

    /// What happened and what to do, in English.
    public var en: String {
        let place = line.map { " at line \($0)" } ?? ""
        switch code {
        case .notATable:
            return "The file is not a table that can be read\(seems.map { "; it seems to be \($0.en)" } ?? ""). "
                + "Deliver a table as CSV, XLSX, JSON or XML."
        case .emptyFile: return "The file is empty. Check the export and deliver it again."
        case .encrypted: return "The file is protected by a password. Remove the password and deliver it again."
        case .legacyExcel:
            return "The file is \(seems?.en ?? "in the old Excel format"). Save it as .xlsx and deliver it again."
        case .archiveBomb: return "The file unpacks to more than is allowed. Split it or deliver CSV."
        case .damagedArchive: return "The file is damaged or incomplete. Export or upload it again."
        case .noSheet: return "The workbook has no visible sheet with content. Check the file and deliver it again."
        case .unsupportedEncoding:
            return
                "The character encoding of the file is not supported. Save it as UTF-8 or GB18030 and deliver it again."
        case .jsonSyntax: return "The JSON is malformed\(place); nothing was read. Correct it and deliver it again."
        case .xmlSyntax:
            return "The XML is malformed or holds a declaration that is not allowed\(place); nothing was read. "
                + "Correct it and deliver it again."
        default: return "The file cannot be read. Try again; if it still fails, tell the operators of the platform."
        }
    }
}
