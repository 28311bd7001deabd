"""Changes one byte of everything that is stored, one at a time, each in a copy, and demands that `chengxin verify`
finds it, exits with 1 and names the place (scripts/test-independent).

  tamper.py PROGRAM DATA PROOF BACKUP KEY [--all]      --all also tries what is known not to be found, and tells of it
"""
import concurrent.futures
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass

OUTSIDE = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "verify_log.py")]
PROGRAM, DATA, PROOF, BACKUP, KEY = sys.argv[1:6]


@dataclass
class Case:
    rule: str
    command: str
    # What is done to the copy; says which words must name the place.
    change: object
    is_log: bool = False
    # Not found by the program as it is (GAPS).
    is_known_gap: bool = False


def flip(path, position=None, bit=1):
    """Flips a bit; in the middle where no position is given."""
    with open(path, "r+b") as file:
        octets = bytearray(file.read())
        at = len(octets) // 2 if position is None else position % len(octets)
        octets[at] ^= bit
        file.seek(0)
        file.write(octets)


def log_file(path, names=None, position=None):
    def change(data):
        flip(f"{data}/log/{path}", position)
        return names or path
    return Case(f"a changed byte in log/{path}", "log", change, is_log=True)


def without(path):
    def change(data):
        os.remove(f"{data}/log/{path}")
        return path
    return Case(f"a removed log/{path}", "log", change, is_log=True)


def log_cases():
    found = sorted(os.path.relpath(os.path.join(folder, name), f"{DATA}/log")
                   for folder, _, names in os.walk(f"{DATA}/log/tile") for name in names if not name.startswith("."))
    kinds = {}
    for path in found:
        parts = path.split("/")
        is_partial = parts[-2].endswith(".p")
        kinds.setdefault((parts[1], is_partial), []).append(path)
    for paths in kinds.values():
        # The first of a kind may be one that a later file has grown from; the last is of the present tree.
        for path in dict.fromkeys([paths[0], paths[-1]]):
            # A damaged full tile is named, or the bundle beside it.
            yield log_file(path)
        yield without(paths[-1])
    with open(f"{DATA}/log/checkpoint", "rb") as file:
        note = file.read()
    lines = note.split(b"\n")
    for what, line in (("origin", 0), ("size", 1), ("root", 2), ("signature", 4)):
        position = sum(len(earlier) + 1 for earlier in lines[:line]) + (len(lines[line]) - 10 if line == 4 else 0)
        yield log_file("checkpoint", "checkpoint", position)


def proof_cases():
    with open(PROOF, "rb") as file:
        octets = file.read()
    lines, start = octets.split(b"\n"), 0
    for number, line in enumerate(lines):
        if line:
            positions = [len(line) // 2]
            if line.startswith(b"extra "):
                # Spread over digest, published part and salt.
                positions = [len(line) * n // 8 for n in range(1, 8)]
            for position in positions:
                at = start + position

                def change(data, at=at):
                    flip(f"{data}/proof", at)
                    return "the proof does not hold: ."
                yield Case(f"a changed byte in line {number + 1} of a proof, at {at}", "proof", change)
        start += len(line) + 1


def backup_cases():
    size = os.path.getsize(BACKUP)
    for part in range(12):
        at = 20 + (size - 40) * part // 11

        def change(data, at=at):
            flip(f"{data}/backup", at)
            return r"(in|of) .*(table|file|beginning).*byte|frames"
        yield Case(f"a changed byte in a backup, at {at} of {size}", "backup", change)

    def shorten(data):
        os.truncate(f"{data}/backup", size * 2 // 3)
        return "ends|truncated|byte"
    yield Case("a backup that ends early", "backup", shorten)


def other(value):
    """Another value of the same kind; a filled one where there is none."""
    if value is None:
        return "x"
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return value[:len(value) // 2] + bytes([value[len(value) // 2] ^ 1]) + value[len(value) // 2 + 1:]
    return value[:-1] + ("a" if value[-1:] != "a" else "b")


INTEGERS = {"published_until", "disclosed_until", "archived_until", "repairable_from", "severity", "line",
            "batch_number", "previous", "authority", "kinds", "rule_set"}
BLOBS = {"payload", "salt", "content_hash"}


def row_case(table, key, column, name, is_known_gap=False):
    """Changes one column of one row; `name` makes the words that must name it out of the row's key."""
    def change(data):
        connection = sqlite3.connect(f"{data}/chengxin.sqlite")
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        # A row that has something there, out of the middle of the table.
        keys = ", ".join(key)
        row = connection.execute(f"SELECT {keys}, {column} FROM {table} ORDER BY {column} IS NULL, {keys} LIMIT 1 "
                                 f"OFFSET (SELECT count({column}) / 2 FROM {table})").fetchone()
        # A place in the log is somebody's already, so another one is taken that nobody has.
        value = row[-1] + 1_000_000 if column == "leaf" and table == "revision" else other(row[-1])
        if row[-1] is None:
            value = 1 if column in INTEGERS else b"{}" if column in BLOBS else "x"
        condition = " AND ".join(f"{part} = ?" for part in key)
        connection.execute("PRAGMA ignore_check_constraints = 1")
        changed = connection.execute(f"UPDATE {table} SET {column} = ? WHERE {condition}", [value, *row[:-1]]).rowcount
        connection.commit()
        connection.close()
        if changed != 1:
            raise RuntimeError(f"{changed} rows of {table} were changed")
        return name.format(*row[:-1])
    return Case(f"a changed {column} of a row of {table}", "store", change, is_known_gap=is_known_gap)


def removal(table, condition, name, what):
    def change(data):
        connection = sqlite3.connect(f"{data}/chengxin.sqlite")
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        row = connection.execute(f"SELECT * FROM {table} WHERE {condition} LIMIT 1")
        names = [part[0] for part in row.description]
        values = dict(zip(names, row.fetchone()))
        key = {"revision": ["subject_id", "ordinal", "number"], "audit": ["audit_number"],
               "record": ["subject_id", "ordinal"]}[table]
        connection.execute(f"DELETE FROM {table} WHERE " + " AND ".join(f"{part} = ?" for part in key),
                           [values[part] for part in key])
        connection.commit()
        connection.close()
        return name.format(**values)
    return Case(f"a removed {what}", "store", change)


REVISION, RECORD = ["subject_id", "ordinal", "number"], ["subject_id", "ordinal"]


def store_cases():
    for column in ("act", "reason", "effective_on", "recorded_at", "batch_number", "line", "basis", "actor",
                   "published_until", "disclosed_until", "archived_until", "repairable_from", "severity", "payload", "salt",
                   "leaf", "previous", "number"):
        yield row_case("revision", REVISION, column, r"record {0}-{1}\b")
    for column in ("at", "actor", "event", "object", "outcome", "source", "purpose", "basis", "before", "after", "salt",
                   "leaf"):
        yield row_case("audit", ["audit_number"], column, r"audit {0}\b")
    for column in ("item", "revision", "stated", "leaf", "stated_leaf", "content_hash", "authority", "kinds", "day",
                   "published_until", "disclosed_until", "archived_until", "repairable_from", "severity", "rule_set",
                   "circle", "standing", "mark", "record_key"):
        yield row_case("record", RECORD, column, r"record {0}-{1}\b", is_known_gap=("record", column) in GAPS)
    for column in ("name", "status", "division", "established_on", "registered", "code", "kind", "created_at"):
        yield row_case("subject", ["subject_id"], column, r"subject {0}\b", is_known_gap=("subject", column) in GAPS)
    yield removal("revision", "number = 2", r"record {subject_id}-{ordinal}\b|leaf {leaf}\b", "revision in the middle")
    yield removal("revision", "number = 1 AND ordinal > 2", r"record {subject_id}-{ordinal}\b|leaf {leaf}\b",
                  "only revision")
    yield removal("audit", "audit_number = 5", r"audit 6\b|leaf {leaf}\b", "audit row in the middle")
    yield removal("audit", "audit_number = (SELECT max(audit_number) FROM audit)", r"leaf {leaf}\b", "last audit row")
    yield removal("record", "ordinal > 2", r"record {subject_id}-{ordinal}\b|leaf \d+",
                  "record whose revisions stay")
    # What many records share: each of them is named.
    yield row_case("word", ["word_id"], "text", r"record \d+-\d+\b")
    for column in ("published", "internal"):
        yield row_case("packing", ["packing_id"], column, r"record \d+-\d+\b")
    for table, key, column in OTHERS:
        yield row_case(table, key, column, rf"{table}\b.*\b{{0}}\b", is_known_gap=(table, column) in GAPS)


BATCH = ["receipt", "feed", "file_name", "department", "catalogue", "row_count", "accepted", "rejected", "columns"]
OTHERS = [*(("batch", ["batch_number"], column) for column in BATCH),
          ("batch_reject", ["batch_number", "ordinal"], "code"),
          ("batch_reject", ["batch_number", "ordinal"], "original"),
          ("identifier", ["value", "scheme"], "subject_id"), ("subject_name", ["name_id"], "name"),
          ("subject_name", ["name_id"], "name_key"), ("catalogue_version", ["digest"], "content"),
          ("waiting", ["waiting_id"], "content"), ("log_state", ["id"], "verifier_key"),
          ("log_state", ["id"], "committed")]
# What `verify store` does not look at, or does not name. An entry goes when the program learns to find it.
GAPS = {("record", "record_key"), ("subject", "code"), ("subject", "kind"), ("subject", "created_at"),
        *((table, column) for table, _, column in OTHERS)}


def run(case):
    folder = tempfile.mkdtemp(prefix="chengxin-tamper-")
    try:
        data = f"{folder}/data"
        shutil.copytree(DATA, data)
        shutil.copy(PROOF, f"{data}/proof")
        shutil.copy(BACKUP, f"{data}/backup")
        place = case.change(data)
        arguments = {"log": ["--data", data], "store": ["--data", data], "proof": [f"{data}/proof", "--key", KEY],
                     "backup": [f"{data}/backup"]}[case.command]
        outcomes = [("chengxin verify " + case.command, [PROGRAM, "verify", case.command, *arguments])]
        # The verifier from outside must see the same of what is public.
        if case.is_log:
            outcomes.append(("verify_log.py", [*OUTSIDE, "log", f"{data}/log", "--key", KEY]))
        if case.command == "proof":
            outcomes.append(("verify_log.py", [*OUTSIDE, "proof", f"{data}/proof", "--key", KEY]))
        for name, command in outcomes:
            done = subprocess.run(command, capture_output=True, text=True, timeout=120)
            said = (done.stdout + done.stderr).strip()
            if done.returncode != 1:
                return f"{name} ended with {done.returncode}: {said[-300:]}"
            expected = place if name.startswith("chengxin") or case.is_log else "proof"
            if not re.search(expected, said.replace(data, "DATA")):
                return f"{name} does not name {place}: {said[-400:]}"
        return None
    finally:
        shutil.rmtree(folder)


def main():
    cases = [*log_cases(), *proof_cases(), *backup_cases(), *store_cases()]
    cases = [case for case in cases if "--all" in sys.argv or not case.is_known_gap]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, problem in zip(cases, pool.map(run, cases)):
            if problem:
                failed += 1
                print(f"FAILED {case.rule}: {problem}", flush=True)
    print(f"{len(cases) - failed} changes found and named, {failed} not")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
