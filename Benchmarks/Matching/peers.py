#!/usr/bin/env python3
"""Scores pairs.csv with three peers, and with ours when given, and prints one table.

    python3 peers.py [--pairs pairs.csv] [--out results.csv] [--venvs DIR] [--ours ours.csv] [--ours-us MICROSECONDS]

Peers: nomenklatura's logic-v2 as it comes, Splink 5 on DuckDB, and a Levenshtein floor. The first two get a virtual environment
each (their DuckDB versions differ), made with pip in DIR, or in a temporary directory that is removed afterwards.
ours.csv: id,score,decision with the decision match, review or none. README.md tells how to read the table.
"""
import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = {"nomenklatura": ["nomenklatura==4.17.4"], "splink": ["splink==5.0.0", "duckdb==2.0.0", "pyarrow"]}
# The threshold a peer has of its own: 0.7 is what yente, the service around logic-v2, calls a match; a Splink score is a
# probability, so more likely than not is 0.5; a distance has none.
OWN_THRESHOLD = {"logic-v2": 0.7, "splink": 0.5, "levenshtein": None}
COPIES = 50       # Splink works on tables, so its time is taken over this many copies of the pairs


def read_pairs(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


# --------------------------------------------------------------------------------------------------------------- scorers
# Each returns ({id: score}, microseconds per pair).

def levenshtein(rows):
    def distance(a, b):
        before = list(range(len(b) + 1))
        for i, x in enumerate(a, 1):
            now = [i]
            for j, y in enumerate(b, 1):
                now.append(min(before[j] + 1, now[-1] + 1, before[j - 1] + (x != y)))
            before = now
        return before[-1]

    start = time.perf_counter()
    scores = {r["id"]: 1 - distance(r["left"], r["right"]) / max(len(r["left"]), len(r["right"])) for r in rows}
    return scores, (time.perf_counter() - start) / len(rows) * 1e6


def logic_v2(rows):
    from followthemoney import EntityProxy
    from nomenklatura.matching import LogicV2

    config = LogicV2.default_config()

    # It remembers names by the entity's id, so every name needs an id of its own.
    def entity(key, name):
        return EntityProxy.from_dict({"id": key, "schema": "Company", "properties": {"name": [name]}})

    pairs = [(r["id"], entity(r["id"] + "l", r["left"]), entity(r["id"] + "r", r["right"])) for r in rows]
    for _, a, b in pairs[::100]:      # loads its word lists
        LogicV2.compare(a, b, config)
    start = time.perf_counter()
    scores = {key: LogicV2.compare(a, b, config).score for key, a, b in pairs}
    return scores, (time.perf_counter() - start) / len(rows) * 1e6


def splink(rows):
    """Link two tables, left and right, blocked on the pair's number, so that just the given pairs are scored.

    The name goes in as NFKC without blanks. Two comparisons of it: Jaro-Winkler and Levenshtein at thresholds. m from the labels
    of the tuning part, u from random pairs, the prior from the number of true pairs in the tuning part. The score is the match
    probability; equal probabilities are ties.
    """
    import logging
    import duckdb
    import pyarrow
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)

    def clean(text):
        return "".join(unicodedata.normalize("NFKC", text).split())

    def table(some, side, copies=1):
        ids = [f"{r['id']}-{c}" for c in range(copies) for r in some]
        return pyarrow.table({"unique_id": ids, "pair": ids, "name": [clean(r[side]) for r in some] * copies})

    tuning = [r for r in rows if r["part"] == "tuning"]
    same = [r["id"] + "-0" for r in tuning if r["label"] == "1"]
    settings = SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=len(same) / len(tuning) ** 2,
        blocking_rules_to_generate_predictions=[block_on("pair")],
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.98, 0.96, 0.94, 0.92, 0.9, 0.87, 0.84, 0.8, 0.7]),
            cl.LevenshteinAtThresholds("name", [1, 2, 3, 4, 6]),
        ])
    home = tempfile.TemporaryDirectory()
    model = os.path.join(home.name, "model.json")

    def linker(some, with_settings, copies=1):
        api = DuckDBAPI(duckdb.connect())
        tables = [api.register(table(some, side, copies), dataset_display_name=side + "_names") for side in ("left", "right")]
        return api, Linker(tables, with_settings, log_level=logging.ERROR)

    api, train = linker(tuning, settings)
    train.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    labels = pyarrow.table({"source_dataset_l": ["left_names"] * len(same), "unique_id_l": same,
                            "source_dataset_r": ["right_names"] * len(same), "unique_id_r": same})
    train.training.estimate_m_from_pairwise_labels(api.register(labels, table_name="labels"))
    train.misc.save_model_to_json(model, overwrite=True)

    def predict(copies):
        _, l = linker(rows, model, copies)
        start = time.perf_counter()
        result = l.inference.predict()
        return result, time.perf_counter() - start

    result, _ = predict(1)
    scores = {}
    for r in result.as_record_list():
        scores[r["unique_id_l"].split("-")[0]] = r["match_probability"]
    _, seconds = predict(COPIES)
    home.cleanup()
    return scores, seconds / (COPIES * len(rows)) * 1e6


SCORERS = {"logic-v2": (logic_v2, "nomenklatura"), "splink": (splink, "splink"), "levenshtein": (levenshtein, None)}


def worker(name, pairs, out):
    scores, us = SCORERS[name][0](read_pairs(pairs))
    with open(out, "w") as f:
        json.dump({"scores": scores, "us": us}, f)


def environment(venvs, package):
    home = os.path.join(venvs, package)
    python = os.path.join(home, "Scripts" if os.name == "nt" else "bin", "python")
    if not os.path.exists(python):
        print(f"making {package} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
    done = os.path.join(home, ".installed")
    if not os.path.exists(done):
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES[package]], check=True)
        open(done, "w").close()
    return python


def run_peer(name, venvs, pairs):
    package = SCORERS[name][1]
    python = environment(venvs, package) if package else sys.executable
    with tempfile.TemporaryDirectory() as d:
        out = os.path.join(d, "scores.json")
        subprocess.run([python, os.path.abspath(__file__), "--worker", name, "--pairs", pairs, "--out", out], check=True)
        with open(out) as f:
            r = json.load(f)
    return r["scores"], r["us"]


# -------------------------------------------------------------------------------------------------------------- measures

def measure(rows, said):
    right = sum(1 for r in rows if said(r) and r["label"] == "1")
    told = sum(1 for r in rows if said(r))
    true = sum(1 for r in rows if r["label"] == "1")
    p, r = (right / told if told else 1.0), right / true
    return p, r, (2 * p * r / (p + r) if p + r else 0.0)


def best_threshold(rows, scores):
    """The score from which on "match" gives the best F1 on these rows; of equals the highest."""
    order = sorted(rows, key=lambda r: -scores[r["id"]])
    true = sum(r["label"] == "1" for r in rows)
    best, at, right = -1.0, 1.0, 0
    for i, r in enumerate(order):
        right += r["label"] == "1"
        if i + 1 < len(order) and scores[order[i + 1]["id"]] == scores[r["id"]]:
            continue
        f = 2 * right / (i + 1 + true)
        if f > best + 1e-12:
            best, at = f, scores[r["id"]]
    return at


def area(rows, scores):
    """How often a same pair scores above a different one, ties counting half."""
    order = sorted((scores[r["id"]], r["label"] == "1") for r in rows)
    i, ranks = 0, 0.0
    while i < len(order):
        j = i
        while j < len(order) and order[j][0] == order[i][0]:
            j += 1
        ranks += sum(x[1] for x in order[i:j]) * (i + j + 1) / 2
        i = j
    same = sum(x[1] for x in order)
    return (ranks - same * (same + 1) / 2) / (same * (len(order) - same))


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--pairs", default=os.path.join(HERE, "pairs.csv"))
    a.add_argument("--out", default="results.csv")
    a.add_argument("--venvs")
    a.add_argument("--ours")
    a.add_argument("--ours-us", type=float)
    a.add_argument("--worker", choices=SCORERS, help=argparse.SUPPRESS)
    o = a.parse_args()
    if o.worker:
        return worker(o.worker, o.pairs, o.out)

    rows = read_pairs(o.pairs)
    tools = {}
    with tempfile.TemporaryDirectory() as d:
        for name in SCORERS:
            scores, us = run_peer(name, o.venvs or d, o.pairs)
            missing = [r["id"] for r in rows if r["id"] not in scores]
            if missing:
                print(f"{name}: {len(missing)} pairs without a score count as 0", file=sys.stderr)
                scores.update(dict.fromkeys(missing, 0.0))
            own = OWN_THRESHOLD[name]
            tools[name] = scores, us, own, own is not None and (lambda r, s=scores, t=own: s[r["id"]] >= t)
    if o.ours:
        with open(o.ours, encoding="utf-8", newline="") as f:
            given = {r["id"]: r for r in csv.DictReader(f)}
        scores = {r["id"]: float(given[r["id"]]["score"]) for r in rows}
        tools["ours"] = scores, o.ours_us, "decision", lambda r: given[r["id"]]["decision"] == "match"

    held = [r for r in rows if r["part"] == "held-out"]
    tuning = [r for r in rows if r["part"] == "tuning"]
    scopes = (("held-out", held), ("whole", rows))
    kinds = list(dict.fromkeys((r["label"], r["kind"]) for r in rows))
    out = []

    print("Threshold: best F1 on the tuning part. `own`: the tool's own threshold or decision.\n")
    head = f"{'tool':<12}{'part':<9}{'thr.':>7}{'P':>7}{'R':>7}{'F1':>7}{'own':>10}{'P':>7}{'R':>7}{'F1':>7}{'AUC':>7}{'us/pair':>9}"
    print(head)
    for scope, of in scopes:
        everything = measure(of, lambda r: True)
        print(f"{'all match':<12}{scope:<9}{'-':>7}" + "".join(f"{x:>7.3f}" for x in everything) + f"{'-':>10}" + f"{'-':>7}" * 3
              + f"{0.5:>7.3f}{'-':>9}")
    at = {}
    for name, (scores, us, own, says) in tools.items():
        t = at[name] = best_threshold(tuning, scores)
        for scope, of in scopes:
            tuned = measure(of, lambda r: scores[r["id"]] >= t)
            mine = measure(of, says) if says else None
            auc = area(of, scores)
            print(f"{name:<12}{scope:<9}{t:>7.3f}" + "".join(f"{x:>7.3f}" for x in tuned) + f"{own if own is not None else '-':>10}"
                  + ("".join(f"{x:>7.3f}" for x in mine) if mine else f"{'-':>7}" * 3) + f"{auc:>7.3f}"
                  + (f"{us:>9.1f}" if us is not None else f"{'-':>9}"))
            out.append([name, scope, "all", "", len(of), f"{t:.6g}", *(f"{x:.4f}" for x in tuned), own if own is not None else "",
                        *(f"{x:.4f}" for x in mine or ()), *([] if mine else ["", "", ""]), f"{auc:.4f}",
                        f"{us:.2f}" if us is not None else "", "", "", ""])

    for scope, of in scopes:
        print(f"\n{scope}: mean score, and in brackets the share called a match (at the tuned threshold / by the tool's own)")
        print(f"{'label kind':<23}" + "".join(f"{n:>24}" for n in tools))
        for label, kind in kinds:
            group = [r for r in of if (r["label"], r["kind"]) == (label, kind)]
            line = f"{label} {kind:<21}"
            for name, (scores, us, own, says) in tools.items():
                mean = statistics.fmean(scores[r["id"]] for r in group)
                share = statistics.fmean(scores[r["id"]] >= at[name] for r in group)
                by_own = statistics.fmean(bool(says(r)) for r in group) if says else None
                line += f"{mean:.3f} ({share:.2f} / {by_own:.2f})".rjust(24) if says else f"{mean:.3f} ({share:.2f} / -)".rjust(24)
                out.append([name, scope, kind, label, len(group), f"{at[name]:.6g}"] + [""] * 3 + [own if own is not None else ""]
                           + [""] * 5 + [f"{mean:.4f}", f"{share:.4f}", f"{by_own:.4f}" if says else ""])
            print(line)
        line = "lowest same - highest other "
        for name, (scores, *_) in tools.items():
            mean = {k: statistics.fmean(scores[r["id"]] for r in of if (r["label"], r["kind"]) == k) for k in kinds}
            gap = min(v for k, v in mean.items() if k[0] == "1") - max(v for k, v in mean.items() if k[0] == "0")
            line += f"{gap:>+.3f}".rjust(19 if name == next(iter(tools)) else 24)
        print(line)

    with open(o.out, "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow("tool,part,kind,label,pairs,threshold,precision,recall,f1,own,own_precision,own_recall,own_f1,auc,us_per_pair,"
                   "mean_score,match_share,own_match_share".split(","))
        w.writerows(out)


if __name__ == "__main__":
    main()
