"""A whole served log, as C2SP tlog-tiles defines it: over HTTP or in a directory."""
import hashlib
import json
import os
import re
import struct
import urllib.error
import urllib.request

import tree
from notes import Broken, Checkpoint

WIDTH = 256


class Place:
    """Where the log's files are. A directory can also be listed; a server cannot."""

    def __init__(self, address):
        self.address = address.rstrip("/")
        self.is_directory = not address.startswith(("http://", "https://"))

    def read(self, path):
        """The file's bytes, or None where there is none."""
        try:
            if self.is_directory:
                with open(os.path.join(self.address, path), "rb") as file:
                    return file.read()
            with urllib.request.urlopen(f"{self.address}/{path}", timeout=30) as answer:
                return answer.read()
        except FileNotFoundError:
            return None
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def names(self):
        """Paths of all files under `tile`; names that begin with a dot are no part of the log."""
        for folder, _, names in os.walk(os.path.join(self.address, "tile")):
            for name in names:
                if not name.startswith("."):
                    yield os.path.relpath(os.path.join(folder, name), self.address)


def tile_path(level, index, width):
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i:i + 3] for i in range(0, len(digits), 3)]
    path = "/".join(["tile", str(level)] + ["x" + group for group in groups[:-1]] + groups[-1:])
    return path if width == WIDTH else f"{path}.p/{width}"


TILE = re.compile(r"(tile/(?:entries|[0-9]|[1-5][0-9]|6[0-3])/(?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")


def entries_of(bundle, path):
    entries, position = [], 0
    while position < len(bundle):
        if position + 2 > len(bundle):
            raise Broken(path, "it ends inside an entry")
        length = struct.unpack_from(">H", bundle, position)[0]
        position += 2 + length
        if position > len(bundle):
            raise Broken(path, "it ends inside an entry")
        entries.append(bundle[position - length:position])
    return entries


class Log:
    """Reads everything, believes nothing but the key, and gathers what does not hold in `findings`."""

    def __init__(self, place, key):
        self.place, self.key = place, key
        self.findings, self.files = [], {}
        self.checkpoint, self.note = None, None
        self.leaves = []

    def verify(self):
        try:
            self.note = self.place.read("checkpoint")
            if self.note is None:
                raise Broken("checkpoint", "it is missing")
            self.checkpoint = Checkpoint.verified(self.note, self.key)
        except Broken as broken:
            self.findings.append(str(broken))
            return self
        self._bundles()
        if len(self.leaves) == self.checkpoint.size:
            self._tiles()
            if tree.root(self.leaves) != self.checkpoint.root:
                self.findings.append("checkpoint: its root is not the root of the entries")
            if self.place.is_directory:
                self._earlier()
        return self

    def _file(self, path):
        octets = self.place.read(path)
        if octets is None:
            self.findings.append(f"{path}: it is missing")
        else:
            self.files[path] = octets
        return octets

    def _bundles(self):
        for start in range(0, self.checkpoint.size, WIDTH):
            width = min(WIDTH, self.checkpoint.size - start)
            path = tile_path("entries", start // WIDTH, width)
            octets = self._file(path)
            try:
                entries = entries_of(octets, path) if octets is not None else []
                if octets is not None and len(entries) != width:
                    raise Broken(path, f"it holds {len(entries)} entries instead of {width}")
                self.leaves += [tree.leaf_hash(entry) for entry in entries]
            except Broken as broken:
                self.findings.append(str(broken))

    def _tiles(self):
        level, hashes = 0, self.leaves
        while hashes:
            for start in range(0, len(hashes), WIDTH):
                part = hashes[start:start + WIDTH]
                path = tile_path(level, start // WIDTH, len(part))
                octets = self._file(path)
                if octets is None or octets == b"".join(part):
                    continue
                bad = next((i for i, hash_ in enumerate(part) if octets[32 * i:32 * i + 32] != hash_), len(part))
                below = f"entry {start + bad}, or " if level == 0 else ""
                bundle = tile_path("entries", start // WIDTH, len(part)) if level == 0 else "the tiles below"
                self.findings.append(f"{path}: hash {bad} is not that of {below}{bundle}")
            hashes = [tree.root(hashes[i:i + WIDTH]) for i in range(0, len(hashes) - WIDTH + 1, WIDTH)]
            level += 1

    def _earlier(self):
        """Files of earlier checkpoints that are still there are the beginning of what grew from them."""
        for path in sorted(set(self.place.names()) - set(self.files)):
            match = TILE.fullmatch(path)
            if not match or match[2] and int(match[2]) >= WIDTH:
                self.findings.append(f"{path}: no file of a log has this name")
                continue
            whole = next((octets for name, octets in self.files.items()
                          if name == match[1] or name.startswith(match[1] + ".p/")), None)
            octets = self.place.read(path)
            # What has no present file, or is wider than it, belongs to a publication that is under way.
            if whole is not None and match[2] and len(octets) < len(whole) and not whole.startswith(octets):
                self.findings.append(f"{path}: it is not the beginning of the file that grew from it")

    def verify_consistency(self, earlier_note, place="earlier checkpoint"):
        """That an earlier checkpoint is of a beginning of this log, by a proof made and then checked apart."""
        earlier = Checkpoint.verified(earlier_note, self.key, place)
        if earlier.size > self.checkpoint.size:
            raise Broken(place, f"it has {earlier.size} entries, the log has only {self.checkpoint.size}")
        if earlier.size == 0:
            if earlier.root != tree.root([]):
                raise Broken(place, "its root is not that of an empty tree")
            return earlier
        path = tree.consistency_path(earlier.size, self.leaves[:self.checkpoint.size])
        if not tree.is_consistent(earlier.size, earlier.root, self.checkpoint.size, self.checkpoint.root, path):
            raise Broken(place, f"the log of {self.checkpoint.size} entries does not begin with that of {earlier.size}")
        return earlier

    def remember(self, memory):
        """Compares every file with its digest of an earlier run, since no path ever changes, and keeps this run's."""
        known = {}
        if os.path.exists(memory):
            with open(memory) as file:
                known = json.load(file)
        for path, octets in self.files.items():
            digest = hashlib.sha256(octets).hexdigest()
            if known.setdefault(path, digest) != digest:
                self.findings.append(f"{path}: it has changed since an earlier run")
        with open(memory, "w") as file:
            json.dump(known, file)
