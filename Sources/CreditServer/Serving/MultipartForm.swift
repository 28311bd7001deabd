import Foundation

/// A form with a file (RFC 7578), taken apart by its boundary.
struct MultipartForm {
    struct Part {
        let name: String
        /// Nil where the part is no file.
        let fileName: String?
        let bytes: [UInt8]
    }
    let parts: [Part]
    /// More than any form of ours has.
    private static let mostParts = 100

    /// Nil where the body is no such form.
    init?(_ body: [UInt8], type: String?) {
        guard let type, type.lowercased().hasPrefix("multipart/form-data"),
            let mark = type.range(of: "boundary=", options: .caseInsensitive)
        else { return nil }
        let boundary = type[mark.upperBound...].prefix { $0 != ";" }.trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
        guard (1...70).contains(boundary.utf8.count) else { return nil }
        let fence = Array("--\(boundary)".utf8)
        var parts: [Part] = []
        var rest = body[...]
        while let begin = rest.firstRange(of: fence), parts.count < Self.mostParts {
            rest = rest[begin.upperBound...]
            // Two dashes after the boundary end the form.
            if rest.starts(with: Array("--".utf8)) { break }
            guard let end = rest.firstRange(of: fence), let head = rest.firstRange(of: Array("\r\n\r\n".utf8)),
                head.upperBound <= end.lowerBound
            else { return nil }
            let fields = String(decoding: rest[..<head.lowerBound], as: UTF8.self)
            // The line end before the fence belongs to the fence.
            let content = rest[head.upperBound..<max(head.upperBound, end.lowerBound - 2)]
            parts.append(
                Part(name: Self.value("name", fields) ?? "", fileName: Self.value("filename", fields), bytes: Array(content)))
            rest = rest[end.lowerBound...]
        }
        self.parts = parts
    }

    /// A quoted value of the part's head.
    private static func value(_ name: String, _ head: String) -> String? {
        guard let begin = head.range(of: "[; ]\(name)=\"", options: [.regularExpression, .caseInsensitive]) else { return nil }
        return String(head[begin.upperBound...].prefix { $0 != "\"" })
    }

    /// The one file of a form that has one.
    var file: [UInt8]? { parts.first { $0.fileName != nil }?.bytes }

    /// Everything that was entered or ticked under a name.
    func values(_ name: String) -> [String] {
        parts.filter { $0.fileName == nil && $0.name == name }.map { String(decoding: $0.bytes.prefix(1000), as: UTF8.self) }
    }

    func text(_ name: String) -> String? {
        parts.first { $0.name == name && $0.fileName == nil }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    func file(_ name: String) -> Part? { parts.first { $0.name == name && $0.fileName != nil && !$0.bytes.isEmpty } }
}
