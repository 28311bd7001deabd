import CreditModel
import Crypto
import Foundation

/// A PDF that carries its signed JSON and a signature over its own pages.
///
/// cairo attaches no files, so they are added by an incremental update (ISO 32000-1 section 7.5.6): the pages as cairo wrote
/// them, then the attachments, a catalog that names them, and a cross-reference section. Everything that is added follows from
/// pages, JSON and signature, so a reader who makes it again finds any byte that differs.
public struct SealedPDF: Sendable {
    /// The pages as they were drawn.
    public let pages: [UInt8]
    /// The signed JSON.
    public let json: [UInt8]
    /// A JWS over the digest of the pages, compact.
    let seal: String

    static let type = "credit-report-pdf+jws"
    private static let names = (json: "credit-report.json", seal: "credit-report.pages.jws")

    init(pages: [UInt8], json: [UInt8], number: String, signer: ReportSigner) throws {
        self.pages = pages
        self.json = json
        seal = try JWS(Self.claims(pages, json, number).canonical, type: Self.type, signer: signer).compact
    }

    private static func claims(_ pages: [UInt8], _ json: [UInt8], _ number: String) -> JSONValue {
        func digest(_ bytes: [UInt8]) -> JSONValue { .text(Hexadecimal.text(SHA256.hash(data: bytes))) }
        return .object([
            "json_sha256": digest(json), "jti": .text(number), "pages_bytes": .number(Int64(pages.count)),
            "pages_sha256": digest(pages),
        ])
    }

    /// Checks that the pages are those that were signed together with this JSON.
    /// - Throws: `DocumentError.invalid`.
    func verify(_ report: ReportVerifier.Verified, keys: ReportKeySet) throws {
        let signed = try JWS(compact: seal).verify(type: Self.type, keys: keys)
        try JWS.check(signed.key, at: report.issuedAt)
        guard signed.payload == Self.claims(pages, json, report.number).canonical else {
            throw DocumentError(.invalid, "the pages of the PDF are not those that were signed with this report")
        }
    }

    // MARK: writing

    /// The whole file.
    /// - Throws: `DocumentError.notDrawn` where the pages are no PDF as cairo writes it.
    public func bytes() throws -> [UInt8] {
        let base = try PDFTail(pages)
        let isEnglish = json.place(of: "\"language\":\"en\"") != nil
        let language = isEnglish ? "en" : "zh-CN"
        var file = pages
        var offsets: [(number: Int, offset: Int)] = []
        func add(_ number: Int, _ dictionary: String, stream: [UInt8]? = nil) {
            offsets.append((number, file.count))
            file += Array("\(number) 0 obj\n\(dictionary)\n".utf8)
            if let stream {
                file += Array("stream\n".utf8)
                file += stream
                file += Array("\nendstream\n".utf8)
            }
            file += Array("endobj\n".utf8)
        }
        let first = base.size
        let attachments = [
            (name: Self.names.json, kind: "application#2Fjson", bytes: json),
            (name: Self.names.seal, kind: "application#2Fjose", bytes: Array(seal.utf8)),
        ]
        for (index, attachment) in attachments.enumerated() {
            add(
                first + index * 2,
                "<< /Type /EmbeddedFile /Subtype /\(attachment.kind) /Params << /Size \(attachment.bytes.count) >> /Length \(attachment.bytes.count) >>",
                stream: attachment.bytes)
            add(
                first + index * 2 + 1,
                "<< /Type /Filespec /F (\(attachment.name)) /UF (\(attachment.name)) /AFRelationship /Data /EF << /F \(first + index * 2) 0 R /UF \(first + index * 2) 0 R >> >>")
        }
        let entries = attachments.enumerated().map { "(\($1.name)) \(first + $0 * 2 + 1) 0 R" }.joined(separator: " ")
        let files = attachments.indices.map { "\(first + $0 * 2 + 1) 0 R" }.joined(separator: " ")
        let catalog = base.catalog.filter { !$0.hasPrefix("/Lang") }
        add(
            base.root,
            (["<<"] + catalog + [
                "/Lang (\(language))", "/ViewerPreferences << /DisplayDocTitle true >>",
                "/Names << /EmbeddedFiles << /Names [ \(entries) ] >> >>", "/AF [ \(files) ]", ">>",
            ]).joined(separator: "\n"))
        if let figure = base.figure {
            let alternative = Self.alternative(json, isEnglish: isEnglish)
            add(figure.number, "<< /Type /StructElem\n   /S /Figure\n\(figure.rest)   /Alt <\(alternative)>\n>>")
        }
        let table = file.count
        file += Array("xref\n".utf8)
        // One section for each run of numbers.
        var rest = offsets.sorted { $0.number < $1.number }[...]
        while let first = rest.first {
            let count = rest.enumerated().prefix { $0.element.number == first.number + $0.offset }.count
            file += Array("\(first.number) \(count)\n".utf8)
            for entry in rest.prefix(count) {
                let digits = String(entry.offset)
                file += Array((String(repeating: "0", count: 10 - digits.utf8.count) + digits + " 00000 n \n").utf8)
            }
            rest = rest.dropFirst(count)
        }
        file += Array(
            "trailer\n<< /Size \(first + attachments.count * 2) /Root \(base.root) 0 R /Info \(base.info) 0 R /Prev \(base.table) >>\nstartxref\n\(table)\n%%EOF\n"
                .utf8)
        return file
    }

    /// What is read aloud in place of the QR code, as a PDF string in hexadecimal UTF-16. cairo writes no such text.
    private static func alternative(_ json: [UInt8], isEnglish: Bool) -> String {
        // In a string of JSON quotes are escaped, so what stands there is the member itself; reading all of it would cost a tenth of
        // the report.
        func member(_ name: String) -> String {
            guard let place = json.place(of: "\"\(name)\":\"") else { return "" }
            return String(decoding: json[(place + name.utf8.count + 4)...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
        }
        let address = "\(member("iss"))/verify/\(member("jti"))"
        let words = isEnglish ? "QR code with the address where this report is checked: " : "二维码，核验这份报告的网址："
        return "FEFF" + (words + address).utf16.map { unit in
            let digits = String(unit, radix: 16, uppercase: true)
            return String(repeating: "0", count: 4 - digits.utf8.count) + digits
        }.joined()
    }

    // MARK: reading

    /// Takes a file apart, without believing anything in it.
    /// - Throws: `DocumentError.malformed` where it is no report of ours; `.invalid` where it was changed.
    public init(file: [UInt8]) throws {
        let wrong = DocumentError(.malformed, "the PDF carries no signed credit report")
        guard let table = PDFTail.tableOffset(file),
            let first = file.place(of: "<< /Type /EmbeddedFile /Subtype /application#2Fjson ", before: table)
        else { throw wrong }
        // The pages end where the object of the first attachment begins.
        guard let begin = file[..<first].dropLast().lastIndex(of: 0x0A).map({ $0 + 1 }) else { throw wrong }
        pages = Array(file[..<begin])
        let (json, afterJSON) = try Self.stream(file, from: first, wrong)
        guard afterJSON <= table else { throw wrong }
        guard let second = file.place(of: "<< /Type /EmbeddedFile ", from: afterJSON, before: table) else { throw wrong }
        let (seal, _) = try Self.stream(file, from: second, wrong)
        self.json = json
        guard let text = String(validating: seal, as: UTF8.self) else { throw wrong }
        self.seal = text
        guard let again = try? bytes(), again == file else {
            throw DocumentError(.invalid, "the PDF was changed around its signed data")
        }
    }

    private static func stream(_ file: [UInt8], from start: Int, _ wrong: DocumentError) throws -> ([UInt8], end: Int) {
        let mark = "\nstream\n"
        guard let place = file.place(of: mark, from: start) else { throw wrong }
        let (head, begin) = (String(decoding: file[start..<place], as: UTF8.self), place + mark.utf8.count)
        guard let length = head.split(separator: " ").reversed().lazy.compactMap({ Int($0) }).first,
            length >= 0, length <= file.count - begin
        else { throw wrong }
        return (Array(file[begin..<begin + length]), begin + length)
    }
}

/// What an update must know of the PDF before it: the classic cross-reference table that PDF 1.4 has.
private struct PDFTail {
    let table: Int
    let size: Int
    let root: Int
    let info: Int
    /// Lines of the catalog's dictionary.
    let catalog: [String]
    /// The structure element of the QR code: its number, and the lines of its dictionary after its kind.
    let figure: (number: Int, rest: String)?

    /// A report has some objects a page; a thousand pages stay far below this.
    private static let mostObjects = 1_000_000

    static func tableOffset(_ file: [UInt8]) -> Int? {
        let tail = String(decoding: file.suffix(64), as: UTF8.self)
        guard let mark = tail.range(of: "startxref\n", options: .backwards),
            let number = tail[mark.upperBound...].split(separator: "\n").first.flatMap({ Int($0) }),
            number > 0, number < file.count
        else { return nil }
        return number
    }

    init(_ file: [UInt8]) throws {
        let wrong = DocumentError(.notDrawn, "the PDF library wrote a file of another form; its version is not supported")
        guard let table = Self.tableOffset(file) else { throw wrong }
        let tail = String(decoding: file[table...], as: UTF8.self)
        guard tail.hasPrefix("xref\n"), let trailer = tail.range(of: "trailer") else { throw wrong }
        let words = tail[trailer.upperBound...].split(whereSeparator: { $0 == " " || $0 == "\n" })
        func number(_ key: String) -> Int? {
            words.firstIndex(of: Substring(key)).flatMap { words.indices.contains($0 + 1) ? Int(words[$0 + 1]) : nil }
        }
        // Anybody may send a file, so no number in it is believed before it is known to be one that a file can have.
        guard let size = number("/Size"), let root = number("/Root"), let info = number("/Info"),
            (1...Self.mostObjects).contains(size), (1..<size).contains(root), (1..<size).contains(info)
        else { throw wrong }
        // Section "0 n" with lines of 20 bytes.
        let lines = tail.split(separator: "\n", maxSplits: root + 4, omittingEmptySubsequences: false)
        guard lines.count > root + 2, let offset = Int(lines[root + 2].prefix(10)),
            (0..<table).contains(offset)
        else { throw wrong }
        let object = String(decoding: file[offset..<table], as: UTF8.self)
        guard let open = object.range(of: "<<"), let end = object.range(of: "endobj"),
            let close = object[..<end.lowerBound].range(of: ">>", options: .backwards), open.upperBound <= close.lowerBound
        else { throw wrong }
        self.table = table
        self.size = size
        self.root = root
        self.info = info
        figure = Self.figure(file, before: table, size)
        catalog = object[open.upperBound..<close.lowerBound].split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
        }.filter { !$0.isEmpty }
    }

    private static func figure(_ file: [UInt8], before table: Int, _ size: Int) -> (Int, String)? {
        let head = " 0 obj\n<< /Type /StructElem\n   /S /Figure\n"
        guard let place = file.place(of: head, before: table),
            let end = file.place(of: ">>\nendobj", from: place + head.utf8.count, before: table)
        else { return nil }
        let digits = file[..<place].suffix(8).reversed().prefix { (48...57).contains($0) }.reversed()
        guard let number = Int(String(decoding: Array(digits), as: UTF8.self)), (1..<size).contains(number) else { return nil }
        return (number, String(decoding: file[(place + head.utf8.count)..<end], as: UTF8.self))
    }
}

extension [UInt8] {
    /// Where a text first stands. Reports have a few hundred kilobytes, so this is worth doing by pointers.
    fileprivate func place(of text: String, from start: Int = 0, before end: Int? = nil) -> Int? {
        let mark = Array(text.utf8)
        let end = (end ?? count) - mark.count
        guard start >= 0, start <= end else { return nil }
        return withUnsafeBytes { bytes in
            mark.withUnsafeBytes { mark in
                (start...end).first { place in
                    bytes[place] == mark[0] && bytes[place..<place + mark.count].elementsEqual(mark)
                }
            }
        }
    }
}
