import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Tiles", .timeLimit(.minutes(20)))
struct TileTests {
    @Test("paths are printed as C2SP tlog-tiles says and read back")
    func paths() throws {
        let known: [(TilePath, String)] = [
            (TilePath(.hashes(level: 0), index: 0), "tile/0/000"),
            (TilePath(.hashes(level: 0), index: 1_234_067), "tile/0/x001/x234/067"),
            (TilePath(.hashes(level: 63), index: 999, width: 1), "tile/63/999.p/1"),
            (TilePath(.entries, index: 1000, width: 255), "tile/entries/x001/000.p/255"),
            (TilePath(.entries, index: .max), "tile/entries/x018/x446/x744/x073/x709/x551/615"),
        ]
        for (path, text) in known {
            #expect(path.description == text)
            #expect(try TilePath(text) == path)
        }
        for seed in Seeds.standard {
            var random = SplitMix64(seed)
            let width = Int.random(in: 1...256, using: &random)
            let path = TilePath(
                .hashes(level: 5), index: random.next() >> UInt64.random(in: 0...63, using: &random), width: width)
            #expect(try TilePath(path.description) == path)
        }
    }

    @Test("a path in another form is refused")
    func badPaths() {
        for bad in [
            "", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/64/000",
            "tile/-1/000", "tile/0/x000/001", "tile/0/001/000", "tile/0/x001", "tile/0/000.p/0", "tile/0/000.p/256",
            "tile/0/000.p/01", "tile/0/000.p", "tile/0/000/1", "tile/data/000", "/tile/0/000", "tile/0/000/",
            "tile/0/+01", "tile/entries/x018/x446/x744/x073/x709/x551/616", "tile/0/x١٢٣/000", "tile//000",
            "tile/0/../000", "tile/0/000.p/1.p/1",
        ] {
            #expect(throws: LogError(.malformed, ""), "\(bad)") { try TilePath(bad) }
        }
    }

    @Test("an entry bundle holds entries of every length from 0 to 65,535 and gives them back")
    func bundles() throws {
        var bytes: [UInt8] = []
        let entries = [0, 1, 255, 256, 65_535].map { [UInt8](repeating: UInt8($0 & 255), count: $0) }
        for entry in entries { try EntryBundle.append(entry, to: &bytes) }
        let bundle = try EntryBundle(bytes)
        #expect(bundle.map { Array($0) } == entries)
        #expect(bundle.leafHashes() == Fixture.leaves(entries))
        let before = bytes
        #expect(throws: LogError(.entryTooLong, "")) {
            try EntryBundle.append([UInt8](repeating: 0, count: 65_536), to: &bytes)
        }
        #expect(bytes == before)
        for cut in [1, 65_535, 65_536] {
            #expect(throws: LogError(.malformed, "")) { try EntryBundle(bytes.dropLast(cut)) }
        }
        #expect(throws: LogError(.malformed, "")) { try EntryBundle([UInt8](repeating: 0, count: 2 * 257)) }
        #expect(try EntryBundle([UInt8](repeating: 0, count: 2 * 256)).count == 256)
    }

    @Test("a tree of 70,000 has the tiles that the specification counts")
    func counts() throws {
        let tiles = try Fixture.tiles(Fixture.entries(70_000)).keys.map { try TilePath($0) }
        func count(_ level: Int, full: Bool) -> Int {
            tiles.count { $0.kind == .hashes(level: level) && $0.isFull == full }
        }
        #expect((count(0, full: true), count(0, full: false)) == (273, 1))
        #expect((count(1, full: true), count(1, full: false)) == (1, 1))
        #expect((count(2, full: true), count(2, full: false)) == (0, 1))
        #expect(Set(tiles.filter { !$0.isFull }.map(\.width)) == [112, 17, 1])
        #expect(tiles.count { $0.kind == .entries } == 274)
    }

    @Test("any sequence of chunks gives the tiles of one", arguments: Seeds.standard)
    func chunks(seed: UInt64) throws {
        var random = SplitMix64(seed)
        let size = Int.random(in: 1...70_000, using: &random)
        let entries = Fixture.entries(size, seed: seed)
        let whole = try Fixture.tiles(entries)
        var files: [String: [UInt8]] = [:]
        var start = 0
        while start < size {
            let end = min(size, start + Int.random(in: 1...9_000, using: &random))
            var edge = try TreeEdge(size: UInt64(start)) { path in try #require(files[path.description]) }
            for entry in entries[start..<end] { try edge.append(entry) }
            for tile in edge.takeTiles() { files[tile.path.description] = tile.bytes }
            start = end
        }
        for (path, bytes) in whole { #expect(files[path] == bytes, "\(path)") }
    }

    @Test("a partial tile that was deleted is cut from the full one")
    func deleted() throws {
        let entries = Fixture.entries(600)
        var files = try Fixture.tiles(entries)
        for (path, bytes) in try Fixture.tiles(Array(entries[..<300])) { files[path] = bytes }
        let root = Reference.root(Fixture.leaves(entries)[..<300])
        files["tile/0/001.p/44"] = nil
        var proofs = Fixture.proofs(files, size: 300)
        #expect(try proofs.root() == root)
        files["tile/0/001"] = nil
        var none = Fixture.proofs(files, size: 300)
        #expect(throws: LogError(.missing, "")) { try none.root() }
    }
}
