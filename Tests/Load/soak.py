#!/usr/bin/env python3
"""The portal under load for half an hour while departments deliver (GOALS R6).

    soak.py PROGRAM [--minutes 30] [--share 70] [--organisations 20000] [--keep FOLDER]

Makes an invented city, serves it, and asks with h2load (Debian: nghttp2-client) for a mix of pages and JSON of subjects at
random. First alone and slowly (the idle time of an answer), then as fast as it goes with deliveries running (the peak), then at
the share of that peak for the minutes. Deliveries run all the time, one after the other, each with changed and new rows.

Says: answers that were not 200 (404 and 303 are right for the city's mistyped codes), memory of the server each half minute and what it grew by, the 99th percentile beside the idle
one, deliveries made and whether `verify store` and `verify log` are clean afterwards. Exit 1 where one of them is not as it should be.
"""
import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

CLIENTS = 32


def rss(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


class City:
    def __init__(self, program, folder, organisations):
        self.program, self.data, self.files = program, os.path.join(folder, "data"), os.path.join(folder, "city")
        self.run("sample", "--out", self.files, "--organisations", str(organisations))
        self.run("init", "--data", self.data)
        self.run("ingest", self.files, "--data", self.data, allowed=(0, 1))
        with open(os.path.join(self.files, "registration.csv"), encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        self.headings, self.rows = rows[0], rows[1:]
        code = next(i for i, name in enumerate(self.headings) if "统一社会信用代码" in name)
        self.codes = [row[code] for row in self.rows if len(row[code]) == 18 and row[code].isascii() and row[code].isalnum()]
        self.scope = next(i for i, name in enumerate(self.headings) if "经营范围" in name)
        self.folder = folder

    def run(self, *arguments, allowed=(0,)):
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True)
        if done.returncode not in allowed:
            sys.exit(f"chengxin {' '.join(arguments)}: {done.returncode}\n{done.stderr[-2000:]}")
        return done.stdout

    def delivery(self, number):
        """A file of 4,000 registrations, each with a scope of business that was not there before."""
        path = os.path.join(self.folder, "delivery.csv")
        chosen = random.Random(number).sample(self.rows, min(4000, len(self.rows)))
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(self.headings)
            for row in chosen:
                row = list(row)
                row[self.scope] = f"机械零件加工，第{number}次变更。"
                writer.writerow(row)
        return path


class Deliveries(threading.Thread):
    """One delivery after the other, in the background as beside a server in daytime, until told to end."""

    def __init__(self, city):
        super().__init__(daemon=True)
        self.city, self.ending, self.made, self.faults = city, threading.Event(), 0, []

    def run(self):
        while not self.ending.is_set():
            path = self.city.delivery(self.made)
            done = subprocess.run(
                [self.city.program, "ingest", path, "--data", self.city.data, "--feed", "registration", "--background"],
                capture_output=True, text=True)
            if done.returncode not in (0, 1):
                self.faults.append(f"delivery {self.made}: {done.returncode} {done.stderr[-300:]}")
            self.made += 1

    def end(self):
        self.ending.set()
        self.join()


def ask(base, folder, seconds, rate=None):
    """Asks for so many seconds; gives answers a second, times in ms, and how many were not 200."""
    log = os.path.join(folder, "times.tsv")
    if os.path.exists(log):
        os.remove(log)
    command = ["h2load", "--h1", "-t", "1", "-c", str(CLIENTS), "-D", str(seconds), "-B", base, "-i",
               os.path.join(folder, "addresses.txt"), "--log-file", log]
    if rate:
        command += ["--rps", f"{rate / CLIENTS:.3f}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if not os.path.exists(log):
        sys.exit(f"h2load: {done.returncode}\n{done.stdout[-1000:]}{done.stderr[-1000:]}")
    times, others = [], {}
    with open(log) as lines:
        for line in lines:
            _, status, spent = line.split("\t")[:3]
            times.append(int(spent) / 1000)
            if status != "200":
                others[status] = others.get(status, 0) + 1
    failed = next((line for line in done.stdout.splitlines() if line.startswith("requests:")), "")
    return len(times) / seconds, times, others, failed


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--share", type=float, default=70)
    options.add_argument("--organisations", type=int, default=20000)
    options.add_argument("--keep")
    chosen = options.parse_args()
    if not shutil.which("h2load"):
        sys.exit("h2load is not installed: apt-get install nghttp2-client")
    folder = chosen.keep or tempfile.mkdtemp(prefix="soak-")
    os.makedirs(folder, exist_ok=True)
    server = None
    try:
        city = City(os.path.abspath(chosen.program), folder, chosen.organisations)
        source = random.Random(1)
        with open(os.path.join(folder, "addresses.txt"), "w") as file:
            for _ in range(50_000):
                code = source.choice(city.codes)
                file.write(source.choice([f"/o/{code}", f"/o/{code}", f"/api/v1/subjects/{code}", f"/api/v1/subjects?q={code[:8]}", "/",
                                          "/publicity/penalties", "/lists"]) + "\n")
        server = subprocess.Popen(
            [city.program, "serve", "--data", city.data, "--port", "0", "--rate-limit", "0"], stdout=subprocess.PIPE,
            stderr=open(os.path.join(folder, "server.err"), "w"), text=True)
        base = server.stdout.readline().split()[2]
        print(f"{len(city.codes)} organisations, {base}, load average {open('/proc/loadavg').read().split()[0]}", flush=True)

        ask(base, folder, 5)
        idle_rate, idle, _, _ = ask(base, folder, 15, rate=64)
        print(f"idle: {idle_rate:.0f}/s, p50 {percentile(idle, .5):.1f} ms, p99 {percentile(idle, .99):.1f} ms", flush=True)
        alone, _, _, _ = ask(base, folder, 15)
        deliveries = Deliveries(city)
        deliveries.start()
        peak, _, _, _ = ask(base, folder, 20)
        rate = peak * chosen.share / 100
        print(f"peak: {alone:.0f}/s alone, {peak:.0f}/s with deliveries; asked now: {rate:.0f}/s for {chosen.minutes:g} minutes", flush=True)

        memory, ending = [], threading.Event()

        def look():
            while not ending.wait(30):
                memory.append(rss(server.pid))

        looker = threading.Thread(target=look, daemon=True)
        looker.start()
        made = deliveries.made
        seen, times, others, failed = ask(base, folder, int(chosen.minutes * 60), rate=rate)
        ending.set()
        looker.join()
        made = deliveries.made - made
        deliveries.end()
        p99 = percentile(times, .99)
        print(f"asked: {len(times)} answers, {seen:.0f}/s, p50 {percentile(times, .5):.1f} ms, p99 {p99:.1f} ms "
              f"({p99 / max(percentile(idle, .99), .001):.1f} x idle); {failed}")
        print(f"not 200: {others or 'none'}; deliveries made meanwhile: {made}, not taken: {deliveries.faults or 'none'}")
        print("memory of the server each half minute, MiB:", " ".join(map(str, memory)))
        third = max(1, len(memory) // 3)
        first, last = sum(memory[:third]) / third if memory else 0, sum(memory[-third:]) / third if memory else 0
        print(f"mean of the first third {first:.0f} MiB, of the last {last:.0f} MiB")
        server.terminate()
        code = server.wait(30)
        with open(os.path.join(folder, "server.err")) as file:
            said = file.read()
        print(f"the server ended with {code}; it said: {said[-500:] or 'nothing'}")
        for part in ("store", "log"):
            print(f"verify {part}: {city.run('verify', part, '--data', city.data).strip().splitlines()[-1]}")
        faults = {status: count for status, count in others.items() if status not in ('303', '404')}
        wrong = bool(faults) or bool(deliveries.faults) or code != 0 or last > first * 1.15
        print(json.dumps({"answers": len(times), "rate": round(seen), "p99_ms": round(p99, 1), "idle_p99_ms": round(percentile(idle, .99), 1),
                          "errors": sum(faults.values()), "deliveries": made, "memory": [round(first), round(last)]}))
        return 1 if wrong else 0
    finally:
        if server and server.poll() is None:
            server.kill()
        if not chosen.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
