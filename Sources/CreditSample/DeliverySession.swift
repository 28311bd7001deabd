import CreditCatalogue

/// Writes file after file and the answer key beside them.
struct DeliverySession: ~Copyable {
    private let catalogue: Catalogue
    private let city: City
    private let directory: String
    private var answers: RowWriter
    private var answer = Row()
    private var files: [SampleCity.Summary.File] = []
    private var written = 0

    private static let answersName = "answers.csv"
    /// Flawed rows in a thousand.
    private static let flawed = 60

    init(catalogue: Catalogue, city: City, directory: String) throws {
        (self.catalogue, self.city, self.directory) = (catalogue, city, directory)
        try FileOutput.makeFolder(directory)
        var answers = try RowWriter(
            path: "\(directory)/\(Self.answersName)", form: .csv,
            headings: ["file", "line", "column", "expected", "code", "truth"])
        try answers.begin()
        self.answers = answers
    }

    consuming func finish(progress: (Int) throws -> Void) throws -> SampleCity.Summary {
        try answers.finish()
        try progress(written)
        return SampleCity.Summary(files: files, answers: "\(directory)/\(Self.answersName)")
    }

    /// Writes one file with some of a feed's rows, or all. A feed that the catalogue does not have is left out.
    mutating func deliver<D: Delivery>(
        _ delivery: D, as name: String, _ form: FileForm, numbers: Range<Int>? = nil, progress: (Int) throws -> Void
    ) throws {
        let layout = delivery.layout
        guard let feed = catalogue.feed(layout.feed), let item = catalogue.item(feed.item) else { return }
        try check(layout, feed)
        let maker = FlawMaker(layout: layout, city: city, remarksLimit: limit(layout, feed, item))
        let flaws = Flaw.possible(in: layout, form)
        let salt = SplitMix64.mix(city.seed ^ Self.salt(layout.feed))
        var writer = try RowWriter(path: "\(directory)/\(name)", form: form, headings: layout.headings)
        try writer.begin()
        var row = Row()
        var dirty = 0
        // A row may only be repeated when the one before it was right.
        var mayRepeat = false
        let range = numbers ?? 0..<delivery.rows
        for number in range {
            var rng = SplitMix64(SplitMix64.mix(salt &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15))
            let isFlawed = rng.chance(Self.flawed)
            let line = writer.line
            if isFlawed {
                let start = rng.below(flaws.count)
                if flaws[start] == .repeatedRow, mayRepeat {
                    try note(Answer(nil, .clean, "", truth: Array("unchanged".utf8)), layout, name, line)
                    mayRepeat = false
                } else {
                    row.clear()
                    let facts = delivery.fill(&row, number: number, rng: &rng)
                    if let answer = pilot(facts, layout, row) ?? flaw(maker, flaws, from: start, &row, facts, &rng) {
                        try note(answer, layout, name, line)
                        mayRepeat = false
                    } else {
                        mayRepeat = true
                        dirty -= 1
                    }
                }
                dirty += 1
            } else {
                row.clear()
                let facts = delivery.fill(&row, number: number, rng: &rng)
                mayRepeat = true
                if let answer = pilot(facts, layout, row) {
                    try note(answer, layout, name, line)
                    dirty += 1
                    mayRepeat = false
                }
            }
            try writer.write(row)
            written += 1
            if written & 0xFFFF == 0 { try progress(written) }
        }
        try writer.finish()
        files.append(.init(name: name, feed: layout.feed, rows: range.count, dirtyRows: dirty))
    }

    /// The first flaw from the drawn one on that this row can have.
    private func flaw(
        _ maker: FlawMaker, _ flaws: [Flaw], from start: Int, _ row: inout Row, _ facts: RowFacts,
        _ rng: inout SplitMix64
    ) -> Answer? {
        for step in 0..<flaws.count {
            if let answer = maker.make(flaws[(start + step) % flaws.count], in: &row, facts, &rng) { return answer }
        }
        return nil
    }

    /// An organisation whose code was issued with a check character that does not fit is turned back until an officer
    /// accepts it.
    private func pilot(_ facts: RowFacts, _ layout: Layout, _ row: borrowing Row) -> Answer? {
        guard let organisation = facts.organisation, city.pilots.contains(organisation.index), let cell = layout.code
        else { return nil }
        return Answer(cell, .reject, "uscc-check-digit", truth: row[cell])
    }

    private mutating func note(_ found: Answer, _ layout: Layout, _ file: String, _ line: Int) throws {
        answer.clear()
        answer.bytes.append(file)
        answer.end()
        answer.cell(number: line)
        if let column = found.column { answer.bytes.append(layout.headings[column]) }
        answer.end()
        answer.bytes.append(found.expected.rawValue)
        answer.end()
        answer.cell(found.code)
        answer.bytes.append(found.truth)
        answer.end()
        try answers.write(answer)
    }

    private func check(_ layout: Layout, _ feed: Feed) throws {
        for heading in layout.headings where feed.meaning(of: heading) == .unknown {
            throw SampleError(
                code: .catalogueMismatch,
                detail: "the feed `\(feed.id)` of this catalogue does not know the heading \(heading)")
        }
    }

    private func limit(_ layout: Layout, _ feed: Feed, _ item: Item) -> Int {
        guard let remarks = layout.remarks, case .field(let position) = feed.meaning(of: layout.headings[remarks])
        else { return 2000 }
        return item.fields[position].maxLength
    }

    /// A number for a feed's name that is the same on every machine (FNV-1a).
    private static func salt(_ feed: String) -> UInt64 {
        feed.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
