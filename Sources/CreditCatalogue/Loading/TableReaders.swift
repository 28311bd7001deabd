import CreditModel

/// Reads code tables, divisions, the calendar, forbidden terms, cleaning words and check messages.
enum TableReaders {
    static func codeTable(_ map: YAMLMap) -> CodeTable {
        let values = map.list("values") { value in
            CodeTable.Value(
                code: value.text("code"), title: value.bilingual("title"), spellings: value.texts("spellings"),
                until: value.optionalDay("until"), verified: value.optionalBool("verified") ?? true)
        }
        var bySpelling: [String: Int] = [:]
        var byCode: [String: Int] = [:]
        for (index, value) in values.enumerated() {
            if byCode.updateValue(index, forKey: value.code) != nil { map.problem("code `\(value.code)` stands twice") }
            for spelling in value.spellings + [value.title.zh, value.title.en, value.code] {
                let folded = Folding.heading(spelling)
                if let other = bySpelling.updateValue(index, forKey: folded), other != index {
                    map.problem("spelling `\(spelling)` is given to two values")
                }
            }
        }
        return CodeTable(
            id: map.text("codes"), title: map.bilingual("title"), basis: map.basis(), verified: map.bool("verified"),
            values: values, bySpelling: bySpelling, byCode: byCode)
    }

    static func divisions(_ text: String, file: String, log: ProblemLog) -> Divisions {
        var list: [Divisions.Division] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if index == 0 || line.isEmpty { continue }
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard cells.count == 4, cells[0].count == 6, cells[0].utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
                !cells[1].isEmpty
            else {
                log.add(file, index + 1, "a line must be `code,name,from,to` with six digits of code")
                continue
            }
            list.append(.init(code: cells[0], name: cells[1], from: Int(cells[2]), to: Int(cells[3])))
        }
        return Divisions(list)
    }

    static func calendar(_ map: YAMLMap) -> WorkdayCalendar {
        defer { map.finish("the calendar") }
        var off: Set<Day> = []
        var work: Set<Day> = []
        var years: [Int] = []
        guard let yearMap = map.map("years") else { return WorkdayCalendar(off: [], work: [], years: nil) }
        for key in yearMap.keys {
            guard let year = Int(key), let entry = yearMap.map(key) else {
                yearMap.problem("`\(key)` is not a year")
                continue
            }
            years.append(year)
            for (name, isWork) in [("off", false), ("work", true)] {
                for text in entry.texts(name) {
                    guard let day = Day(iso: text), day.parts.year == year else {
                        entry.problem("`\(name)` of \(year) holds `\(text)`, which is not a day of that year")
                        continue
                    }
                    if (day.weekday > 5) != isWork {
                        entry.problem(
                            "\(day) is \(isWork ? "no weekend day, so it needs no make-up" : "a weekend day, which is off anyway")"
                        )
                    }
                    if isWork { work.insert(day) } else { off.insert(day) }
                }
            }
            _ = entry.optionalText("basis-note")
            _ = entry.bool("verified")
            entry.finish("the year \(year)")
        }
        years.sort()
        if let first = years.first, let last = years.last {
            if last - first + 1 != years.count { map.problem("the years have a gap between \(first) and \(last)") }
            return WorkdayCalendar(off: off, work: work, years: first...last)
        }
        return WorkdayCalendar(off: off, work: work, years: nil)
    }

    static func tiles(_ map: YAMLMap) -> TileMap {
        let tiles = map.list("tiles") { entry -> TileMap.Tile? in
            let tile = TileMap.Tile(
                division: entry.text("division"), row: entry.int("row"), column: entry.int("column"),
                title: entry.bilingual("title"))
            guard tile.division.utf8.count == 6, tile.division.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
                entry.problem("`division` is `\(tile.division)`; a division has six digits")
                return nil
            }
            // Wider than this the words on a tile are no longer read on a phone.
            if !(1...TileMap.mostRows).contains(tile.row) || !(1...TileMap.mostColumns).contains(tile.column) {
                entry.problem(
                    "the tile of \(tile.division) lies outside of \(TileMap.mostRows) rows and \(TileMap.mostColumns) columns")
            }
            return tile
        }
        if Set(tiles.map(\.division)).count < tiles.count { map.problem("a division has two tiles") }
        if Set(tiles.map { [$0.row, $0.column] }).count < tiles.count { map.problem("two tiles lie in one place") }
        if tiles.isEmpty { map.problem("`tiles` is empty; leave the file out where there is no map") }
        return TileMap(source: map.bilingual("source"), tiles: tiles)
    }

    static func forbidden(_ map: YAMLMap) -> Forbidden {
        let groups = map.list("groups") { group in
            Forbidden.Group(
                id: group.text("id"), title: group.bilingual("title"), right: group.int("rights"),
                words: group.texts("words").map {
                    Folding.heading($0).isEmpty
                        ? $0 : ($0.utf8.allSatisfy { $0 < 128 } ? $0.lowercased() : Folding.heading($0))
                },
                labels: group.optionalTexts("labels"))
        }
        var patterns: [Forbidden.Pattern: Bilingual] = [:]
        _ = map.list("patterns") { pattern -> Bool? in
            if let id = pattern.choice("id", Forbidden.Pattern.self) { patterns[id] = pattern.bilingual("title") }
            _ = pattern.optionalInt("rights")
            return true
        }
        for pattern in Forbidden.Pattern.allCases where patterns[pattern] == nil {
            map.problem("pattern `\(pattern.rawValue)` is missing: RIGHTS 5 needs it")
        }
        let measures = map.map("measures")
        let words = measures?.texts("words") ?? []
        measures?.finish("`measures`")
        if words.isEmpty { map.problem("`measures.words` is empty: RIGHTS 9 needs the words that no measure may hold") }
        // RIGHTS 5 names these; a catalogue cannot switch the guard off by leaving a group out.
        for (needle, right) in [
            ("宗教", "religion"), ("民族", "ethnicity"), ("政治", "political opinion"), ("信访", "petitions"),
            ("计划生育", "family planning"), ("基因", "genes"), ("指纹", "fingerprints"), ("血型", "blood type"),
            ("收入", "income"),
        ]
        where !groups.contains(where: { $0.words.contains { $0.contains(needle) || needle.contains($0) } }) {
            map.problem("no group forbids \(needle) (\(right)): RIGHTS 5 needs it")
        }
        return Forbidden(
            groups: groups, patterns: patterns, measureWords: words, harmless: map.optionalTexts("harmless"))
    }

    static func cleaning(_ map: YAMLMap) -> CleaningRules {
        func days(_ key: String) -> Set<Day> {
            Set(
                map.texts(key).compactMap { text in
                    if let day = Day(iso: text) { return day }
                    map.problem("`\(key)` holds `\(text)`, which is not a day")
                    return nil
                })
        }
        var changes: [String: Bilingual] = [:]
        _ = map.list("changes") { change -> Bool? in
            changes[change.text("code")] = change.bilingual("message")
            return true
        }
        return CleaningRules(
            nullSpellings: Set(map.texts("nullSpellings").map { Folding.code($0) }),
            notStatedWords: Set(map.texts("notStatedWords").map { Folding.code($0) }), openEnds: days("openEnds"),
            openEndWords: Set(map.texts("openEndWords").map { Folding.code($0) }), noDates: Set(map.texts("noDates")),
            changes: changes)
    }

    static func checks(_ map: YAMLMap) -> [String: Check] {
        var checks: [String: Check] = [:]
        _ = map.list("checks") { entry -> Bool? in
            let check = Check(
                code: entry.text("code"), severity: entry.choice("severity", Check.Severity.self) ?? .reject,
                message: entry.bilingual("message"), remedy: entry.bilingual("remedy"))
            if checks.updateValue(check, forKey: check.code) != nil {
                entry.problem("check `\(check.code)` stands twice")
            }
            return true
        }
        return checks
    }

    static func prose(_ map: YAMLMap) -> ProsePage {
        ProsePage(
            title: map.bilingual("title"), intro: map.bilingual("intro"),
            isNumbered: map.optionalBool("numbered") ?? false,
            isSealed: map.optionalBool("sealed") ?? false,
            sections: map.list("sections") { section in
                ProsePage.Section(
                    id: section.text("id"), heading: section.bilingual("heading"),
                    paragraphs: section.optionalList("paragraphs", text), points: section.optionalList("points", text),
                    links: section.optionalList("links") { link in
                        ProsePage.Link(
                            href: link.text("href"), text: Bilingual(zh: link.text("zh"), en: link.text("en")))
                    })
            })
    }

    private static func text(_ map: YAMLMap) -> Bilingual? { Bilingual(zh: map.text("zh"), en: map.text("en")) }
}
