/// Kinds of files that are told by their first bytes.
enum FileSignature {
    case zip
    case compoundFile
    /// BIFF without a container: Excel 2 to 4.
    case bareExcel
    case other(TableError.Seeming)

    private typealias Seeming = TableError.Seeming
    private static let image = Seeming(zh: "图片", en: "an image")
    private static let archive = Seeming(zh: "压缩包", en: "a compressed archive")
    private static let program = Seeming(zh: "程序文件", en: "a program")

    private static let known: [(magic: [UInt8], seems: TableError.Seeming)] = [
        ([0x25, 0x50, 0x44, 0x46], Seeming(zh: "PDF 文件", en: "a PDF file")),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], image), ([0xFF, 0xD8, 0xFF], image), (Array("GIF8".utf8), image),
        (Array("II*\0".utf8), image), (Array("MM\0*".utf8), image),
        (Array("RIFF".utf8), Seeming(zh: "媒体文件", en: "a media file")),
        ([0x1F, 0x8B], archive), (Array("BZh".utf8) + [0x31], archive), (Array("BZh9".utf8) + [0x31], archive),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], archive), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], archive),
        (Array("Rar!".utf8) + [0x1A, 0x07], archive), ([0x28, 0xB5, 0x2F, 0xFD], archive),
        ([0x7F, 0x45, 0x4C, 0x46], program), ([0x4D, 0x5A, 0x90, 0x00], program),
        (Array("SQLite format 3\0".utf8), Seeming(zh: "SQLite 数据库", en: "an SQLite database")),
        (Array("PAR1".utf8), Seeming(zh: "Parquet 文件", en: "a Parquet file")),
        (Array("{\\rtf".utf8), Seeming(zh: "RTF 文档", en: "an RTF document")),
    ]

    /// Nil when the bytes may be text.
    static func of(_ head: [UInt8]) -> FileSignature? {
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06])
            || head.starts(with: [0x50, 0x4B, 0x07, 0x08])
        {
            return .zip
        }
        if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) { return .compoundFile }
        if head.count >= 8, head[0] == 9, [0, 2, 4, 8].contains(head[1]), head[3] == 0, [4, 6, 8, 16].contains(head[2])
        {
            return .bareExcel
        }
        for entry in known where head.starts(with: entry.magic) { return .other(entry.seems) }
        return nil
    }

    /// Text has hardly any control characters besides tabs and line ends; a few NULs are let through, as damage.
    static func isBinary(_ head: ArraySlice<UInt8>) -> Bool {
        var controls = 0
        for byte in head where byte < 0x20 && !(9...13).contains(byte) && byte != 0x1A && byte != 0x1B { controls += 1 }
        return controls >= 8 && controls * 20 > head.count
    }

    /// What an OLE compound file holds: an encrypted workbook, an old workbook, or something else.
    static func compoundFileError(_ source: ByteSource) throws -> TableError {
        let encrypted = wide("EncryptedPackage")
        let workbooks = [wide("Workbook"), wide("Book")]
        var sawWorkbook = false
        var offset = 0
        let step = 1 << 20
        // Names of streams stand in directory entries of 128 bytes, anywhere in the file.
        while offset < min(source.total, 256 << 20) {
            let bytes = try source.peek(at: offset, count: step)
            for entry in stride(from: 0, to: bytes.count - 127, by: 128) {
                let name = bytes[entry..<entry + 64]
                if name.starts(with: encrypted) { return TableError(.encrypted, "OLE file with EncryptedPackage") }
                if workbooks.contains(where: { name.starts(with: $0 + [0, 0]) }) { sawWorkbook = true }
            }
            offset += step
        }
        if sawWorkbook { return TableError(.legacyExcel, "OLE file with a Workbook stream") }
        return TableError(
            .notATable, "OLE file without a workbook",
            seems: Seeming(zh: "旧版 Office 文档", en: "an old Office document"))
    }

    private static func wide(_ name: String) -> [UInt8] { name.utf8.flatMap { [$0, 0] } }
}
