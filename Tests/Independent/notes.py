"""Signed notes, checkpoints and proofs as C2SP signed-note, tlog-checkpoint and tlog-proof define them, and the
platform's seal of a record."""
import base64
import binascii
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass

import ed25519
import tree


class Broken(Exception):
    """Something that does not hold; `place` says where, the text says what."""

    def __init__(self, place, text):
        super().__init__(f"{place}: {text}")


def base64_bytes(text, place):
    """Standard base64, in its one canonical spelling."""
    try:
        octets = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Broken(place, "not base64") from None
    if base64.b64encode(octets).decode() != text:
        raise Broken(place, "not base64 in its canonical spelling")
    return octets


def decimal(text, place):
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text):
        raise Broken(place, f"`{text[:30]}` is no decimal number without leading zeroes")
    return int(text)


@dataclass(frozen=True)
class VerifierKey:
    """`<name>+<hex key id>+<base64 of type and public key>`; only Ed25519, type 0x01."""
    name: str
    key_id: bytes
    public_key: bytes

    @staticmethod
    def parse(text):
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise Broken("key", "not of the form name+id+key")
        name, key_id, material = parts[0], parts[1], base64_bytes(parts[2], "key")
        if not re.fullmatch("[0-9a-f]{8}", key_id) or len(material) != 33 or material[0] != 1:
            raise Broken("key", "not an Ed25519 verifier key")
        expected = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
        if expected.hex() != key_id:
            raise Broken("key", "its id is not that of its name and key")
        return VerifierKey(name, expected, material[1:])


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    @staticmethod
    def verified(note, key, place="checkpoint"):
        """The checkpoint in a note that the key has signed."""
        text = _signed_text(note, key, place)
        lines = text.split("\n")[:-1]
        if len(lines) < 3 or not all(lines):
            raise Broken(place, "it has fewer than three lines, or an empty one")
        if lines[0] != key.name:
            raise Broken(place, f"it is of the log {lines[0]}, not of {key.name}")
        root = base64_bytes(lines[2], place)
        if len(root) != 32:
            raise Broken(place, "its root is no SHA-256 hash")
        return Checkpoint(lines[0], decimal(lines[1], place), root)


def _signed_text(note, key, place):
    try:
        text = note.decode("utf-8")
    except UnicodeDecodeError:
        raise Broken(place, "not UTF-8") from None
    if any(ord(letter) < 0x20 and letter != "\n" for letter in text):
        raise Broken(place, "it holds control characters")
    end = text.rfind("\n\n")
    if end < 0 or not text.endswith("\n") or not text[end + 2:]:
        raise Broken(place, "it has no signatures")
    body, signed = text[:end + 1], False
    for line in text[end + 2:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not _is_name(parts[1]):
            raise Broken(place, "a signature line is malformed")
        signature = base64_bytes(parts[2], place)
        if len(signature) < 5:
            raise Broken(place, "a signature is too short")
        # Unknown keys must be ignored; a known key's signature must hold.
        if parts[1] == key.name and signature[:4] == key.key_id:
            if not ed25519.verifies(key.public_key, body.encode(), signature[4:]):
                raise Broken(place, "the log's signature does not hold")
            signed = True
    if not signed:
        raise Broken(place, "the log's key has not signed it")
    return body


def _is_name(name):
    return name != "" and "+" not in name and not any(unicodedata.category(letter) == "Zs" for letter in name)


@dataclass(frozen=True)
class RecordProof:
    """A `.tlog-proof` whose extra line carries the published part of a record's revision."""
    published: bytes
    index: int
    path: list
    leaf: bytes
    note: bytes

    @staticmethod
    def parse(octets):
        head, separator, note = octets.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise Broken("proof", "its lines are not ASCII") from None
        if not separator or lines[0] != "c2sp.org/tlog-proof@v1":
            raise Broken("proof line 1", "not a tlog-proof of version 1")
        if len(lines) < 3 or not lines[1].startswith("extra "):
            raise Broken("proof line 2", "it carries no record")
        if not lines[2].startswith("index "):
            raise Broken("proof line 3", "the index is missing")
        published, seal = _seal(base64_bytes(lines[1][6:], "proof line 2"))
        path = [base64_bytes(line, f"proof line {4 + i}") for i, line in enumerate(lines[3:])]
        if any(len(hash_) != 32 for hash_ in path) or len(path) > 63:
            raise Broken("proof", "its path is not made of hashes")
        return RecordProof(published, decimal(lines[2][6:], "proof line 3"), path, tree.leaf_hash(seal), note)

    def verify(self, key):
        """The four steps of tlog-proof; returns the checkpoint that the record is under."""
        head = Checkpoint.verified(self.note, key, "proof, checkpoint")
        if tree.root_from_inclusion(self.leaf, self.index, head.size, self.path) != head.root:
            raise Broken("proof", f"no way leads from what it shows, as leaf {self.index}, to the signed root")
        return head


def _seal(extra):
    """SHA-256(domain, SHA-256(salt, published), digest of the rest): what stands in the log for a revision."""
    try:
        parts = json.loads(extra)
        published = parts["published"].encode()
        salt, rest = parts["published_salt"], parts["internal_digest"]
        json.loads(published)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Broken("proof line 2", "it does not carry a record in the platform's form") from None
    salt, rest = base64_bytes(salt, "proof, salt"), base64_bytes(rest, "proof, digest")
    if len(salt) != 16 or len(rest) != 32:
        raise Broken("proof line 2", "salt or digest have the wrong length")
    digest = hashlib.sha256(salt + published).digest()
    return published, hashlib.sha256(b"chengxin/revision/v1\n" + digest + rest).digest()
