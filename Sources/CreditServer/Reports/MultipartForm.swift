import Foundation

/// A form with a file (RFC 7578), taken apart by its boundary.
struct MultipartForm {
    private struct Part {
        let name: String
        let isFile: Bool
        let content: ArraySlice<UInt8>
    }
    private var parts: [Part] = []
    /// More than any form of ours has.
    private static let mostParts = 100

    /// - Returns: nil for a body that is no such form.
    init?(_ body: [UInt8], type: String?) {
        guard let type, type.lowercased().hasPrefix("multipart/form-data"),
            let mark = type.range(of: "boundary=", options: .caseInsensitive)
        else { return nil }
        let boundary = type[mark.upperBound...].prefix { $0 != ";" }.trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
        guard (1...70).contains(boundary.utf8.count) else { return nil }
        let fence = Array("--\(boundary)".utf8)
        var rest = body[...]
        while let begin = rest.firstRange(of: fence), parts.count < Self.mostParts {
            rest = rest[begin.upperBound...]
            // Two dashes after the boundary end the form.
            if rest.starts(with: Array("--".utf8)) { break }
            guard let end = rest.firstRange(of: fence), let head = rest.firstRange(of: Array("\r\n\r\n".utf8)),
                head.upperBound <= end.lowerBound
            else { return nil }
            let fields = String(decoding: rest[..<head.lowerBound], as: UTF8.self)
            let name = fields.range(of: "; name=\"", options: .caseInsensitive).map { fields[$0.upperBound...].prefix { $0 != "\"" } }
            // The line end before the fence belongs to the fence.
            let content = rest[head.upperBound..<max(head.upperBound, end.lowerBound - 2)]
            parts.append(
                Part(name: String(name ?? ""), isFile: fields.lowercased().contains("filename="), content: content))
            rest = rest[end.lowerBound...]
        }
    }

    /// The one file.
    var file: [UInt8]? { parts.first { $0.isFile }.map { Array($0.content) } }

    /// Everything that was entered or ticked under a name.
    func values(_ name: String) -> [String] {
        parts.filter { !$0.isFile && $0.name == name }.map { String(decoding: $0.content.prefix(1000), as: UTF8.self) }
    }
}
