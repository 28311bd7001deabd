/// Proof that a tree is an earlier state of another (RFC 6962 section 2.1.2).
public struct ConsistencyProof: Hashable, Sendable {
    public let oldSize: UInt64
    public let newSize: UInt64
    public let hashes: [TreeHash]

    public init(oldSize: UInt64, newSize: UInt64, hashes: [TreeHash]) {
        self.oldSize = oldSize
        self.newSize = newSize
        self.hashes = hashes
    }

    /// By RFC 9162 section 2.1.4.2. Equal sizes need equal roots and no hashes. From an empty tree nothing can be
    /// proved: it is the start of every log.
    /// - Throws: `LogError.invalidProof` with the reason.
    public func verify(old oldRoot: TreeHash, new newRoot: TreeHash) throws {
        guard oldSize > 0 else { throw LogError(.invalidProof, "consistency with an empty tree needs no proof") }
        guard oldSize <= newSize else {
            throw LogError(.invalidProof, "size \(oldSize) is not before size \(newSize)")
        }
        if oldSize == newSize {
            guard hashes.isEmpty else { throw LogError(.invalidProof, "equal sizes need no hashes") }
            guard oldRoot == newRoot else { throw LogError(.invalidProof, "equal sizes have different roots") }
            return
        }
        // The old root itself starts the path when the old tree is one full subtree.
        var path = hashes[...]
        let start = oldSize & (oldSize - 1) == 0 ? oldRoot : path.popFirst()
        guard let start else { throw LogError(.invalidProof, "the consistency proof has too few hashes") }
        var (node, last) = (oldSize - 1, newSize - 1)
        while node & 1 == 1 { (node, last) = (node >> 1, last >> 1) }
        var (old, new) = (start, start)
        for hash in path {
            guard last > 0 else { throw LogError(.invalidProof, "the consistency proof has too many hashes") }
            if node & 1 == 1 || node == last {
                old = .node(hash, old)
                new = .node(hash, new)
                while node & 1 == 0 && node != 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                new = .node(new, hash)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        guard last == 0 else { throw LogError(.invalidProof, "the consistency proof has too few hashes") }
        guard old == oldRoot else { throw LogError(.invalidProof, "the consistency proof misses the old root") }
        guard new == newRoot else { throw LogError(.invalidProof, "the consistency proof misses the new root") }
    }
}
