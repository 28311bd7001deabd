import CreditModel
import Foundation
import TestSupport
import Testing

@testable import CreditCatalogue
@testable import CreditResolution

@Suite("the index of names as a file")
struct MatchSnapshotTests {
    private let reader: NameReader

    init() throws { reader = NameReader.shared(try SharedCatalogue.load().divisions) }

    private func name(_ random: inout SplitMix64) -> String {
        ["示例市", "示例", "宁波市", ""].randomElement(using: &random)!
            + (["云锦", "远山", "湖滨", "德丰", "恒泰", "恒太", "华信", "𠮷瑞"].randomElement(using: &random)!)
            + (["丝绸", "机械", "食品", "商贸"].randomElement(using: &random)!)
            + (["有限公司", "有限责任公司", "厂"].randomElement(using: &random)!)
    }

    private func filled(_ random: inout SplitMix64, count: Int = 200) -> MatchIndex {
        var index = MatchIndex(reader: reader)
        func add(_ number: Int) {
            let kind = NameKind.allCases.randomElement(using: &random)!
            index.add(name: name(&random), kind: kind, of: SubjectID(Int64(number / 2 + 1)))
            index.add(code: number % 7 == 0 ? "示\(number)" : Codes.unified(number), of: SubjectID(Int64(number / 2 + 1)))
        }
        for number in 0..<count { add(number) }
        return index
    }

    private func described(_ answer: MatchAnswer) -> String {
        "\(answer.decision) \(answer.subject?.description ?? "–") \(answer.reason.code) \(answer.confidence) "
            + answer.candidates.map { "\($0.subject) \($0.confidence)" }.joined(separator: " ")
    }

    @Test("what was kept answers like what it was made of, also after more names came", arguments: Seeds.standard)
    func roundTrip(seed: UInt64) throws {
        let folder = try TemporaryDirectory()
        var random = SplitMix64(seed)
        var index = filled(&random)
        let snapshot = MatchSnapshot(path: folder.file("match.index"))
        #expect(snapshot.save(index, stamp: "here 7"))
        var (loaded, stamp) = try #require(snapshot.load(reader))
        #expect(stamp == "here 7")
        for round in 0..<2 {
            for _ in 0..<60 {
                let query = MatchQuery(name: name(&random))
                let (kept, made) = try (described(Matcher(loaded).match(query)), described(Matcher(index).match(query)))
                #expect(kept == made, "seed \(seed), round \(round): \(query.name ?? "")")
            }
            for number in 1...100 { #expect(loaded.code(of: SubjectID(Int64(number))) == index.code(of: SubjectID(Int64(number)))) }
            for number in 300..<340 {
                let more = name(&random)
                index.add(name: more, kind: .current, of: SubjectID(Int64(number)))
                loaded.add(name: more, kind: .current, of: SubjectID(Int64(number)))
            }
        }
        let mode = try FileManager.default.attributesOfItem(atPath: snapshot.path)[.posixPermissions] as? Int
        #expect(mode == 0o600, "it holds what the database holds")
    }

    @Test("a file that is cut, changed, empty or of another reader is as if it were not there")
    func damaged() throws {
        let folder = try TemporaryDirectory()
        let snapshot = MatchSnapshot(path: folder.file("match.index"))
        #expect(snapshot.load(reader) == nil)
        var random = SplitMix64(7)
        #expect(snapshot.save(filled(&random, count: 20), stamp: "here 7"))
        let whole = [UInt8](try Data(contentsOf: URL(filePath: snapshot.path)))
        for round in 0..<12 {
            var bytes = whole
            switch round {
            case 0: bytes = []
            case 1..<5: bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
            case 5: bytes.append(0)
            default: bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            }
            try Data(bytes).write(to: URL(filePath: snapshot.path))
            #expect(snapshot.load(reader) == nil, "round \(round)")
        }
        try Data(whole).write(to: URL(filePath: snapshot.path))
        #expect(snapshot.load(reader) != nil)
        #expect(snapshot.load(NameReader(divisions: Divisions([]))) == nil, "other places make other parts of a name")
        snapshot.remove()
        #expect(!FileManager.default.fileExists(atPath: snapshot.path))
    }
}
