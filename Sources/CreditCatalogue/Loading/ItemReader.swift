import CreditModel

/// Reads `items/*.yaml`.
enum ItemReader {
    static func read(_ map: YAMLMap) -> Item {
        let fields = map.list("fields") { field($0) }
        var positions: [String: Int] = [:]
        var roles: [Role: Int] = [:]
        for (index, field) in fields.enumerated() {
            if positions.updateValue(index, forKey: field.name) != nil {
                map.problem("field `\(field.name)` is declared twice")
            }
            if let role = field.role, roles.updateValue(index, forKey: role) != nil {
                map.problem("two fields play the role `\(role.rawValue)`")
            }
        }
        let subjects = Set(
            map.texts("subjects").compactMap { text -> SubjectKind? in
                if let kind = SubjectKind(rawValue: text) { return kind }
                map.problem(
                    "`subjects` holds `\(text)`: only organisation and practitioner can be described (RIGHTS 1–3)")
                return nil
            })
        return Item(
            id: map.text("item"), category: map.text("category"), title: map.bilingual("title"),
            conduct: map.bilingual("conduct"), nature: map.choice("nature", Item.Nature.self) ?? .neutral,
            subjects: subjects, source: map.bilingual("source"), basis: map.basis(), verified: map.bool("verified"),
            publicity: map.choice("publicity", Item.Publicity.self) ?? .none,
            sharing: map.choice("sharing", Item.Sharing.self) ?? .none,
            retention: map.optionalMap("retention").map { retention($0) },
            publication: map.map("publication").map { publication($0) }
                ?? Publication(term: .never, basis: [], verified: false),
            delivery: map.optionalMap("delivery").map { delivery($0) }, objection: map.bilingual("objection"),
            key: map.texts("key"), fields: fields, note: map.optionalBilingual("note"), positions: positions,
            roles: roles)
    }

    private static func field(_ map: YAMLMap) -> Field {
        let type = map.choice("type", FieldType.self) ?? .text
        let table = map.optionalText("table")
        if (type == .code || type == .codes) != (table != nil) {
            map.problem("`table` goes with the types code and codes, and only with them")
        }
        return Field(
            name: map.text("name"), title: map.bilingual("title"), type: type,
            role: map.optionalChoice("role", Role.self), table: table,
            maxLength: map.optionalInt("maxLength") ?? (type == .longText ? 5000 : 500),
            publicity: map.choice("publicity", Field.Publicity.self) ?? .internal,
            notBefore: map.optionalText("notBefore"), notAfter: map.optionalText("notAfter"),
            notFuture: map.optionalBool("notFuture") ?? false, min: map.optionalInt("min"),
            note: map.optionalBilingual("note"))
    }

    private static func retention(_ map: YAMLMap) -> Retention {
        defer { map.finish("`retention`") }
        return Retention(
            years: map.int("years"), from: map.text("from"), basis: map.basis(), verified: map.bool("verified"))
    }

    private static func publication(_ map: YAMLMap) -> Publication {
        defer { map.finish("`publication`") }
        let forms = ["months", "until", "always", "never", "rules"].filter(map.has)
        if forms.count != 1 { map.problem("`publication` needs exactly one of months, until, always, never, rules") }
        let term: Publication.Term
        if map.has("months") {
            term = .months(map.int("months"), from: map.text("from"))
        } else if map.has("rules") {
            term = .rules(map.text("rules"))
        } else if map.has("until") {
            term = .until(field: map.text("until"))
        } else if map.has("always") {
            if !map.bool("always") { map.problem("`always: false` says nothing; use months, until or never") }
            term = .always
        } else {
            if map.optionalBool("never") == false {
                map.problem("`never: false` says nothing; use months, until or always")
            }
            term = .never
        }
        return Publication(term: term, basis: map.basis(), verified: map.bool("verified"))
    }

    private static func delivery(_ map: YAMLMap) -> Delivery {
        defer { map.finish("`delivery`") }
        let rhythm: Delivery.Rhythm =
            map.has("workingDays")
            ? .workingDays(map.int("workingDays"), from: map.text("from")) : .each(map.text("each"))
        return Delivery(rhythm: rhythm, basis: map.basis(), verified: map.bool("verified"))
    }
}
