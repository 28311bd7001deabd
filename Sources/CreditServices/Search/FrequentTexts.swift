/// How many documents hold each text of three units and more that is frequent, such as 有限公司.
///
/// Every part of such a text is frequent itself, so its candidates are most of the city, and looking at each of them would
/// cost what a whole scan costs. There are few such texts: they are counted once, when a segment is built.
struct FrequentTexts: Sendable, Equatable {
    var counts: [[UInt16]: UInt32] = [:]
    /// A text in more documents than this is in the table; nil where a segment is so small that nothing is counted.
    var threshold: Int?

    /// Segments up to this size are looked through instead.
    static let smallest = 20_000

    init() {}

    init(documents: Int, units: [UInt16], nameStarts: [UInt32], nameDocuments: [UInt32], postings: Postings) {
        guard documents > Self.smallest else { return }
        let threshold = Postings.dense(documents)
        self.threshold = threshold
        // Numbers of the frequent texts of the present length, by the place where they begin.
        let none = UInt16.max
        var at = Array(repeating: none, count: units.count)
        var frequent = 0
        var numbers: [UInt32: UInt16] = [:]
        for first in 0..<65536 {
            for place in Int(postings.firsts[first])..<Int(postings.firsts[first + 1]) {
                let second = postings.seconds[place]
                guard postings.count(at: place) > threshold, frequent < Int(none) else { continue }
                numbers[UInt32(first) << 16 | UInt32(second)] = UInt16(frequent)
                frequent += 1
            }
        }
        var isFirst = Array(repeating: false, count: 65536)
        for pair in numbers.keys { isFirst[Int(pair >> 16)] = true }
        for name in nameDocuments.indices {
            let end = Int(nameStarts[name + 1])
            for place in Int(nameStarts[name])..<max(Int(nameStarts[name]), end - 1) where isFirst[Int(units[place])] {
                at[place] = numbers[UInt32(units[place]) << 16 | UInt32(units[place + 1])] ?? none
            }
        }
        // A text of n + 1 units is frequent only where the texts of n units at its place and at the next are.
        var length = 3
        while frequent > 0 {
            var tally = Array(repeating: (count: UInt32(0), last: UInt32.max, place: 0), count: frequent * frequent)
            for name in nameDocuments.indices {
                let end = Int(nameStarts[name + 1])
                let document = nameDocuments[name]
                var place = Int(nameStarts[name])
                while place + length <= end {
                    let left = at[place], right = at[place + 1]
                    if left != none, right != none {
                        let cell = Int(left) * frequent + Int(right)
                        if tally[cell].last != document {
                            tally[cell].last = document
                            tally[cell].count += 1
                            tally[cell].place = place
                        }
                    }
                    place += 1
                }
            }
            var next = Array(repeating: none, count: frequent * frequent)
            var count = 0
            for cell in tally.indices where tally[cell].count > threshold {
                counts[Array(units[tally[cell].place..<tally[cell].place + length])] = tally[cell].count
                next[cell] = UInt16(count)
                count += 1
            }
            for name in nameDocuments.indices {
                let start = Int(nameStarts[name]), end = Int(nameStarts[name + 1])
                for place in start..<end {
                    guard at[place] != none else { continue }
                    let right = place + length <= end ? at[place + 1] : none
                    at[place] = right == none ? none : next[Int(at[place]) * frequent + Int(right)]
                }
            }
            frequent = count
            length += 1
        }
    }
}
