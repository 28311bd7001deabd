import CreditModel

/// Finds items by their words. In memory, made anew whenever the folder is read.
struct ContentIndex: Sendable {
    /// word → (position of the item, weight).
    private var postings: [String: [(item: Int32, weight: Int32)]] = [:]

    init(_ items: [ContentItem]) {
        for (position, item) in items.enumerated() {
            var weights: [String: Int32] = [:]
            for edition in item.editions.values {
                for (text, weight) in [(edition.title, 16), (edition.summary, 4), (edition.text, 1)] as [(String, Int32)] {
                    for word in Words.of(text, singles: true) { weights[word] = max(weights[word] ?? 0, weight) }
                }
                for word in edition.keywords.flatMap({ Words.of($0, singles: true) }) {
                    weights[word] = max(weights[word] ?? 0, 12)
                }
            }
            for (word, weight) in weights { postings[word, default: []].append((Int32(position), weight)) }
        }
    }

    /// Positions of the items that hold every word asked for, most fitting first; of two alike the earlier item.
    func find(_ query: String) -> [Int] {
        // A long text is an organisation's name pasted with more; its first words are enough to know.
        let words = Set(Words.of(query, singles: false).prefix(32))
        guard !words.isEmpty else { return [] }
        var found: [Int32: Int32]?
        for word in words {
            var next: [Int32: Int32] = [:]
            for (item, weight) in postings[word] ?? [] {
                if let found {
                    if let before = found[item] { next[item] = before + weight }
                } else {
                    next[item] = weight
                }
            }
            if next.isEmpty { return [] }
            found = next
        }
        return (found ?? [:]).sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.map { Int($0.key) }
    }
}
