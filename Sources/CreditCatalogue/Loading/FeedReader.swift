import CreditModel

/// Reads `feeds/*.yaml` against the items they deliver.
enum FeedReader {
    static func read(_ map: YAMLMap, items: [String: Item]) -> Feed? {
        let itemID = map.text("item")
        guard let item = items[itemID] else {
            map.problem("`item: \(itemID)` is not in items/")
            return nil
        }
        func position(_ name: String, _ where_: String) -> Int? {
            if let index = item.position(of: name) { return index }
            map.problem("\(where_) names the field `\(name)`, which item `\(itemID)` does not declare")
            return nil
        }
        func groups(_ texts: [String], _ where_: String) -> [[Int]] {
            texts.map { $0.split(separator: "|").compactMap { position(String($0), where_) } }.filter { !$0.isEmpty }
        }

        var headings: [(field: Int, spellings: [String])] = []
        var byHeading: [String: Int] = [:]
        if let headingMap = map.map("headings") {
            for name in headingMap.keys {
                let spellings = headingMap.texts(name)
                guard let field = position(name, "`headings`") else { continue }
                headings.append((field, spellings))
                for spelling in spellings {
                    let folded = Folding.heading(spelling)
                    if let other = byHeading.updateValue(field, forKey: folded), other != field {
                        map.problem("heading `\(spelling)` is given to two fields")
                    }
                }
            }
        }
        headings.sort { $0.field < $1.field }
        // A spelling with a note in brackets also stands without it, unless another field has that stem.
        for (field, spellings) in headings {
            for spelling in spellings {
                let stem = Folding.headingStem(Folding.heading(spelling))
                if !stem.isEmpty, byHeading[stem] == nil { byHeading[stem] = field }
            }
        }

        var types = item.fields.map(\.type)
        if let typeMap = map.optionalMap("types") {
            for name in typeMap.keys {
                if let type = typeMap.choice(name, FieldType.self), let field = position(name, "`types`") {
                    types[field] = type
                }
            }
        }
        let layouts = map.optionalList("layouts") { layout in
            Feed.Layout(
                id: layout.text("id"), title: layout.bilingual("title"),
                marks: Set(layout.texts("marks").map(Folding.heading)),
                required: groups(layout.texts("required"), "`layouts`"))
        }
        let keyNames = map.has("key") ? map.texts("key") : item.key
        let key: [Feed.KeyPart] = keyNames.compactMap { name in
            name == "subject" ? .subject : position(name, "`key`").map { .field($0) }
        }
        var constants: [Int: String] = [:]
        if let constantMap = map.optionalMap("constants") {
            for name in constantMap.keys {
                if let field = position(name, "`constants`") { constants[field] = constantMap.text(name) }
            }
        }
        let derive = map.optionalList("derive") { entry -> Feed.Derive? in
            guard let field = position(entry.text("field"), "`derive`"),
                let from = position(entry.text("from"), "`derive`"),
                let by = entry.choice("by", Feed.Derivation.self)
            else { return nil }
            return Feed.Derive(field: field, from: from, by: by)
        }
        let crosschecks = map.optionalList("crosscheck") { entry -> Feed.Crosscheck? in
            guard let amount = position(entry.text("amount"), "`crosscheck`"),
                let text = position(entry.text("text"), "`crosscheck`")
            else { return nil }
            return Feed.Crosscheck(amount: amount, text: text)
        }
        let ignored = map.optionalTexts("ignored")
        let refused = map.optionalTexts("refused")
        for heading in ignored + refused where byHeading[Folding.heading(heading)] != nil {
            map.problem("heading `\(heading)` is both a field's and ignored or refused")
        }
        let id = map.text("feed")
        return Feed(
            id: id, item: itemID, title: map.bilingual("title"), provider: map.bilingual("provider"),
            note: map.optionalBilingual("note"), basis: map.basis(), verified: map.bool("verified"), headings: headings,
            types: types, required: groups(map.texts("required"), "`required`"), layouts: layouts, key: key,
            constants: constants, derive: derive, crosschecks: crosschecks, ignored: ignored, refused: refused,
            examples: map.optionalMap("examples").map { examples($0, feed: id) }, fieldByHeading: byHeading,
            ignoredHeadings: Set(ignored.map(Folding.heading)), refusedHeadings: Set(refused.map(Folding.heading)))
    }

    private static func examples(_ map: YAMLMap, feed: String) -> Feed.Examples {
        defer { map.finish("`examples`") }
        return Feed.Examples(
            good: map.text("good"), badFile: map.optionalText("badFile") ?? "examples/\(feed)/bad.csv",
            bad: map.list("bad") {
                Feed.Examples.Bad(row: $0.int("row"), code: $0.text("code"), field: $0.optionalText("field"))
            })
    }
}
