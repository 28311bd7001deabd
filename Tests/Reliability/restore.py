"""Backs up while deliveries come in, restores elsewhere, also on the other engine, and compares (docs/reliability.md).

  restore.py PROGRAM [--seed N] [--rounds N] [--out FILE.json]

At the backup's timepoint both sides must have the same log root, computed here from the public files of either, and
the same revisions and audit rows, column by column. Exit code 1 with a line a fault.
"""
import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time

from cluster import Cluster
from kinds import Kind
from platform_under_test import Fault, Platform, Postgres, SQLite

import tree


def restored_root(platform, size):
    log = platform.check_log()
    if len(log.leaves) < size:
        raise Fault(f"{len(log.leaves)} entries are public, the backup has {size}")
    return tree.root(log.leaves[:size])


class Round:
    """One backup that is made while two deliveries come in, and its restores."""

    def __init__(self, folder, program, cluster, source, number, random_):
        self.folder, self.program, self.cluster, self.random = f"{folder}/{source}-{number}", program, cluster, random_
        self.names, self.alarms = [], []
        os.makedirs(self.folder)
        self.source = self.platform("source", source)

    def platform(self, name, engine):
        home = f"{self.folder}/{name}"
        os.makedirs(home)
        if engine == "sqlite":
            return Platform(self.program, home, SQLite(f"{home}/data"))
        database = f"{os.path.basename(self.folder)}_{name}".replace("-", "_")
        self.cluster.create(database)
        self.names.append(database)
        return Platform(self.program, home, Postgres(self.cluster, database))

    def run(self):
        case = Kind(self.source, None, self.random)
        case.prepare()
        self.source.run("ingest", case.write(300), "--json")
        paths = [case.write(self.random.randint(200, 400)) for _ in range(3)]
        deliveries = [self.source.start("ingest", path, "--json") for path in paths]
        # From before the first transaction to behind the last.
        time.sleep(self.random.uniform(0.3, 2.5))
        backup = f"{self.folder}/backup"
        made = self.source.json("backup", "--out", backup)
        is_during = any(delivery.poll() is None for delivery in deliveries)
        for delivery in deliveries:
            out, err = delivery.communicate(timeout=120)
            if delivery.returncode:
                raise Fault(f"a delivery beside the backup ended with {delivery.returncode}: {err[-300:]}")
        self.source.run("ingest", case.write(5), "--json")
        size, total = made["leaves"], self.source.number("SELECT size FROM log_state")
        root, digest = restored_root(self.source, size), self.source.digest(size)
        for engine in ("sqlite", "postgres"):
            self.restore(backup, engine, size, root, digest, case)
        for name in self.names:
            self.cluster.drop(name)
        shutil.rmtree(self.folder)
        if self.alarms:
            raise Fault("; ".join(self.alarms) + f"; but the root of {size} entries and all rows are equal")
        return {"leaves": size, "leaves_after": total, "during": is_during}

    def restore(self, backup, engine, size, root, digest, case):
        target = self.platform(f"in_{engine}", engine)
        told = target.json("restore", "--in", backup, *target.engine.arguments(), allowed=(0, 1))
        target.key = self.source.key
        if told["leaves"] != size:
            raise Fault(f"restored in {engine}: {told}")
        # Told of at the end: what it found may be right in spite of it.
        if told["finding_count"]:
            self.alarms.append(f"restore in {engine} told of {told['finding_count']} findings")
        if restored_root(target, size) != root:
            raise Fault(f"the root of {size} entries is another one in {engine}")
        if target.digest(size) != digest:
            raise Fault(f"revisions or audit rows below leaf {size} are others in {engine}")
        # It goes on as a platform: a new delivery is filed, published and proved, and a restore from there comes back.
        target.run("ingest", case.write(20), "--json")
        target.check_verified(also_log=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="backups from each engine")
    parser.add_argument("--out", help="figures as JSON")
    arguments = parser.parse_args()
    # Whoever stops this by a signal still gets the cluster and the folder taken away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    folder = tempfile.mkdtemp(prefix="chengxin-restore-")
    os.chmod(folder, 0o755)
    cluster = Cluster(f"{folder}/postgres")
    random_, faults, figures = random.Random(arguments.seed), [], {}
    try:
        for source in ("sqlite", "postgres"):
            for number in range(arguments.rounds):
                try:
                    seen = Round(folder, os.path.abspath(arguments.program), cluster, source, number, random_).run()
                    figures.setdefault(source, []).append(seen)
                    print(f"{source} {number}: backup of {seen['leaves']} leaves of {seen['leaves_after']}"
                          f"{' while deliveries went on' if seen['during'] else ''}; restored in both engines, "
                          "all equal",
                          flush=True)
                except Fault as fault:
                    faults.append(f"{source} {number}: {fault}")
                    print(f"FAULT  {faults[-1]}", flush=True)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if arguments.out:
        with open(arguments.out, "w") as file:
            json.dump({"seed": arguments.seed, "rounds": figures, "faults": faults}, file, indent=1)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
