import CreditCatalogue
import CreditRegistry

/// Numbers under which closed lists are stored. A list only ever grows at its end.
enum StoredCode {
    static let acts: [Act] = [
        .accept, .supplement, .correct, .change, .withdraw, .mark, .unmark, .shield, .restore, .endPublication,
        .endDisclosure, .erase,
    ]
    static let circles: [Circle] = [.published, .disclosed, .archived, .erased]
    static let standings: [Standing] = [.standing, .withdrawn, .shielded]
    static let severities: [Severity] = [.minor, .general, .serious, .specialSerious]

    static func number<T: Hashable>(_ value: T, in list: [T]) -> SQLValue {
        guard let position = list.firstIndex(of: value) else { preconditionFailure("\(value) has no stored number") }
        return .integer(Int64(position))
    }

    static func number<T: Hashable>(_ value: T?, in list: [T]) -> SQLValue {
        value.map { number($0, in: list) } ?? .null
    }

    /// - Throws: `StoreError.damaged` where a number stands for nothing.
    static func value<T>(_ number: Int64, in list: [T]) throws -> T {
        guard list.indices.contains(Int(number)) else {
            throw StoreError(.damaged, "the database holds a code that stands for nothing; run `chengxin verify store`")
        }
        return list[Int(number)]
    }
}
