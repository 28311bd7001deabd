import CreditModel

/// Division codes (GB/T 2260) with their history. A withdrawn code stays, since old unified codes carry it.
public struct Divisions: Sendable {
    public struct Division: Sendable, Hashable {
        public let code: String
        public let name: String
        public let from: Int?
        public let to: Int?
        public var isWithdrawn: Bool { to != nil }
    }
    let byCode: [String: Division]
    let byName: [String: [String]]

    init(_ list: [Division]) {
        var byCode: [String: Division] = [:]
        var byName: [String: [String]] = [:]
        for division in list {
            // The newest line of a code wins; older names stay findable.
            if let known = byCode[division.code], !known.isWithdrawn, division.isWithdrawn {
            } else {
                byCode[division.code] = division
            }
            byName[division.name, default: []].append(division.code)
        }
        self.byCode = byCode
        self.byName = byName
    }

    public var count: Int { byCode.count }

    public subscript(code: some StringProtocol) -> Division? { byCode[String(code)] }

    /// Codes of divisions with this name, in or out of use.
    public func codes(named name: String) -> [String] { byName[name] ?? [] }

    /// Every name that a division has or had, with the codes that bear it.
    public var names: [String: [String]] { byName }

    /// Province, city and district in words, as far as the table knows them: 江苏省苏州市吴中区.
    public func fullName(_ code: some StringProtocol) -> String? {
        let code = String(code)
        guard code.count == 6 else { return nil }
        var parts: [String] = []
        for form in [code.prefix(2) + "0000", code.prefix(4) + "00", code[...]] {
            if let name = byCode[String(form)]?.name, parts.last != name, name != "市辖区", name != "县" {
                parts.append(name)
            }
        }
        return parts.isEmpty ? nil : parts.joined()
    }

    /// Divisions of one province or city that are in use, by code: the choices of a filter.
    public func within(_ prefix: String) -> [Division] {
        byCode.values.filter { $0.code.hasPrefix(prefix) && !$0.isWithdrawn }.sorted { $0.code < $1.code }
    }
}
