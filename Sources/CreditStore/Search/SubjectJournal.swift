import CreditCatalogue
import CreditModel
import CreditRegistry

/// What one transaction changed of what the search index holds, in a few bytes a subject.
///
/// The row is written with the change or not at all, so an index that has followed the rows without a gap knows every name; one
/// that finds a gap is made anew.
struct SubjectJournal {
    /// Rows that are kept. Who is further behind makes the index anew.
    private static let mostRows = 256

    private var renamed = SubjectSet()
    private var recounted = SubjectSet()
    private var shown: [String: [(subject: UInt32, until: Int32)]] = [:]
    private var shownCount = 0
    /// Eight bytes each. Of a transaction that brings more, nobody follows the rows: making the index anew is as quick.
    private let mostShown: Int

    init(mostShown: Int = 1_000_000) { self.mostShown = mostShown }

    /// A subject came, or its name, state or merger changed.
    mutating func note(_ subject: SubjectID) { renamed.insert(subject.value) }

    /// A record came.
    mutating func add(_ record: RecordState) {
        guard record.standing == .standing, let until = record.clocks.publishedUntil,
            let subject = UInt32(exactly: record.id.subject.value)
        else { return }
        shownCount += 1
        if shownCount <= mostShown {
            shown[record.item, default: []].append((subject, until.daysSinceEpoch))
        } else if !shown.isEmpty {
            shown.removeAll()
        }
    }

    /// A record changed. Most changes move nothing on or off the public page.
    mutating func change(_ before: RecordState, to after: RecordState) {
        if before.standing == after.standing, before.clocks.publishedUntil == after.clocks.publishedUntil,
            before.item == after.item
        {
            return
        }
        recounted.insert(after.id.subject.value)
    }

    func store(_ connection: any Connection) throws {
        guard !renamed.isEmpty || !recounted.isEmpty || shownCount > 0 else { return }
        var names = PackedNumbers()
        renamed.pack(into: &names)
        var records = PackedNumbers()
        recounted.pack(into: &records)
        records.add(UInt64(shown.count))
        for (item, rows) in shown.sorted(by: { $0.key < $1.key }) {
            records.add(item)
            let rows = rows.sorted { ($0.subject, $0.until) < ($1.subject, $1.until) }
            records.add(UInt64(rows.count))
            var last: UInt32 = 0
            for row in rows {
                records.add(UInt64(row.subject - last))
                records.add(UInt64(UInt32(bitPattern: row.until)))
                last = row.subject
            }
        }
        // A number that is left out is the gap by which readers know that they must begin anew.
        let number = try Self.last(connection) + (shownCount > mostShown ? 2 : 1)
        try connection.run(
            "INSERT INTO subject_change (change_number, names, records) VALUES ($1, $2, $3)",
            [.integer(number), .bytes(names.bytes), .bytes(records.bytes)])
        try connection.run("DELETE FROM subject_change WHERE change_number <= $1", [.integer(number - Int64(Self.mostRows))])
    }

    // MARK: reading

    /// The number of the last row, 0 where there is none.
    static func last(_ connection: any Connection) throws -> Int64 {
        try connection.first("SELECT change_number FROM subject_change ORDER BY change_number DESC LIMIT 1") {
            $0.integer(0)
        } ?? 0
    }

    /// What several rows changed together.
    struct Changes {
        var renamed: Set<UInt32> = []
        var recounted: Set<UInt32> = []
        var shown: [String: [(subject: SubjectID, until: Day)]] = [:]

        /// - Returns: nil where a row is no longer there.
        static func after(_ last: Int64, _ connection: any Connection) throws -> Changes? {
            var changes = Changes()
            var expected = last + 1
            try connection.query(
                "SELECT change_number, names, records FROM subject_change WHERE change_number > $1 ORDER BY change_number",
                [.integer(last)]
            ) { row in
                guard row.integer(0) == expected, changes.add(row.bytes(1), row.bytes(2)) else { return false }
                expected += 1
                return true
            }
            return expected == (try SubjectJournal.last(connection)) + 1 ? changes : nil
        }

        private mutating func add(_ names: [UInt8], _ records: [UInt8]) -> Bool {
            var names = UnpackedNumbers(names)
            guard SubjectSet.unpack(&names, into: &renamed) else { return false }
            var records = UnpackedNumbers(records)
            guard SubjectSet.unpack(&records, into: &recounted), let items = records.next() else { return false }
            for _ in 0..<items {
                guard let item = records.nextText(), let count = records.next() else { return false }
                var subject: UInt64 = 0
                for _ in 0..<count {
                    guard let step = records.next(), let until = records.next() else { return false }
                    subject += step
                    shown[item, default: []].append(
                        (
                            SubjectID(Int64(subject)),
                            Day(daysSinceEpoch: Int32(bitPattern: UInt32(truncatingIfNeeded: until)))
                        ))
                }
            }
            return true
        }
    }
}

extension SubjectSet {
    fileprivate func pack(into packed: inout PackedNumbers) {
        packed.add(UInt64(count))
        var last: UInt64 = 0
        forEach { subject in
            packed.add(UInt64(subject) - last)
            last = UInt64(subject)
        }
    }

    fileprivate static func unpack(_ numbers: inout UnpackedNumbers, into set: inout Set<UInt32>) -> Bool {
        guard let count = numbers.next() else { return false }
        var number: UInt64 = 0
        for _ in 0..<count {
            guard let step = numbers.next(), let value = UInt32(exactly: number + step) else { return false }
            number = UInt64(value)
            set.insert(value)
        }
        return true
    }
}

/// Numbers with seven bits a byte, the lowest first (LEB128).
private struct PackedNumbers {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func add(_ text: String) {
        add(UInt64(text.utf8.count))
        bytes += text.utf8
    }
}

private struct UnpackedNumbers {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> UInt64? {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while place < bytes.count, shift < 64 {
            let byte = bytes[place]
            place += 1
            result |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return result }
            shift += 7
        }
        return nil
    }

    mutating func nextText() -> String? {
        guard let count = next(), count <= UInt64(bytes.count - place) else { return nil }
        defer { place += Int(count) }
        return String(decoding: bytes[place..<place + Int(count)], as: UTF8.self)
    }
}
