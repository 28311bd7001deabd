import CreditModel

/// Reads `reports.yaml` and checks it against the items.
enum ReportReader {
    static func read(_ map: YAMLMap) -> ReportRules {
        let certificate = map.map("certificate")
        defer { certificate?.finish("`certificate`") }
        let batch = map.map("check")
        defer { batch?.finish("`check`") }
        let rules = ReportRules(
            version: map.text("version"), rowsPerSection: map.int("rowsPerSection"), basis: map.basis(),
            purposes: map.list("purposes") { purpose in
                let askers = purpose.texts("askers").compactMap { text in
                    let asker = ReportRules.Asker(rawValue: text)
                    if asker == nil { purpose.problem("`\(text)` is no asker: public, subject or officer") }
                    return asker
                }
                return ReportRules.Purpose(
                    id: purpose.text("id"), title: purpose.bilingual("title"), askers: Set(askers), basis: purpose.basis())
            },
            sections: map.list("sections") {
                ReportRules.Section(id: $0.text("id"), title: $0.bilingual("title"), items: $0.texts("items"))
            },
            labels: map.list("labels") { ReportRules.Label(title: $0.bilingual("title"), items: $0.texts("items")) },
            certificate: ReportRules.Certificate(
                maximumMonths: certificate?.int("maximumMonths") ?? 0, items: certificate?.texts("items") ?? [],
                basis: certificate?.basis() ?? [],
                fields: certificate?.list("fields") {
                    .init(id: $0.text("id"), title: $0.bilingual("title"), authorities: $0.texts("authorities"))
                } ?? []),
            check: CheckRules(
                years: batch?.int("years") ?? 0, mostYears: batch?.int("mostYears") ?? 0,
                publicRows: batch?.int("publicRows") ?? 0, mostRows: batch?.int("mostRows") ?? 0,
                groups: batch?.list("groups") {
                    .init(
                        id: $0.text("id"), title: $0.bilingual("title"), items: $0.texts("items"),
                        field: $0.optionalText("field"), values: $0.optionalTexts("values"))
                } ?? []))
        check(rules, map)
        return rules
    }

    private static func check(_ rules: ReportRules, _ map: YAMLMap) {
        for purpose in rules.purposes where purpose.askers.isEmpty || purpose.basis.isEmpty {
            map.problem("purpose `\(purpose.id)` needs askers and a basis (RIGHTS 15)")
        }
        func unique(_ ids: [String], _ what: String) {
            if Set(ids).count != ids.count { map.problem("\(what) stand twice") }
        }
        unique(rules.purposes.map(\.id), "purposes")
        unique(rules.sections.map(\.id), "sections")
        unique(rules.sections.flatMap(\.items), "items of sections")
        unique(rules.certificate.fields.map(\.id), "fields of the certificate")
        if !(1...1000).contains(rules.rowsPerSection) { map.problem("`rowsPerSection` is 1 to 1000") }
        // Article 16 of Zhejiang and others: five years is the longest that conduct may be disclosed.
        if !(1...60).contains(rules.certificate.maximumMonths) { map.problem("`maximumMonths` is 1 to 60") }
        unique(rules.check.groups.map(\.id), "groups of the check")
        unique(
            rules.check.groups.flatMap { group in
                group.items.flatMap { item in (group.values.isEmpty ? ["*"] : group.values).map { "\(item) \($0)" } }
            }, "items of the check")
        let checks = rules.check
        if checks.years < 1 || checks.years > checks.mostYears || checks.mostYears > 5 {
            map.problem("`check.years` is 1 to `mostYears`, and that is 5 at most")
        }
        if checks.publicRows < 1 || checks.publicRows > checks.mostRows || checks.mostRows > 100_000 {
            map.problem("`check.publicRows` is 1 to `mostRows`, and that is 100000 at most")
        }
        for group in checks.groups where (group.field == nil) != group.values.isEmpty {
            map.problem("group `\(group.id)` of the check has a field and its values, or neither")
        }
        if rules.certificate.fields.count(where: \.authorities.isEmpty) != 1 {
            map.problem("one field of the certificate, and one only, has no authorities and takes what is left")
        }
    }
}

extension CatalogueRules {
    /// Every item that can be on a page is in one section of the report, and what counts as a violation is adverse.
    func checkReports() {
        let rules = catalogue.reports
        let file = "reports.yaml"
        for law in (rules.basis + rules.certificate.basis + rules.purposes.flatMap(\.basis)).map(\.law)
        where catalogue.laws[law] == nil {
            log.add(file, nil, "it rests on `\(law)`, which is not in laws.yaml")
        }
        let placed = Set(rules.sections.flatMap(\.items))
        for id in placed.union(rules.labels.flatMap(\.items)).union(rules.certificate.items)
            .union(rules.check.groups.flatMap(\.items)).sorted()
        where catalogue.item(id) == nil {
            log.add(file, nil, "there is no item `\(id)`")
        }
        for item in catalogue.items
        where item.category != "registration" && item.category != "profession" && !placed.contains(item.id) {
            log.add(file, nil, "item `\(item.id)` is in no section, so a report would leave it out silently")
        }
        for group in rules.check.groups {
            guard let field = group.field else { continue }
            for item in group.items.compactMap(catalogue.item)
            where item.position(of: field).map({ item.fields[$0].publicity != .public }) ?? true {
                log.add(file, nil, "group `\(group.id)` of the check looks at `\(field)`, which `\(item.id)` does not publish")
            }
        }
        for id in rules.certificate.items where catalogue.item(id).map({ $0.nature != .adverse }) ?? false {
            log.add(file, nil, "`certificate.items` holds `\(id)`, which is not adverse")
        }
    }
}
