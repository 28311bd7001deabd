/// Of which items an organisation has records on its public page, and until which day: what results are narrowed down by.
///
/// It is kept beside the names, since records come every day and names hardly ever.
struct ShownRecords: Sendable, Equatable {
    /// Subjects ascending, with the last day on which any record of the item is shown.
    struct Column: Sendable, Equatable {
        var subjects: [UInt32] = []
        var until: [Int32] = []
    }
    var columns: [String: Column] = [:]

    /// Adds records; a day before what is known already changes nothing.
    /// - Parameter added: subjects ascending, each once.
    mutating func add(_ added: Column, of item: String) {
        guard !added.subjects.isEmpty else { return }
        let known = columns.removeValue(forKey: item) ?? Column()
        if known.subjects.last.map({ $0 < added.subjects[0] }) ?? true {
            columns[item] = Column(subjects: known.subjects + added.subjects, until: known.until + added.until)
            return
        }
        var merged = Column()
        merged.subjects.reserveCapacity(known.subjects.count + added.subjects.count)
        merged.until.reserveCapacity(known.subjects.count + added.subjects.count)
        var left = 0, right = 0
        while left < known.subjects.count || right < added.subjects.count {
            let a = left < known.subjects.count ? UInt64(known.subjects[left]) : .max
            let b = right < added.subjects.count ? UInt64(added.subjects[right]) : .max
            merged.subjects.append(UInt32(min(a, b)))
            merged.until.append(max(a <= b ? known.until[left] : .min, b <= a ? added.until[right] : .min))
            if a <= b { left += 1 }
            if b <= a { right += 1 }
        }
        columns[item] = merged
    }

    /// Forgets what is known of subjects, before it is added anew.
    mutating func remove(_ subjects: Set<UInt32>) {
        guard !subjects.isEmpty else { return }
        for item in columns.keys {
            guard let column = columns[item], column.subjects.contains(where: subjects.contains) else { continue }
            var kept = Column()
            for place in column.subjects.indices where !subjects.contains(column.subjects[place]) {
                kept.subjects.append(column.subjects[place])
                kept.until.append(column.until[place])
            }
            columns[item] = kept
        }
    }

    /// The documents of a segment with a record of one of the items shown on a day.
    /// - Parameter owners: under which subject the records of another are shown.
    func documents(of items: [String], on day: Int32, in segment: SearchSegment, owners: [UInt32: UInt32]) -> Bitmap {
        var result = Bitmap(size: segment.count)
        for item in items {
            guard let column = columns[item] else { continue }
            // Both ascend by subject, so one walk finds all.
            var place = 0
            for index in column.subjects.indices where column.until[index] >= day {
                let subject = column.subjects[index]
                if let owner = owners[subject], let document = segment.document(of: owner) { result.insert(document) }
                while place < segment.bySubject.count, segment.subjects[Int(segment.bySubject[place])] < subject { place += 1 }
                if place < segment.bySubject.count, segment.subjects[Int(segment.bySubject[place])] == subject {
                    result.insert(segment.bySubject[place])
                }
            }
        }
        return result
    }
}
