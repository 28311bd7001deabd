import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Merkle tree", .timeLimit(.minutes(20)))
struct TreeTests {
    @Test("hash inputs are prefixed as RFC 6962 says")
    func hashes() {
        // SHA-256 of nothing, and of one zero byte: published by NIST and in RFC 6962 test trees.
        #expect(TreeHash.empty.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(TreeHash.leaf([]).hex == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        #expect(TreeHash.root(of: [TreeHash]()) == .empty)
    }

    /// Entries and roots of the trees that the first Certificate Transparency implementations tested with.
    @Test("the known trees have their known roots")
    func knownRoots() throws {
        let entries: [[UInt8]] = [
            [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
            Array(0x60...0x6F),
        ]
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        var edge = TreeEdge()
        for (entry, root) in zip(entries, roots) {
            try edge.append(entry)
            #expect(edge.root().hex == root)
        }
    }

    @Test("a hash in text has one form")
    func text() {
        let hash = TreeHash.leaf(Array("entry".utf8))
        #expect(TreeHash(base64: hash.base64) == hash)
        #expect(TreeHash(base64: hash.base64.dropLast()) == nil)
        #expect(TreeHash(base64: hash.base64 + "=") == nil)
        #expect(TreeHash(bytes: hash.bytes.dropLast()) == nil)
        // The last digit before the padding carries two bits that must be zero.
        let last = hash.base64.dropLast().last
        for digit in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_ " where digit != last {
            #expect(TreeHash(base64: hash.base64.dropLast(2) + String(digit) + "=") != hash)
        }
    }

    @Test("base64 is read back and nothing else is read")
    func base64() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            #expect(Base64.encode(Array(bytes.utf8)) == text)
            #expect(Base64.decode(text) == Array(bytes.utf8))
        }
        for bad in ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "====", "Zg==Zg==", "Zm9v\n", "Zm 9", "Zm9_"] {
            #expect(Base64.decode(bad) == nil, "\(bad)")
        }
    }

    @Test("roots and proofs of all sizes to 300 are those of RFC 6962, and every one verifies")
    func small() throws {
        let entries = Fixture.entries(300)
        let leaves = Fixture.leaves(entries)
        for size in 0...300 {
            let tiles = try Fixture.tiles(Array(entries[..<size]))
            let root = Reference.root(leaves[..<size])
            var proofs = Fixture.proofs(tiles, size: size)
            #expect(try proofs.root() == root)
            // Every index of small trees, a spread of larger ones.
            for index in stride(from: 0, to: size, by: 1 + size / 20) {
                let proof = try proofs.inclusion(of: UInt64(index))
                #expect(proof.hashes == Reference.path(index, leaves[..<size]))
                try proof.verify(leaf: leaves[index], root: root)
                #expect(try proofs.leaf(at: UInt64(index)) == leaves[index])
            }
            for old in stride(from: 1, through: size, by: 1 + size / 20) {
                let proof = try proofs.consistency(from: UInt64(old))
                #expect(proof.hashes == Reference.proof(old, leaves[..<size]))
                try proof.verify(old: Reference.root(leaves[..<old]), new: root)
            }
        }
    }

    @Test("proofs in large trees verify", arguments: Seeds.standard)
    func large(seed: UInt64) throws {
        var random = SplitMix64(seed)
        let size = Int.random(in: 301...70_000, using: &random)
        let entries = Fixture.entries(size, seed: seed)
        let leaves = Fixture.leaves(entries)
        let root = Reference.root(leaves[...])
        var proofs = Fixture.proofs(try Fixture.tiles(entries), size: size)
        #expect(try proofs.root() == root)
        for _ in 0..<50 {
            let index = Int.random(in: 0..<size, using: &random)
            try proofs.inclusion(of: UInt64(index)).verify(leaf: leaves[index], root: root)
            let old = UInt64.random(in: 1...UInt64(size), using: &random)
            let oldRoot = try proofs.root(size: old)
            try proofs.consistency(from: old).verify(old: oldRoot, new: root)
        }
        let old = Int.random(in: 1...size, using: &random)
        #expect(try proofs.root(size: UInt64(old)) == Reference.root(leaves[..<old]))
    }

    @Test("any flipped bit in proof, leaf or root fails", arguments: [2, 7, 64, 300])
    func flips(size: Int) throws {
        let entries = Fixture.entries(size)
        let leaves = Fixture.leaves(entries)
        let root = Reference.root(leaves[...])
        let index = UInt64(size * 2 / 3)
        var proofs = Fixture.proofs(try Fixture.tiles(entries), size: size)
        let inclusion = try proofs.inclusion(of: index)
        let old = UInt64(size - 1)
        let oldRoot = try proofs.root(size: old)
        let consistency = try proofs.consistency(from: old)
        for bit in 0..<256 {
            let leaf = leaves[Int(index)]
            #expect(throws: LogError(.invalidProof, "")) {
                try inclusion.verify(leaf: #require(leaf.flipped(bit)), root: root)
            }
            #expect(throws: LogError(.invalidProof, "")) {
                try inclusion.verify(leaf: leaf, root: #require(root.flipped(bit)))
            }
            #expect(throws: LogError(.invalidProof, "")) {
                try consistency.verify(old: #require(oldRoot.flipped(bit)), new: root)
            }
            #expect(throws: LogError(.invalidProof, "")) {
                try consistency.verify(old: oldRoot, new: #require(root.flipped(bit)))
            }
            for place in inclusion.hashes.indices {
                var hashes = inclusion.hashes
                hashes[place] = try #require(hashes[place].flipped(bit))
                let proof = InclusionProof(index: index, size: UInt64(size), hashes: hashes)
                #expect(throws: LogError(.invalidProof, "")) { try proof.verify(leaf: leaf, root: root) }
            }
            for place in consistency.hashes.indices {
                var hashes = consistency.hashes
                hashes[place] = try #require(hashes[place].flipped(bit))
                let proof = ConsistencyProof(oldSize: old, newSize: UInt64(size), hashes: hashes)
                #expect(throws: LogError(.invalidProof, "")) { try proof.verify(old: oldRoot, new: root) }
            }
        }
    }

    @Test("a proof of another length, index or size fails")
    func shapes() throws {
        let leaves = Fixture.leaves(Fixture.entries(13))
        let root = Reference.root(leaves[...])
        let hashes = Reference.path(9, leaves[...])
        for bad in [
            InclusionProof(index: 9, size: 13, hashes: hashes.dropLast()),
            InclusionProof(index: 9, size: 13, hashes: hashes + [root]),
            InclusionProof(index: 8, size: 13, hashes: hashes), InclusionProof(index: 9, size: 9, hashes: hashes),
            InclusionProof(index: 9, size: 0, hashes: []), InclusionProof(index: .max, size: 13, hashes: hashes),
        ] {
            #expect(throws: LogError(.invalidProof, "")) { try bad.verify(leaf: leaves[9], root: root) }
        }
        let old = Reference.root(leaves[..<6])
        let path = Reference.proof(6, leaves[...])
        for bad in [
            ConsistencyProof(oldSize: 6, newSize: 13, hashes: path.dropLast()),
            ConsistencyProof(oldSize: 6, newSize: 13, hashes: path + [root]),
            ConsistencyProof(oldSize: 6, newSize: 13, hashes: []),
            ConsistencyProof(oldSize: 13, newSize: 6, hashes: path),
            ConsistencyProof(oldSize: 0, newSize: 13, hashes: []),
            ConsistencyProof(oldSize: 6, newSize: 6, hashes: []),
        ] {
            #expect(throws: LogError(.invalidProof, "")) { try bad.verify(old: old, new: root) }
        }
    }
}
