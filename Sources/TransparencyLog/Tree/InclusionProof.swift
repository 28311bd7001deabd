/// Proof that a leaf stands at an index of a tree (RFC 6962 section 2.1.1).
public struct InclusionProof: Hashable, Sendable {
    /// Zero-based index of the leaf.
    public let index: UInt64
    /// Leaves of the tree.
    public let size: UInt64
    /// From the leaf's sibling up to the root's child.
    public let hashes: [TreeHash]

    public init(index: UInt64, size: UInt64, hashes: [TreeHash]) {
        self.index = index
        self.size = size
        self.hashes = hashes
    }

    /// The root that the proof gives for a leaf, by RFC 9162 section 2.1.3.2.
    /// - Throws: `LogError.invalidProof` when the index lies outside the tree or the number of hashes is wrong.
    public func root(leaf: TreeHash) throws -> TreeHash {
        guard index < size else {
            throw LogError(.invalidProof, "index \(index) is outside a tree of size \(size)")
        }
        var (node, last) = (index, size - 1)
        var hash = leaf
        for sibling in hashes {
            guard last > 0 else { throw LogError(.invalidProof, "the inclusion proof has too many hashes") }
            if node & 1 == 1 || node == last {
                hash = .node(sibling, hash)
                // A last node without a sibling moves up until it is a right child.
                while node & 1 == 0 && node != 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                hash = .node(hash, sibling)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        guard last == 0 else { throw LogError(.invalidProof, "the inclusion proof has too few hashes") }
        return hash
    }

    /// - Throws: `LogError.invalidProof`.
    public func verify(leaf: TreeHash, root: TreeHash) throws {
        guard try self.root(leaf: leaf) == root else {
            throw LogError(.invalidProof, "the inclusion proof does not lead to the root")
        }
    }
}
