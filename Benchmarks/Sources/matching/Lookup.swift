import CreditModel
import CreditResolution

/// P6: one row by example against a million subjects, on one thread.
struct Lookup {
    private let reader: NameReader

    init(_ reader: NameReader) { self.reader = reader }

    func run(_ path: String, rows wanted: Int) throws {
        let clock = ContinuousClock()
        var names: [String] = []
        var index = MatchIndex(reader: reader)
        let building = try clock.measure {
            try index.load { index in
                var rows = try Rows(path)
                let name = rows.headings.firstIndex(of: "name") ?? 0
                let code = rows.headings.firstIndex(of: "uscc") ?? 0
                while let row = try rows.next() {
                    let subject = SubjectID(Int64(names.count + 1))
                    index.add(name: row[name], kind: .current, of: subject)
                    index.add(Identifier(.unifiedCode, row[code]), of: subject)
                    names.append(row[name])
                }
            }
        }
        print("\(names.count) subjects, \(index.nameCount) names; index built in \(rounded(building.seconds)) s")
        let step = max(1, names.count / wanted)
        let examples: [(String, (String) -> String)] = [
            ("as registered", { $0 }),
            ("form written otherwise", { $0.replacing("有限公司", with: "公司") }),
            ("one character wrong", { var s = Array($0); s[min(3, s.count - 1)] = "钰"; return String(s) }),
            ("one character missing", { var s = Array($0); s.remove(at: min(4, s.count - 1)); return String(s) }),
            ("place missing", { String($0.dropFirst(2)) }),
        ]
        let matcher = Matcher(index)
        for (kind, change) in examples {
            let queries = stride(from: 0, to: names.count, by: step).map { ($0, MatchQuery(name: change(names[$0]))) }
            var found = 0, wrong = 0, review = 0
            let spent = try clock.measure {
                for (number, query) in queries {
                    let answer = try matcher.match(query)
                    let isRight = answer.candidates.contains { $0.subject.value == Int64(number + 1) }
                    if isRight { found += 1 }
                    if answer.decision == .review { review += 1 }
                    if answer.decision == .match, answer.subject?.value != Int64(number + 1) { wrong += 1 }
                }
            }
            print(
                "\(kind): \(Int(Double(queries.count) / spent.seconds)) a second, \(rounded(spent.seconds / Double(queries.count) * 1e6, 1)) µs each; found \(rounded(Double(found) / Double(queries.count) * 100, 2)) %, review \(rounded(Double(review) / Double(queries.count) * 100, 2)) %, another matched \(wrong)"
            )
        }
    }
}
