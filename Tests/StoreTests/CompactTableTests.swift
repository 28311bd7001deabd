import CreditModel
import TestSupport
import Testing

@testable import CreditRegistry
@testable import CreditStore

@Suite("what a delivery remembers in few bytes")
struct CompactTableTests {
    @Test("is what a dictionary would remember", arguments: Seeds.standard)
    func likeADictionary(seed: UInt64) {
        var random = SplitMix64(seed)
        var (table, dictionary) = (NumberedTable<Int64, Int>(), [Int64: Int]())
        var (column, set) = (SubjectColumn<Int32>(none: -1), SubjectSet())
        var wrong = 0
        for step in 0..<20_000 {
            let key = Int64.random(in: 1...6000, using: &random)
            if step % 3 == 0 {
                table.set(key, to: step)
                dictionary[key] = step
                column[key] = Int32(step)
                set.insert(key)
            }
            if table[key] != dictionary[key] || column[key] != Int32(dictionary[key] ?? -1) { wrong += 1 }
            if set.contains(key) != (dictionary[key] != nil) { wrong += 1 }
        }
        #expect(wrong == 0)
        #expect(table.count == dictionary.count && set.count == dictionary.count)
        var listed: [Int64] = []
        set.forEach { listed.append($0) }
        #expect(listed == dictionary.keys.sorted())
        for key in listed.prefix(100) { set.remove(key) }
        #expect(set.count == dictionary.count - 100 && !set.contains(listed[0]))
    }

    @Test("knows the line that spoke of a record first, through every growth", arguments: Seeds.standard)
    func spoken(seed: UInt64) {
        var random = SplitMix64(seed)
        var (spoken, lines) = (SpokenRows(), [[UInt64]: Int]())
        var wrong = 0
        let keys = (0..<15_000).map { _ in UInt64.random(in: .min ... .max, using: &random) } + [0]
        for line in 1...40_000 {
            let key = keys[Int.random(in: 0..<keys.count, using: &random)]
            let subject = Int64.random(in: 1...2, using: &random)
            let before = lines[[key, UInt64(subject)]]
            if spoken.add(SubjectID(subject), Digest128(high: 0, low: key), line: line) != before { wrong += 1 }
            if lines[[key, UInt64(subject)]] == nil { lines[[key, UInt64(subject)]] = line }
        }
        #expect(wrong == 0)
    }
}
