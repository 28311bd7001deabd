import FoundationEssentials

/// Reads back what cleaning did to a record and what was remarked, as the registry stored it.
enum StoredRemarks {
    struct Change: Decodable {
        let field: String
        let codes: [String]
        let delivered: String
    }
    private struct Note: Decodable {
        let field: String?
        let code: String
    }

    static func changes(_ json: [UInt8]?) -> [Change] { decode(json) ?? [] }
    static func notes(_ json: [UInt8]?) -> [String] { (decode(json) as [Note]?)?.map(\.code) ?? [] }

    private static func decode<T: Decodable>(_ json: [UInt8]?) -> T? {
        json.flatMap { try? JSONDecoder().decode(T.self, from: Data($0)) }
    }
}
