"""Kills the program at random instants and looks at what is left, on both engines (docs/reliability.md).

  kill.py PROGRAM --engine sqlite|postgres [--seed N] [--scale X] [--only KIND…] [--out FILE.json]

A third of the instants are drawn from the whole run of a command; two thirds are aimed at its inside: the moment
its transaction opens, or its publishing begins, plus a random delay. The process is stopped first, so that where it
was is a fact (the locks it holds) and no guess; then it is killed. Exit code 1 with a line a fault.
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
from collections import Counter

from cluster import Cluster
from kinds import KINDS
from platform_under_test import Fault, Platform, Postgres, SQLite, locks_of


class Killer:
    """Starts, waits for the instant, stops, looks, kills."""

    def __init__(self, random_, platform):
        self.random, self.platform = random_, platform
        self.longest = {}

    def phase(self, pid):
        if any(lock[1] == "FLOCK" for lock in locks_of(pid)):
            return "publishing"
        return "transaction" if self.platform.engine.is_writing(pid) else "between"

    def kill(self, name, process, aims, victim=None, then=None):
        """Kills a process, or what `then` kills, at an instant; returns where it hit and what had been acknowledged.

        - victim: the process to kill, where it is another than the one whose work is waited for."""
        victim = victim or process
        aim = self.random.choice(aims)
        delay = self.random.random()
        begun = time.monotonic()
        self.seen = set()
        if aim == "any":
            self._wait(process, begun + delay * self.longest.get(name, 0.6))
        else:
            while process.poll() is None and self.phase(process.pid) != aim and time.monotonic() < begun + 20:
                time.sleep(0.0005)
            self.seen.add(aim)
            # The square leans to the beginning, for short transactions; the rest reaches beyond the end of most.
            self._wait(process, time.monotonic() + delay ** 2 * (0.25 if aim == "transaction" else 0.03))
        if process.poll() is not None:
            where = "after"
            self.longest[name] = min(time.monotonic() - begun, 3)
        else:
            os.kill(process.pid, signal.SIGSTOP)
            where = self.phase(process.pid)
            if where == "between" and not self.seen:
                where = "before"
            if then:
                then()
                os.kill(process.pid, signal.SIGCONT)
            else:
                victim.kill()
                if victim is not process:
                    os.kill(process.pid, signal.SIGCONT)
        out, err = process.communicate(timeout=60)
        return where, process.returncode, out, err

    def _wait(self, process, until):
        while process.poll() is None and time.monotonic() < until:
            phase = self.phase(process.pid)
            if phase != "between":
                self.seen.add(phase)
            time.sleep(0.0005)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--engine", choices=["sqlite", "postgres"], required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1, help="multiplies the number of kills of every kind")
    parser.add_argument("--only", choices=[kind.name for kind in KINDS], nargs="+", help="these kinds only")
    parser.add_argument("--out", help="figures as JSON")
    arguments = parser.parse_args()
    # Whoever stops this by a signal still gets the cluster and the folder taken away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    folder = tempfile.mkdtemp(prefix="chengxin-kill-")
    # The account that runs PostgreSQL must get through to its socket.
    os.chmod(folder, 0o755)
    cluster = Cluster(f"{folder}/postgres") if arguments.engine == "postgres" else None
    table, faults, begun = {}, [], time.monotonic()
    try:
        for kind in KINDS:
            if (arguments.only and kind.name not in arguments.only) or (kind.needs_server and not cluster):
                continue
            home = f"{folder}/{kind.name}"
            os.makedirs(home)
            if cluster:
                cluster.create(kind.name.replace("-", "_"))
            engine = Postgres(cluster, kind.name.replace("-", "_")) if cluster else SQLite(f"{home}/data")
            platform = Platform(os.path.abspath(arguments.program), home, engine)
            random_ = random.Random(f"{arguments.seed} {arguments.engine} {kind.name}")
            hits = table.setdefault(kind.name, Counter())
            case = kind(platform, Killer(random_, platform), random_)
            count = max(1, round(kind.count * arguments.scale))
            case.prepare()
            for cycle in range(count):
                try:
                    hits[case.cycle(cycle)] += 1
                except Fault as fault:
                    hits["fault"] += 1
                    faults.append(f"{arguments.engine} {kind.name} cycle {cycle}: {fault}")
                    print(f"FAULT  {faults[-1]}", flush=True)
                    case.renew()
            case.close()
            print(f"{arguments.engine} {kind.name}: {sum(hits.values())} kills, "
                  + ", ".join(f"{number} {where}" for where, number in sorted(hits.items()))
                  + f"  ({time.monotonic() - begun:.0f} s)", flush=True)
            if cluster:
                cluster.drop(engine.database)
            shutil.rmtree(home)
    finally:
        if cluster:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if arguments.out:
        with open(arguments.out, "w") as file:
            json.dump({"engine": arguments.engine, "seed": arguments.seed, "kills": table, "faults": faults,
                       "seconds": round(time.monotonic() - begun)}, file, indent=1)
    print(f"{arguments.engine}: {sum(sum(hits.values()) for hits in table.values())} kills, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
