"""A platform that is going to be killed: its commands, its rows as any SQL client sees them, and what
must always hold."""
import hashlib
import json
import os
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Independent"))
from log import Log, Place  # noqa: E402
from notes import VerifierKey  # noqa: E402

# What of a revision outlives even its erasure, and what its erasure takes away; nothing else ever does.
LASTING = ["leaf", "subject_id", "ordinal", "number", "previous", "act", "effective_on", "recorded_at"]
ERASABLE = ["reason", "batch_number", "line", "basis", "actor", "published_until", "disclosed_until", "archived_until",
            "repairable_from", "severity"]
PAYLOAD = ["payload", "salt"]
AUDIT = ["leaf", "audit_number", "at", "actor", "event", "object", "outcome", "source", "purpose", "basis", "before",
         "after"]
ENDS = {9: "publication-ended", 10: "disclosure-ended", 11: "records-erased"}


class Fault(Exception):
    """Something that a kill must never do."""


class SQLite:
    name = "sqlite"

    def __init__(self, data):
        self.path = f"{data}/chengxin.sqlite"

    @staticmethod
    def arguments():
        return []

    def rows(self, statement):
        # A connection for each look, as another program would take one: it sees what is committed and nothing else.
        connection = sqlite3.connect(self.path, timeout=30)
        connection.text_factory = bytes
        try:
            rows = connection.execute(statement).fetchall()
        finally:
            connection.close()
        return [[None if v is None else v.decode() if isinstance(v, bytes) else str(v) for v in row] for row in rows]

    def binary(self, column):
        # hex(NULL) is an empty text, which no other engine agrees with.
        return f"iif({column} IS NULL, NULL, lower(hex({column})))"

    def is_writing(self, pid):
        """Whether a process holds the writer's lock: byte 120 of the shared-memory file, by SQLite's WAL format."""
        try:
            inode = os.stat(self.path + "-shm").st_ino
        except FileNotFoundError:
            return False
        return any(lock[1] == "POSIX" and lock[3] == "WRITE" and lock[5].endswith(f":{inode}") and lock[6] == "120"
                   for lock in locks_of(pid))


class Postgres:
    name = "postgres"

    def __init__(self, cluster, database):
        self.cluster, self.database = cluster, database

    def arguments(self):
        return ["--database", self.cluster.url(self.database)]

    def rows(self, statement):
        return self.cluster.rows(statement, self.database)

    def binary(self, column):
        return f"encode({column}, 'hex')"

    def is_writing(self, pid):
        return self.cluster.rows("SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = "
                                 f"'advisory' AND l.granted AND d.datname = '{self.database}'") != []


def locks_of(pid):
    with open("/proc/locks") as file:
        return [fields for fields in (line.split() for line in file) if len(fields) == 8 and fields[4] == str(pid)]


class Platform:
    """One data directory with its database."""

    def __init__(self, program, folder, engine, environment=None):
        self.program, self.folder, self.data, self.engine = program, folder, f"{folder}/data", engine
        self.environment = {**os.environ, "LANG": "C.UTF-8", **(environment or {})}
        # What was acknowledged: leaves up to here must be there for ever, byte for byte.
        self.known_size, self.known_digest, self.known_leaves, self.erases = 0, None, [], False

    def command(self, *arguments):
        return [self.program, *arguments, "--data", self.data]

    def start(self, *arguments):
        return subprocess.Popen(self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=self.environment, cwd=self.folder)

    def run(self, *arguments, allowed=(0,)):
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, env=self.environment,
                              cwd=self.folder, timeout=120)
        if done.returncode not in allowed:
            raise Fault(f"`{' '.join(arguments)[:200]}` gave {done.returncode}: {(done.stderr + done.stdout)[-600:]}")
        return done

    def json(self, *arguments, allowed=(0,)):
        return json.loads(self.run(*arguments, "--json", allowed=allowed).stdout)

    def create(self):
        self.run("init", *self.engine.arguments())
        self.key = VerifierKey.parse(self.engine.rows("SELECT verifier_key FROM log_state")[0][0])

    def number(self, statement):
        return int(self.engine.rows(statement)[0][0] or 0)

    def digest(self, size, erases=False):
        """One hash over every column of every revision and audit row whose leaf is below a size."""
        columns = LASTING + ([] if erases else ERASABLE + [self.engine.binary(column) for column in PAYLOAD])
        revisions = self.engine.rows(f"SELECT {', '.join(columns)} FROM revision WHERE leaf < {size} ORDER BY leaf")
        columns = AUDIT + [self.engine.binary("salt")]
        audit = self.engine.rows(f"SELECT {', '.join(columns)} FROM audit WHERE leaf < {size} ORDER BY leaf")
        if len(revisions) + len(audit) != size:
            raise Fault(f"{len(revisions)} revisions and {len(audit)} audit rows stand for {size} leaves")
        return hashlib.sha256(repr((revisions, audit)).encode()).hexdigest()

    def acknowledge(self):
        """What is committed now has been acknowledged to somebody."""
        self.known_size = self.number("SELECT size FROM log_state")
        self.known_digest = self.digest(self.known_size, self.erases)

    def check_at_rest(self):
        """What must hold the moment after a kill, before any program has repaired anything."""
        if self.digest(self.known_size, self.erases) != self.known_digest:
            raise Fault(f"something acknowledged below leaf {self.known_size} is gone or changed")
        self._check_whole_deliveries()
        for act, event in ENDS.items():
            moved = self.number(f"SELECT count(*) FROM revision WHERE act = {act}")
            said = sum(int(row[0].split()[0]) for row in
                       self.engine.rows(f"SELECT object FROM audit WHERE event = '{event}'"))
            if moved != said:
                raise Fault(f"{moved} revisions of act {act}, but the audit tells of {said}")
        return self.check_log()

    def _check_whole_deliveries(self):
        for receipt, finished, stated, stored in self.engine.rows(
                "SELECT receipt, finished_at, accepted + updated, (SELECT count(*) FROM revision v "
                "WHERE v.batch_number = b.batch_number) FROM batch b"):
            if finished is None or stated != stored:
                raise Fault(f"delivery {receipt} says {stated} rows and has {stored}")
        said = self.number("SELECT count(*) FROM audit WHERE event = 'delivery'")
        if said != self.number("SELECT count(*) FROM batch"):
            raise Fault("deliveries and their audit rows do not agree")

    def check_log(self):
        """The public files as any reader finds them: whole, signed, and a continuation of what was seen before."""
        log = Log(Place(f"{self.data}/log"), self.key).verify()
        if log.findings:
            raise Fault(f"the public log does not hold: {log.findings[:3]}")
        if log.leaves[:len(self.known_leaves)] != self.known_leaves:
            raise Fault(f"the log of {len(log.leaves)} entries does not begin with that of {len(self.known_leaves)}")
        self.known_leaves = log.leaves
        return log

    def check_verified(self, also_log=False):
        """The platform's own proof, and the log as far as the database."""
        report = self.json("verify", "store", allowed=(0, 1))
        if report["finding_count"]:
            raise Fault(f"verify store: {report['findings'][:5]}")
        if also_log:
            facts = self.json("verify", "log", allowed=(0, 1))
            if facts["finding_count"] or facts["waiting"]:
                raise Fault(f"verify log: {facts}")
        size = self.number("SELECT size FROM log_state")
        if len(self.check_log().leaves) != size:
            raise Fault(f"{len(self.known_leaves)} entries are public of {size}, though a command has published since")
