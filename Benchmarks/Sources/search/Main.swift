import CreditIntake
import CreditModel
import CreditServices
import Glibc

/// P4: the index of names by itself.
///     search ORGS.csv QUESTIONS.txt FOLDER     columns `name`, `district` of the table; one question a line
@main
struct Main {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 3 else {
            print("search ORGS.csv QUESTIONS.txt FOLDER")
            exit(2)
        }
        let clock = ContinuousClock()
        let names = try column("name", of: arguments[0]).map { OrganisationName.key($0) }
        let questions = try lines(arguments[1])
        var index = SearchIndex()
        let building = clock.measure {
            var changes = SearchIndex.Changes(places: PlaceWords())
            for (place, name) in names.enumerated() {
                let subject = SubjectID(Int64(place + 1))
                changes.add(
                    subject, isEnded: place % 17 == 0, isRegistered: true, status: place % 17 == 0 ? "deregistered" : "in-operation",
                    division: "99010\(place % 7)", form: place % 4 == 0 ? "92" : "91",
                    sector: ["C", "F", "H", nil][place % 4])
                changes.add(name: name, isCurrent: true, of: subject)
            }
            index.apply(changes)
        }
        let snapshot = SearchSnapshot(path: arguments[2] + "/search.index")
        let saving = clock.measure { snapshot.save(index, stamp: "bench") }
        let loading = clock.measure { if let loaded = snapshot.load(places: PlaceWords()) { index = loaded.index } }
        var status = stat()
        stat(snapshot.path, &status)
        print(
            "\(index.count) names: built in \(rounded(building.seconds)) s, kept in \(rounded(saving.seconds)) s, loaded in \(Int(loading.seconds * 1000)) ms; \(status.st_size >> 20) MB as a file and in memory; this process \(residentMegabytes()) MB"
        )
        let groups = Dictionary(grouping: questions) { OrganisationName.key($0).unicodeScalars.count }
        var all: [Double] = []
        for run in 1...3 {
            var line = "run \(run):"
            for (length, group) in groups.sorted(by: { $0.key < $1.key }) {
                let times = measure(group, index, clock)
                if run == 1 { all += times }
                line += "  \(length) characters p50 \(micro(times, 0.5)) p99 \(micro(times, 0.99)) most \(micro(times, 1)) µs;"
            }
            print(line)
        }
        print("all: p50 \(micro(all, 0.5)) µs, p99 \(micro(all, 0.99)) µs, \(Int(Double(all.count) / all.reduce(0, +)))/s on one thread")
        for text in ["有限公司", "有限责任公司", "苏州", "江宁", "科技", "信息科技有限公司", "公司", "司", "有限", "司有限公", "科技限公司"] {
            let times = (0..<21).flatMap { _ in measure([text], index, clock) }
            let answer = index.search(NameQuery(key: text, shownOn: Day(daysSinceEpoch: 0), most: 20))
            print("\(text): \(answer.isExact ? "" : "at least ")\(answer.total), \(micro(times, 0.5)) µs")
        }
        for (words, change) in [("division", { (query: inout NameQuery) in query.division = "990101" }),
            ("status", { $0.status = "deregistered" }), ("kind", { $0.forms = ["92"] })]
        {
            var times: [Double] = []
            for text in questions {
                var query = NameQuery(key: OrganisationName.key(text), shownOn: Day(daysSinceEpoch: 0), most: 20)
                change(&query)
                times.append(clock.measure { _ = index.search(query) }.seconds)
            }
            print("narrowed down by \(words): p50 \(micro(times, 0.5)), p99 \(micro(times, 0.99)) µs")
        }
        let counting = questions.map { text in
            clock.measure {
                _ = index.counts(NameQuery(key: OrganisationName.key(text), shownOn: Day(daysSinceEpoch: 0), most: 20), groups: [])
            }.seconds
        }
        print("counts for filters: p50 \(micro(counting, 0.5)), p99 \(micro(counting, 0.99)) µs")
        compare(questions, names, index)
    }

    static func measure(_ questions: [String], _ index: SearchIndex, _ clock: ContinuousClock) -> [Double] {
        questions.map { text in
            clock.measure {
                _ = index.search(NameQuery(key: OrganisationName.key(text), shownOn: Day(daysSinceEpoch: 0), most: 20))
            }.seconds
        }
    }

    /// Every question beside a scan of all names: what LIKE would find.
    static func compare(_ questions: [String], _ names: [String], _ index: SearchIndex) {
        let scan = Scan(names)
        var missed = 0, wrong = 0, bounds = 0, falseTotals = 0, found = 0
        for text in Set(questions) {
            let expected = scan.subjects(Array(OrganisationName.key(text).utf16))
            let query = NameQuery(key: OrganisationName.key(text), shownOn: Day(daysSinceEpoch: 0), most: 20)
            let answer = index.search(query)
            if !answer.isExact { bounds += 1 } else if answer.total != expected.count { falseTotals += 1 }
            var everything = query
            everything.most = names.count
            let all = Set(index.search(everything).matches.map(\.subject.value))
            found += expected.count
            missed += expected.count { !all.contains($0) }
            wrong += all.subtracting(expected).count
        }
        print(
            "beside a scan: \(Set(questions).count) questions, \(found) answers; missed \(missed), wrong \(wrong), wrong totals \(falseTotals), totals given as a bound \(bounds)"
        )
    }

    // MARK: files and figures

    static func column(_ heading: String, of path: String) throws -> [String] {
        var reader = try Table.open(path: path)
        var row = RawRow()
        guard try reader.next(into: &row) else { return [] }
        let place = (0..<row.count).first { [row] in row.text($0) == heading } ?? 0
        var result: [String] = []
        while try reader.next(into: &row) { result.append(row.text(place)) }
        return result
    }

    static func lines(_ path: String) throws -> [String] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var byte = getc(file)
        while byte != EOF {
            bytes.append(UInt8(truncatingIfNeeded: byte))
            byte = getc(file)
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    static func residentMegabytes() -> Int {
        guard let text = try? lines("/proc/self/statm").first, let pages = text.split(separator: " ").dropFirst().first
        else { return 0 }
        return ((Int(pages) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))) >> 20
    }

    static func micro(_ times: [Double], _ part: Double) -> String {
        let sorted = times.sorted()
        guard !sorted.isEmpty else { return "–" }
        return rounded(sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))] * 1e6)
    }

    static func rounded(_ value: Double) -> String { String((value * 10).rounded() / 10) }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// All names one after another, looked through from the first to the last.
struct Scan {
    private var units: [UInt16] = []
    private var starts: [Int] = [0]

    init(_ names: [String]) {
        for name in names {
            units += name.utf16
            starts.append(units.count)
        }
    }

    func subjects(_ key: [UInt16]) -> [Int64] {
        var result: [Int64] = []
        units.withUnsafeBufferPointer { units in
            for name in 0..<starts.count - 1 {
                var place = starts[name]
                let last = starts[name + 1] - key.count
                search: while place <= last {
                    var offset = 0
                    while offset < key.count, units[place + offset] == key[offset] { offset += 1 }
                    if offset == key.count {
                        result.append(Int64(name + 1))
                        break search
                    }
                    place += 1
                }
            }
        }
        return result
    }
}
