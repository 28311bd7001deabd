"""What is under way when the kill comes. Each kind says what may be seen afterwards, and brings the same
work to its end."""
import csv
import json
import os
import shutil
import subprocess
import time
import urllib.request

from platform_under_test import Fault

HEADINGS = ["CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR",
            "CF_NR_FK", "CF_CX", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM"]
OFFICE = ["示例市示例湖西区市场监督管理局", "119901030099003718"]
FAR = "2060-01-01"


class Kind:
    name, count, needs_server = "", 0, False
    aims = ["any", "transaction", "publishing"]

    def __init__(self, platform, killer, random_):
        self.platform, self.killer, self.random = platform, killer, random_
        self.number = 0

    def prepare(self):
        """A city of about a hundred firms, registered and published."""
        self.platform.create()
        folder = self.platform.folder
        subprocess.run([self.platform.program, "sample", "--out", f"{folder}/city", "--organisations", "100",
                        "--records", "100", "--seed", "3"], check=True, capture_output=True)
        self.platform.run("ingest", f"{folder}/city/registration.csv", "--json", allowed=(0, 1))
        self.firms = [row for row in self.platform.engine.rows(
            "SELECT name, code FROM subject WHERE kind = 'organisation' AND registered = 1 ORDER BY subject_id")
            if len(row[1]) == 18]
        self.platform.acknowledge()
        self.platform.check_verified(also_log=True)

    def renew(self):
        """After a fault: what is there now counts as known, so that one fault is not told of twice."""
        self.platform.known_leaves = []
        self.platform.acknowledge()

    def close(self):
        pass

    def write(self, rows, name=None):
        """A delivery of new penalties about known firms, all of them good."""
        path = f"{self.platform.folder}/{name or f'penalty-{self.number}.csv'}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            for _ in range(rows):
                self.number += 1
                name_, code = self.random.choice(self.firms)
                writer.writerow([
                    name_, "个体工商户" if code.startswith("92") else "法人及非法人组织", code,
                    f"示市监罚〔2026〕{self.number}号", "未按规定明码标价", "当事人销售的部分商品未标明价格。",
                    "《中华人民共和国价格法》第四十二条", "罚款", "罚款人民币1200元", "0.12", "普通程序",
                    f"2026-{self.random.randint(1, 9):02}-15", "2099-12-31", f"2027-{self.random.randint(1, 9):02}-15",
                    *OFFICE, *OFFICE])
        self.number += 1
        return path

    def send_again(self, path, rows, stored):
        """The same delivery to its end: what was stored is unchanged, the rest is accepted, and nothing else."""
        totals = self.platform.json("ingest", path)
        expected = {"rows": rows, "accepted": rows - stored, "unchanged": stored, "updated": 0, "rejected": 0,
                    "unresolved": 0}
        seen = {name: totals[name] for name in expected}
        if seen != expected:
            raise Fault(f"sent again: {seen} instead of {expected}")

    def batches(self, path):
        return self.platform.number(f"SELECT count(*) FROM batch WHERE file_name = '{os.path.basename(path)}'")


class IngestFile(Kind):
    name, count = "ingest-file", 36

    def cycle(self, number):
        rows = self.random.randint(80, 300)
        path = self.write(rows)
        process = self.platform.start("ingest", path, "--json")
        where, code, out, err = self.killer.kill("ingest", process, self.aims, then=self.hurt())
        self.platform.check_at_rest()
        stored = self.batches(path)
        if stored > 1 or (out.strip() and stored != 1):
            raise Fault(f"{stored} deliveries of one file; acknowledged: {bool(out.strip())}")
        if code == 0 and not out.strip():
            raise Fault("done without a word")
        # A database that goes away is told of; with which code, the command's contract leaves open.
        if code in (2, 3) and not self.needs_server:
            raise Fault(f"exit {code}: {err[-300:]}")
        self.send_again(path, rows, rows * stored)
        self.platform.acknowledge()
        self.platform.check_verified(also_log=number % 10 == 0)
        return where

    def hurt(self):
        return None


class Publishing(IngestFile):
    name, count = "publishing", 24
    aims = ["publishing"]


class KilledBackend(IngestFile):
    name, count, needs_server = "killed-backend", 12, True
    aims = ["transaction", "publishing", "transaction"]

    def hurt(self):
        engine = self.platform.engine
        return lambda: engine.cluster.kill_backend(engine.database)


class CrashedServer(KilledBackend):
    name, count = "crashed-server", 8

    def hurt(self):
        return self.platform.engine.cluster.crash


class IngestDirectory(Kind):
    name, count = "ingest-directory", 24

    def cycle(self, number):
        folder = f"delivery-{number}"
        sizes = {f"{folder}/penalty-{number}-{part}.csv": self.random.randint(20, 90) for part in "abcd"}
        paths = [self.write(rows, name) for name, rows in sizes.items()]
        process = self.platform.start("ingest", f"{self.platform.folder}/{folder}")
        where, _, out, err = self.killer.kill("directory", process, self.aims)
        self.platform.check_at_rest()
        told = [line.split("receipt ")[1].split(":")[0] for line in out.splitlines() if ", receipt " in line]
        stored = [self.batches(path) for path in paths]
        if stored != sorted(stored, reverse=True) or max(stored) > 1 or not len(told) <= sum(stored) <= len(told) + 1:
            raise Fault(f"deliveries stored {stored}, receipts printed {len(told)}")
        for receipt in told:
            if self.platform.number(f"SELECT count(*) FROM batch WHERE receipt = '{receipt}'") != 1:
                raise Fault(f"receipt {receipt} was handed out and is not there")
        again = self.platform.json("ingest", f"{self.platform.folder}/{folder}")
        unchanged = sum(rows for rows, there in zip(sizes.values(), stored) if there)
        if (again["accepted"], again["unchanged"], again["rows"]) != (sum(sizes.values()) - unchanged, unchanged,
                                                                     sum(sizes.values())):
            raise Fault(f"sent again: {again['accepted']} accepted, {again['unchanged']} unchanged of {again['rows']}")
        self.platform.acknowledge()
        self.platform.check_verified(also_log=number % 10 == 0)
        return where


class RecordActs(Kind):
    name, count = "record", 40
    OPPOSITES = {"mark": "unmark", "unmark": "mark", "withdraw": "restore", "restore": "withdraw"}
    EVENTS = {"mark": "record-marked", "unmark": "record-unmarked", "withdraw": "record-withdrawn",
              "restore": "record-restored"}

    def prepare(self):
        super().prepare()
        self.platform.run("ingest", self.write(30), "--json")
        self.platform.acknowledge()
        records = self.platform.engine.rows("SELECT subject_id, ordinal FROM record WHERE item = "
                                            "(SELECT word_id FROM word WHERE text = 'administrative-penalty') ORDER BY subject_id, ordinal")
        # Marks for half of them, withdrawals for the other: the act that comes next on each.
        self.next = {"-".join(record): "mark" if i % 2 else "withdraw" for i, record in enumerate(records)}

    def revisions(self, record):
        subject, ordinal = record.split("-")
        return self.platform.number(
            f"SELECT count(*) FROM revision WHERE subject_id = {subject} AND ordinal = {ordinal}")

    def arguments(self, record):
        return ["record", self.next[record], record, "--basis", "示核〔2026〕1号", "--officer", "li.ming", "--json"]

    def cycle(self, number):
        record = self.random.choice(sorted(self.next))
        act, before = self.next[record], self.revisions(record)
        process = self.platform.start(*self.arguments(record))
        where, code, out, err = self.killer.kill("record", process, self.aims)
        self.platform.check_at_rest()
        after = self.revisions(record)
        if after not in (before, before + 1) or (out.strip() and after != before + 1):
            raise Fault(f"{act} of {record}: {before} revisions became {after}; acknowledged: {bool(out.strip())}")
        if code is not None and code > 0:
            raise Fault(f"{act} of {record}: exit {code}: {err[-300:]}")
        audited = self.platform.number(
            f"SELECT count(*) FROM audit WHERE object = '{record}' AND event LIKE 'record-%'")
        if audited != after - 1:
            raise Fault(f"{record} has {after} revisions and {audited} audit rows of acts")
        if number % 4 == 0:
            told = self.platform.json("history", record)["revisions"]
            if len(told) != after or [revision["revision"]["number"] for revision in told] != list(range(1, after + 1)):
                raise Fault(f"history tells of {len(told)} revisions of {record}, {after} are stored")
        if after == before + 1:
            self.next[record] = self.OPPOSITES[act]
        # The same act where it was not done, else the one that follows it: either is a command that publishes.
        done = json.loads(self.platform.run(*self.arguments(record)).stdout)
        if done["revision"] != after + 1:
            raise Fault(f"{self.next[record]} of {record} made revision {done['revision']} after {after}")
        self.next[record] = self.OPPOSITES[self.next[record]]
        self.platform.acknowledge()
        self.platform.check_verified(also_log=number % 10 == 0)
        return where


class Terms(Kind):
    name, count = "terms", 24
    ROWS = 2500

    def prepare(self):
        super().prepare()
        self.platform.erases = True
        self.platform.run("ingest", self.write(self.ROWS), "--json")
        self.platform.environment["CHENGXIN_TODAY"] = FAR
        engine, folder = self.platform.engine, self.platform.folder
        shutil.copytree(self.platform.data, f"{folder}/kept")
        if engine.name == "postgres":
            engine.cluster.create("terms_kept", template=engine.database)
        self.platform.acknowledge()

    def fresh(self):
        engine, folder = self.platform.engine, self.platform.folder
        shutil.rmtree(self.platform.data)
        shutil.copytree(f"{folder}/kept", self.platform.data)
        if engine.name == "postgres":
            engine.cluster.drop(engine.database)
            engine.cluster.create(engine.database, template="terms_kept")
        self.platform.known_leaves = []
        self.platform.acknowledge()

    renew = fresh

    def close(self):
        if self.platform.engine.name == "postgres":
            self.platform.engine.cluster.drop("terms_kept")

    def cycle(self, number):
        moved = self.platform.number("SELECT count(*) FROM revision WHERE act > 8")
        process = self.platform.start("terms", "--json")
        where, code, out, err = self.killer.kill("terms", process, self.aims)
        if code is not None and code > 0:
            raise Fault(f"exit {code}: {err[-300:]}")
        self.platform.check_at_rest()
        now = self.platform.number("SELECT count(*) FROM revision WHERE act > 8")
        if now < moved:
            raise Fault(f"{moved} acts of the job became {now}")
        # Whatever is erased is erased whole: no payload, no salt, of any of its revisions.
        left = self.platform.number(
            "SELECT count(*) FROM revision v JOIN record r ON r.subject_id = v.subject_id AND r.ordinal = v.ordinal "
            "WHERE r.circle = 3 AND (v.payload IS NOT NULL OR v.salt IS NOT NULL)")
        if left:
            raise Fault(f"{left} revisions of erased records have kept something")
        self.platform.acknowledge()
        if out.strip() or number % 3 == 2:
            self.platform.run("terms")
            # 47481 is the open end, 2099-12-31.
            late = self.platform.number("SELECT count(*) FROM record WHERE circle < 3 AND archived_until < 32872")
            if late:
                raise Fault(f"{late} records are past their terms after the job has ended")
            self.platform.acknowledge()
            self.platform.check_verified(also_log=True)
            self.fresh()
        else:
            report = self.platform.json("verify", "store", allowed=(0, 1))
            if report["finding_count"]:
                raise Fault(f"verify store: {report['findings'][:5]}")
        return where


class Serve(Kind):
    """The portal with its two jobs, while a department delivers: either of the two is killed."""
    name, count = "serve", 30

    def prepare(self):
        super().prepare()
        self.platform.erases = True
        self.platform.acknowledge()
        self.month = 0

    def cycle(self, number):
        # A month later each time, so that the job for terms has something to do when the server starts.
        self.month += 1
        self.platform.environment["CHENGXIN_TODAY"] = f"{2027 + self.month // 12}-{self.month % 12 + 1:02}-01"
        rows = self.random.randint(60, 200)
        path = self.write(rows)
        server = self.platform.start("serve", "--port", "0")
        ingest = None
        try:
            victim = ("server at its start", "server", "ingest")[number % 3]
            if victim == "server at its start":
                where = self.killer.kill("start", server, ["any", "transaction"])[0]
            else:
                address = server.stdout.readline().split()[2]
                ingest = self.platform.start("ingest", path, "--json")
                if victim == "ingest":
                    where = self.killer.kill("served ingest", ingest, self.aims)[0]
                    self.goes_on(server, address)
                else:
                    where = self.killer.kill("server", server, ["any", "publishing", "publishing"])[0]
                    out, err = ingest.communicate(timeout=60)
                    if ingest.returncode != 0 or self.batches(path) != 1:
                        raise Fault(f"the delivery gave {ingest.returncode} when the server was killed: {err[-300:]}")
            self.platform.check_at_rest()
        finally:
            for process in (server, ingest):
                if process and process.poll() is None:
                    process.kill()
                    process.communicate()
        self.send_again(path, rows, rows * self.batches(path))
        self.platform.run("terms")
        self.platform.acknowledge()
        self.platform.check_verified(also_log=number % 10 == 0)
        return where

    def goes_on(self, server, address):
        """The server does not mind, and publishes what was committed within seconds."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
                if answer.status != 200:
                    raise Fault(f"the server answers {answer.status}")
            facts = self.platform.engine.rows("SELECT size, published_size FROM log_state")[0]
            if facts[0] == facts[1]:
                return
            time.sleep(0.2)
        raise Fault(f"{facts} leaves recorded and published 20 s after the delivery was killed")


class Backup(Kind):
    name, count = "backup", 24
    aims = ["any", "part", "part"]

    def prepare(self):
        super().prepare()
        self.platform.run("ingest", self.write(400), "--json")
        self.platform.acknowledge()
        usual = self.killer.phase

        def phase(pid):
            return "part" if os.path.exists(self.path + ".part") else usual(pid)

        self.killer.phase = phase

    def cycle(self, number):
        self.path = f"{self.platform.folder}/backup-{number}"
        process = self.platform.start("backup", "--out", self.path, "--json")
        where, code, out, err = self.killer.kill("backup", process, self.aims)
        if code is not None and code > 0:
            raise Fault(f"exit {code}: {err[-300:]}")
        self.platform.check_at_rest()
        if out.strip() and not os.path.exists(self.path):
            raise Fault("a backup that was reported is not there")
        if not os.path.exists(self.path):
            self.platform.run("backup", "--out", self.path)
        whole = json.loads(subprocess.run([self.platform.program, "verify", "backup", self.path, "--json"], check=True,
                                          capture_output=True, text=True).stdout)
        if not whole["whole"] or os.path.exists(self.path + ".part"):
            raise Fault(f"the backup is not whole, or its beginning was left: {whole}")
        os.remove(self.path)
        self.platform.run("ingest", self.write(5), "--json")
        self.platform.acknowledge()
        self.platform.check_verified()
        return where


KINDS = [IngestFile, Publishing, IngestDirectory, RecordActs, Terms, Serve, Backup, KilledBackend, CrashedServer]
