import Foundation
import Hummingbird

/// The query of an address as forms send it (application/x-www-form-urlencoded): `+` is a blank.
enum QueryString {
    /// The first value of a parameter, decoded; nil where it is absent or not UTF-8.
    static func value(_ name: String, in request: Request) -> String? {
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard decode(parts[0]) == name else { continue }
            return parts.count == 2 ? decode(parts[1]) : ""
        }
        return nil
    }

    private static func decode(_ text: Substring) -> String? { text.replacing("+", with: " ").removingPercentEncoding }
}
