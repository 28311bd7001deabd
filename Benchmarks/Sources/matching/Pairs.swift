import CreditResolution
import Foundation

/// The labelled set: what the comparison says of each pair.
struct Pairs {
    private let reader: NameReader
    private struct Pair {
        let id, left, right, kind, part: String
        let isSame: Bool
    }
    private struct Count {
        var same = 0, hit = 0, false_ = 0, review = 0, pairs = 0
        var score = 0.0
    }

    init(_ reader: NameReader) { self.reader = reader }

    func run(_ path: String, out: String?) throws {
        var rows = try Rows(path)
        var pairs: [Pair] = []
        while let row = try rows.next() {
            let cell = Dictionary(uniqueKeysWithValues: zip(rows.headings, row))
            pairs.append(
                Pair(
                    id: cell["id"] ?? "", left: cell["left"] ?? "", right: cell["right"] ?? "", kind: cell["kind"] ?? "",
                    part: cell["part"] ?? "", isSame: cell["label"] == "1"))
        }
        var results: [NameComparison] = []
        let clock = ContinuousClock()
        let runs = 20
        let whole = clock.measure {
            for _ in 0..<runs { results = pairs.map { reader.compare(reader.read($0.left), reader.read($0.right)) } }
        }
        let parts = pairs.map { (reader.read($0.left), reader.read($0.right)) }
        var sum = 0.0
        let compared = clock.measure {
            for _ in 0..<runs { for (left, right) in parts { sum += reader.compare(left, right).score } }
        }
        let count = Double(pairs.count * runs)
        print(
            "\(pairs.count) pairs; \(rounded(whole.seconds / count * 1e6)) µs a pair from text, \(rounded(compared.seconds / count * 1e6)) µs once taken apart (check \(rounded(sum / count)))"
        )
        for part in ["", "tuning", "held-out"] {
            let chosen = zip(pairs, results).filter { part.isEmpty || $0.0.part == part }
            var total = Count()
            var kinds: [String: Count] = [:]
            for (pair, result) in chosen {
                add(pair, result, to: &total)
                add(pair, result, to: &kinds[pair.kind, default: Count()])
            }
            let precision = Double(total.hit) / Double(max(1, total.hit + total.false_))
            let recall = Double(total.hit) / Double(max(1, total.same))
            let f1 = 2 * precision * recall / max(1e-9, precision + recall)
            print(
                "\(part.isEmpty ? "whole" : part): P \(rounded(precision, 4)) R \(rounded(recall, 4)) F1 \(rounded(f1, 4)), false matches \(total.false_), review \(total.review) of \(total.pairs)"
            )
            guard part.isEmpty else { continue }
            for (kind, count) in kinds.sorted(by: { $0.value.score / Double($0.value.pairs) > $1.value.score / Double($1.value.pairs) }) {
                print(
                    "  \(kind.padding(toLength: 20, withPad: " ", startingAt: 0)) pairs \(count.pairs)  match \(count.hit + count.false_)  review \(count.review)  mean score \(rounded(count.score / Double(count.pairs)))"
                )
            }
        }
        if let out {
            var text = "id,score,decision\n"
            for (pair, result) in zip(pairs, results) {
                text += "\(pair.id),\(rounded(result.score, 4)),\(result.verdict.rawValue)\n"
            }
            try text.write(toFile: out, atomically: true, encoding: .utf8)
        }
    }

    private func add(_ pair: Pair, _ result: NameComparison, to count: inout Count) {
        count.pairs += 1
        count.score += result.score
        if pair.isSame { count.same += 1 }
        switch result.verdict {
        case .match: if pair.isSame { count.hit += 1 } else { count.false_ += 1 }
        case .review: count.review += 1
        case .none: break
        }
    }
}
