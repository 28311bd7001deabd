import CreditModel

/// Reads `open-data.yaml`.
enum OpenDataReader {
    static func read(_ map: YAMLMap) -> OpenDataRules {
        let licence = map.map("licence")
        let request = map.map("request")
        defer {
            licence?.finish("`licence`")
            request?.finish("`request`")
        }
        let none = Bilingual(zh: "", en: "")
        let rules = OpenDataRules(
            publisher: map.bilingual("publisher"),
            licence: OpenDataRules.Licence(
                id: licence?.text("id") ?? "", title: licence?.bilingual("title") ?? none, url: licence?.text("url") ?? "",
                conditions: licence?.list("conditions", words) ?? [], basis: licence?.basis() ?? [],
                verified: licence?.bool("verified") ?? false),
            frequency: map.choice("frequency", OpenDataRules.Frequency.self) ?? .daily,
            quotaPerMinute: map.int("quotaPerMinute"), lateAfterHours: map.int("lateAfterHours"),
            request: OpenDataRules.AccessRequest(
                to: request?.bilingual("to") ?? none, email: request?.text("email") ?? "",
                contents: request?.list("contents", words) ?? [], basis: request?.basis() ?? []))
        if rules.licence.basis.isEmpty { map.problem("`licence` needs a basis") }
        if !(20...1_000_000).contains(rules.quotaPerMinute) { map.problem("`quotaPerMinute` is 20 to 1000000") }
        if !(1...720).contains(rules.lateAfterHours) { map.problem("`lateAfterHours` is 1 to 720") }
        if !rules.request.email.contains("@") { map.problem("`email` of `request` is an address with @") }
        return rules
    }

    private static func words(_ map: YAMLMap) -> Bilingual? { Bilingual(zh: map.text("zh"), en: map.text("en")) }
}
