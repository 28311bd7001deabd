import CreditModel
import Foundation
import Hummingbird

extension Request {
    /// The path as the router reads it: empty parts do not count, so `//s/` is `/s` to everybody who judges by the path.
    var routedPath: String {
        let path = uri.path
        guard path.utf8.count > 1 else { return path }
        var (last, hasEmptyPart): (UInt8, Bool) = (0, false)
        for byte in path.utf8 {
            if byte == UInt8(ascii: "/"), last == byte { hasEmptyPart = true }
            last = byte
        }
        guard hasEmptyPart || last == UInt8(ascii: "/") else { return path }
        return "/" + path.split(separator: "/").joined(separator: "/")
    }
}

/// The query of an address as forms send it (application/x-www-form-urlencoded): `+` is a blank.
enum QueryString {
    /// The first value of a parameter, decoded; nil where it is absent or not UTF-8.
    static func value(_ name: String, in request: Request) -> String? { value(name, inForm: request.uri.query ?? "") }

    /// A whole number within a range.
    /// - Throws: `Problem` 400 that names the parameter and the range.
    static func number<Number: FixedWidthInteger & Sendable>(
        _ name: String, _ request: Request, default value: Number, _ range: ClosedRange<Number>
    ) throws -> Number {
        guard let raw = self.value(name, in: request) else { return value }
        guard let number = Number(raw), range.contains(number) else {
            throw Problem.badParameter(
                name,
                Bilingual(
                    zh: "请填 \(range.lowerBound) 到 \(range.upperBound) 的整数。",
                    en: "a whole number from \(range.lowerBound) to \(range.upperBound)."))
        }
        return number
    }

    /// The same in the body of a form.
    static func value(_ name: String, inForm form: String) -> String? {
        for pair in form.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard decode(parts[0]) == name else { continue }
            return parts.count == 2 ? decode(parts[1]) : ""
        }
        return nil
    }

    /// All fields of a form, trimmed; of a repeated one the first.
    static func form(_ body: String) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in body.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decode(parts[0]), fields[name] == nil else { continue }
            let value = parts.count == 2 ? decode(parts[1]) ?? "" : ""
            let clean = value.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n" }
            fields[name] = String(String.UnicodeScalarView(clean)).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return fields
    }

    /// Nil where a `%` is followed by no two digits, or where what comes out is no UTF-8.
    private static func decode(_ text: Substring) -> String? {
        let mayBeAsItIs = !text.utf8.contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "%") }
        if mayBeAsItIs { return String(text) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
