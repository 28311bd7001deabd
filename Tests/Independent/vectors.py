"""Vectors of RFC 8032 and of the RFC 6962 reference trees, which this verifier must meet before it judges anybody."""
import hashlib

import ed25519
import tree

# RFC 8032 section 7.1: tests 1, 2, 3 and SHA(abc): public key, message, signature.
SIGNATURES = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", b"",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
     "d25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", b"\x72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", b"\xaf\x82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
     "4a7c15e9716ed28dc027beceea1ec40a"),
    ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf", hashlib.sha512(b"abc").digest(),
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
     "3dca179c138ac17ad9bef1177331a704"),
]

# The entries and roots of sizes 0 to 8 that the implementations of RFC 6962 share.
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def failures():
    """What does not hold, in words; empty where this verifier can be believed."""
    found = []

    def expect(rule, holds):
        if not holds:
            found.append(rule)

    for number, (key, message, signature) in enumerate(SIGNATURES, 1):
        key, signature = bytes.fromhex(key), bytes.fromhex(signature)
        expect(f"RFC 8032 signature {number} holds", ed25519.verifies(key, message, signature))
        expect(f"RFC 8032 signature {number} does not hold over more",
               not ed25519.verifies(key, message + b"\0", signature))
        for position in (0, 31, 32, 63):
            changed = bytearray(signature)
            changed[position] ^= 1
            expect(f"signature {number} changed at {position} does not hold",
                   not ed25519.verifies(key, message, bytes(changed)))
        # Section 5.1.7 refuses S beyond the order of the group, which would let a signature be written twice.
        s = int.from_bytes(signature[32:], "little") + ed25519.ORDER
        twin = signature[:32] + s.to_bytes(32, "little")
        expect(f"signature {number} has one form", not ed25519.verifies(key, message, twin))

    leaves = [tree.leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]
    for size, expected in enumerate(ROOTS):
        expect(f"root of {size} entries", tree.root(leaves[:size]).hex() == expected)
    a, b, c, d, e, f, j = leaves[:7]
    g, h, i = tree.node_hash(a, b), tree.node_hash(c, d), tree.node_hash(e, f)
    k, l = tree.node_hash(g, h), tree.node_hash(i, j)
    # The worked example of RFC 6962 section 2.1.3, with its own letters.
    for index, path in ((0, [b, h, l]), (3, [c, g, l]), (4, [f, j, k]), (6, [i, k])):
        expect(f"path of entry {index} of 7", tree.inclusion_path(index, leaves[:7]) == path)
    for earlier, path in ((3, [c, d, g, l]), (4, [l]), (6, [i, j, k])):
        expect(f"proof of {earlier} to 7", tree.consistency_path(earlier, leaves[:7]) == path)

    many = [tree.leaf_hash(bytes([n])) for n in range(70)]
    for size in range(1, 70):
        whole = tree.root(many[:size])
        for index in range(size):
            path = tree.inclusion_path(index, many[:size])
            expect(f"entry {index} of {size}", tree.root_from_inclusion(many[index], index, size, path) == whole)
            expect(f"another entry at {index} of {size}",
                   tree.root_from_inclusion(many[69], index, size, path) != whole)
            path = tree.consistency_path(index + 1, many[:size])
            old = tree.root(many[:index + 1])
            expect(f"{index + 1} to {size}", tree.is_consistent(index + 1, old, size, whole, path))
            expect(f"a forked {index + 1} to {size}", not tree.is_consistent(index + 1, many[69], size, whole, path))
    return found
