import CreditModel

/// Checks that go across files: references, and what RIGHTS.md never lets a catalogue do.
struct CatalogueRules {
    let catalogue: Catalogue
    let log: ProblemLog

    func check() {
        for category in catalogue.categories {
            checkBasis(category.basis, "categories.yaml", "category `\(category.id)`")
        }
        checkBasis(catalogue.edition.basis, "catalogue.yaml", "the edition")
        checkBasis(catalogue.openData.licence.basis, "open-data.yaml", "the licence")
        checkBasis(catalogue.openData.request.basis, "open-data.yaml", "`request`")
        for table in catalogue.codeTables.values { checkBasis(table.basis, "codes/\(table.id).yaml", "the table") }
        for item in catalogue.items { check(item) }
        for feed in catalogue.feeds { check(feed) }
        for code in CheckCode.allCases where catalogue.checks[code.rawValue] == nil {
            log.add("checks.yaml", nil, "the check `\(code.rawValue)` has no words")
        }
        for change in ChangeCode.allCases where catalogue.cleaning.changes[change.rawValue] == nil {
            log.add("cleaning.yaml", nil, "the change `\(change.rawValue)` has no words")
        }
    }

    private func checkBasis(_ basis: [Basis], _ file: String, _ what: String) {
        for entry in basis where catalogue.laws[entry.law] == nil {
            log.add(file, nil, "\(what) rests on `\(entry.law)`, which is not in laws.yaml")
        }
    }

    private func check(_ item: Item) {
        let file = "items/\(item.id).yaml"
        func problem(_ message: String) { log.add(file, nil, message) }
        if catalogue.category(item.category) == nil { problem("category `\(item.category)` is not in categories.yaml") }
        checkBasis(item.basis, file, "the item")
        checkBasis(item.publication.basis, file, "`publication`")
        checkBasis(item.retention?.basis ?? [], file, "`retention`")
        checkBasis(item.delivery?.basis ?? [], file, "`delivery`")
        if item.basis.isEmpty { problem("an item without a legal basis may not be recorded (RIGHTS 4)") }
        if item.subjects.isEmpty { problem("an item needs at least one kind of subject") }
        if item.nature == .adverse {
            switch item.publication.term {
            case .always, .until:
                problem(
                    "an adverse item must leave publication on a computed date, so it needs months or rules (RIGHTS 12)"
                )
            case .months, .never, .rules: break
            }
        }
        if item.subjects.contains(.practitioner) {
            if item.position(of: .profession) == nil || item.position(of: .licenceNumber) == nil {
                problem(
                    "a practitioner is known only by profession and licence number: both roles are needed (RIGHTS 2)")
            }
        }
        var days = Set<String>()
        for field in item.fields {
            if field.type == .day || field.type == .endDay { days.insert(field.name) }
            if let group = catalogue.forbidden.group(inHeading: field.name) ?? catalogue.forbidden.group(
                inHeading: field.title.zh)
                ?? catalogue.forbidden.group(inHeading: field.title.en)
            {
                problem(
                    "field `\(field.name)` would record \(group.title.en), which is never recorded (RIGHTS \(group.right))"
                )
            }
            if let table = field.table, catalogue.codeTables[table] == nil {
                problem("field `\(field.name)` uses table `\(table)`, which is not in codes/")
            }
            for other in [field.notBefore, field.notAfter].compactMap({ $0 }) where item.position(of: other) == nil {
                problem("field `\(field.name)` is compared with `\(other)`, which the item does not declare")
            }
            if field.type == .personRole, field.publicity == .public, item.category != "registration" {
                problem("field `\(field.name)`: a person's role is shown only with the registration (RIGHTS 3)")
            }
        }
        for part in item.key where part != "subject" && item.position(of: part) == nil {
            problem("`key` names `\(part)`, which the item does not declare")
        }
        if !item.key.contains("subject") {
            problem("`key` must contain subject: records of two subjects are never one")
        }
        if let from = item.retention?.from, !days.contains(from) {
            problem("`retention.from` is `\(from)`, which is no day field of the item")
        }
        if case .workingDays(_, let from)? = item.delivery?.rhythm, !days.contains(from) {
            problem("`delivery.from` is `\(from)`, which is no day field of the item")
        }
        switch item.publication.term {
        case .months(let months, let from):
            if !days.contains(from) { problem("`publication.from` is `\(from)`, which is no day field of the item") }
            if months < 1 || months > 60 { problem("`publication.months` is \(months); 1 to 60 are possible") }
        case .until(let field):
            if !days.contains(field) { problem("`publication.until` is `\(field)`, which is no day field of the item") }
        case .always, .never, .rules: break
        }
    }

    private func check(_ feed: Feed) {
        let file = "feeds/\(feed.id).yaml"
        checkBasis(feed.basis, file, "the feed")
        for (_, spellings) in feed.headings {
            for spelling in spellings {
                if let group = catalogue.forbidden.group(inHeading: spelling) {
                    log.add(
                        file, nil,
                        "heading `\(spelling)` would bring in \(group.title.en), which is never recorded (RIGHTS \(group.right))"
                    )
                }
            }
        }
        for part in feed.key {
            if case .field(let field) = part, !feed.headings.contains(where: { $0.field == field }),
                feed.constants[field] == nil,
                !feed.derive.contains(where: { $0.field == field })
            {
                log.add(file, nil, "a field of `key` has no heading, so no row could be told from another")
            }
        }
        for bad in feed.examples?.bad ?? [] where catalogue.checks[bad.code] == nil {
            log.add(file, nil, "`examples` expects the check `\(bad.code)`, which checks.yaml does not have")
        }
        for path in [feed.examples?.good, feed.examples?.badFile].compactMap({ $0 })
        where !catalogue.files.contains(where: { $0.path == path }) {
            log.add(file, nil, "the example file `\(path)` is missing")
        }
    }
}
