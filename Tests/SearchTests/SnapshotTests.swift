import CreditModel
import CreditResolution
import Foundation
import TestSupport
import Testing

@testable import CreditServices

@Suite("the index as a file")
struct SnapshotTests {
    private func filled() -> (Corpus, SearchIndex) {
        var corpus = Corpus(seed: 5, count: 500)
        var index = corpus.index()
        corpus.bodies[3] = corpus.body(corpus.bodies[3].subject)
        index.apply(Corpus.changes([corpus.bodies[3]]))
        index.addRecords(of: "penalty", [(corpus.bodies[3].subject, Day(daysSinceEpoch: 20_780))])
        index.setOwners([SubjectID(900_000): corpus.bodies[4].subject])
        return (corpus, index)
    }

    @Test("what was kept answers like what it was made of")
    func roundTrip() throws {
        let folder = try TemporaryDirectory()
        var (corpus, index) = filled()
        let snapshot = SearchSnapshot(path: folder.file("search.index"))
        #expect(snapshot.save(index, stamp: "here 7"))
        let loaded = try #require(snapshot.load(places: PlaceWords()))
        #expect(loaded.stamp == "here 7")
        #expect(loaded.index.count == index.count)
        for _ in 0..<200 {
            let key = OrganisationName.key(corpus.question())
            #expect(loaded.index.subjects(key) == index.subjects(key), "\(key)")
            let query = NameQuery(key: key, shownOn: Day(daysSinceEpoch: 20_780), most: 10)
            for sector in ["C", "Z"] {
                let narrowed = loaded.index.subjects(key) { $0.sector = sector }
                let expected = index.subjects(key) { $0.sector = sector }
                #expect(narrowed == expected, "\(key) in \(sector)")
            }
            #expect(loaded.index.counts(query, groups: [["penalty"]]) == index.counts(query, groups: [["penalty"]]))
        }
        let mode = try FileManager.default.attributesOfItem(atPath: snapshot.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("a file that is cut, changed, empty or of something else is as if it were not there")
    func damaged() throws {
        let folder = try TemporaryDirectory()
        let snapshot = SearchSnapshot(path: folder.file("search.index"))
        #expect(snapshot.load(places: PlaceWords()) == nil)
        #expect(snapshot.save(filled().1, stamp: "here 7"))
        let whole = [UInt8](try Data(contentsOf: URL(filePath: snapshot.path)))
        var rng = SplitMix64(7)
        for round in 0..<60 {
            var bytes = whole
            switch round {
            case 0: bytes = []
            case 1..<20: bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &rng)))
            case 20: bytes.append(0)
            default: bytes[Int.random(in: 0..<bytes.count, using: &rng)] ^= UInt8.random(in: 1...255, using: &rng)
            }
            try Data(bytes).write(to: URL(filePath: snapshot.path))
            #expect(snapshot.load(places: PlaceWords()) == nil, "round \(round)")
        }
        snapshot.remove()
        #expect(!FileManager.default.fileExists(atPath: snapshot.path))
    }

    @Test("a file of the format before is not misread: it is as if it were not there")
    func earlierFormat() throws {
        let folder = try TemporaryDirectory()
        let snapshot = SearchSnapshot(path: folder.file("search.index"))
        // An index of nothing, whole and with a checksum that fits, so that only the format tells the two apart.
        func write(_ format: String) {
            let file = SnapshotWriter(snapshot.path)
            file.write(format)
            file.write("here 7")
            file.write([PlaceWords().fingerprint])
            file.write([UInt32]())
            file.write([UInt32]())
            file.write(0)
            file.write(0)
            #expect(file.finish())
        }
        write("chengxin search 2")
        #expect(snapshot.load(places: PlaceWords())?.stamp == "here 7")
        write("chengxin search 1")
        #expect(snapshot.load(places: PlaceWords()) == nil)
    }

    @Test("a folder that cannot be written is no fault")
    func unwritable() {
        #expect(!SearchSnapshot(path: "/nowhere/at/all/search.index").save(SearchIndex(), stamp: ""))
    }
}
