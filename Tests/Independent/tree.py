"""The Merkle tree of RFC 6962 section 2.1, and its proofs, straight from their definitions."""
import hashlib


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(count):
    """The largest power of two that is smaller than count."""
    return 1 << (count - 1).bit_length() - 1


def root(hashes):
    """MTH over leaf hashes, or over roots of full subtrees of one size."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    level = list(hashes)
    # Pairing level by level, the odd one going up as it is, gives the definition's tree: its left part is full.
    while len(level) > 1:
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2:]
    return level[0]


def inclusion_path(index, hashes):
    """PATH(m, D[n]) of section 2.1.1."""
    if len(hashes) == 1:
        return []
    k = _split(len(hashes))
    if index < k:
        return inclusion_path(index, hashes[:k]) + [root(hashes[k:])]
    return inclusion_path(index - k, hashes[k:]) + [root(hashes[:k])]


def root_from_inclusion(leaf, index, size, path):
    """The root that a path leads to, or None where the path has the wrong length."""
    if size == 1:
        return leaf if index == 0 and not path else None
    if not path or index >= size:
        return None
    k = _split(size)
    if index < k:
        left = root_from_inclusion(leaf, index, k, path[:-1])
        return None if left is None else node_hash(left, path[-1])
    right = root_from_inclusion(leaf, index - k, size - k, path[:-1])
    return None if right is None else node_hash(path[-1], right)


def consistency_path(earlier, hashes, whole=True):
    """PROOF(m, D[n]) of section 2.1.2, by SUBPROOF."""
    if earlier == len(hashes):
        return [] if whole else [root(hashes)]
    k = _split(len(hashes))
    if earlier <= k:
        return consistency_path(earlier, hashes[:k], whole) + [root(hashes[k:])]
    return consistency_path(earlier - k, hashes[k:], False) + [root(hashes[:k])]


def is_consistent(earlier, earlier_root, later, later_root, path):
    """The verification of RFC 9162 section 2.1.4.2, which sees nothing of the tree but the path."""
    if not 0 < earlier <= later:
        return False
    if earlier == later:
        return not path and earlier_root == later_root
    if not path:
        return False
    if earlier & (earlier - 1) == 0:
        path = [earlier_root] + path
    fn, sn = earlier - 1, later - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for hash_ in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(hash_, old), node_hash(hash_, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, hash_)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == earlier_root and new == later_root
