#!/usr/bin/env python3
"""How evenly a nation's records fall on partitions and nodes, by the key that distributes them.

    python3 Benchmarks/Scale/partitions.py [--organisations 1000000] [--seed 1]

Codes have the real shape of GB 32100: registrar, category, division of GB/T 2260, organisation code. How many bodies a
province has is an assumption, stated below in millions; within a province cities follow a Zipf law. Records of a body have a
heavy tail: most have a handful, a few have very many. Standard library only; the same seed gives the same table.
"""
import argparse
import random

# Assumed bodies by province, in millions (order of size of published business counts; sums to about 180).
PROVINCES = {
    "11": 2.6, "12": 1.8, "13": 8.6, "14": 4.2, "15": 2.8, "21": 5.0, "22": 3.4, "23": 3.3, "31": 3.4, "32": 14.5,
    "33": 10.8, "34": 7.8, "35": 7.6, "36": 5.4, "37": 14.8, "41": 11.0, "42": 8.6, "43": 7.2, "44": 18.6, "45": 4.8,
    "46": 3.4, "50": 3.6, "51": 9.4, "52": 4.6, "53": 6.4, "54": 0.6, "61": 5.8, "62": 2.3, "63": 0.6, "64": 0.8,
    "65": 2.6,
}
SUBJECT_PARTITIONS = (16, 64, 256, 1024)
NODES = (4, 16, 64)


def mix(value):
    """A 64-bit mixer (splitmix64), as good as the hash of PostgreSQL for this purpose, and not the same."""
    value = (value + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return value ^ (value >> 31)


def records(source):
    """Records of one body: a Pareto tail of index 1.2, at most 200,000; 55 a body in the mean, as 10^10 by 180 million."""
    return min(200_000, int(11 * source.paretovariate(1.2)))


def bodies(count, source):
    """Division of six digits and records, body by body."""
    provinces, weights = list(PROVINCES), list(PROVINCES.values())
    cities = {p: [f"{p}{c:02d}" for c in range(1, 17)] for p in provinces}
    zipf = [1 / (rank + 1) ** 0.8 for rank in range(16)]
    for province in source.choices(provinces, weights, k=count):
        city = source.choices(cities[province], zipf)[0]
        yield city + f"{source.randint(1, 12):02d}", records(source)


def report(name, loads, parts):
    mean = sum(loads) / parts
    spread = (sum((load - mean) ** 2 for load in loads) / parts) ** 0.5
    cells = [f"{max(loads) / mean:.2f}", f"{spread / mean:.2f}"]
    for nodes in NODES:
        if nodes > parts:
            cells.append("–")
            continue
        held = [0] * nodes
        for part, load in enumerate(loads):
            held[part % nodes] += load
        cells.append(f"{max(held) / (sum(held) / nodes):.2f}")
    print(f"| {name} | {parts} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--organisations", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    source = random.Random(options.seed)
    sample = list(bodies(options.organisations, source))
    total = sum(count for _, count in sample)
    heavy = sorted((count for _, count in sample), reverse=True)
    print(f"{len(sample)} bodies, {total} records, {total / len(sample):.1f} a body, seed {options.seed}; the 100 heaviest "
          f"hold {100 * sum(heavy[:100]) / total:.2f} %, the heaviest {100 * heavy[0] / total:.3f} %")
    print()
    print("| key | partitions | largest : mean | coefficient of variation | "
          + " | ".join(f"largest of {n} nodes : mean" for n in NODES) + " |")
    print("| --- |" + " --- |" * (3 + len(NODES)))
    divisions = {d: i for i, d in enumerate(sorted({d for d, _ in sample}))}
    for parts in SUBJECT_PARTITIONS:
        for name, place in (
            ("hash of the subject's number", lambda i, d: mix(i) % parts),
            ("division in order (range)", lambda i, d: divisions[d] * parts // len(divisions)),
            ("hash of the division", lambda i, d: mix(int(d)) % parts),
            ("hash of the city", lambda i, d: mix(int(d[:4])) % parts),
        ):
            loads = [0] * parts
            for index, (division, count) in enumerate(sample):
                loads[place(index, division)] += count
            report(name, loads, parts)


if __name__ == "__main__":
    main()
