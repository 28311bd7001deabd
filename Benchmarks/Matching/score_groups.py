"""Precision, recall and F1 over pairs of rows of `chengxin match --within`. The file has the true group in the input's own
column `cluster`; ours is the last column of that name."""
import csv
import sys
from collections import Counter


def pairs(count):
    return count * (count - 1) // 2


def main(path):
    together, true, found = Counter(), Counter(), Counter()
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        truth = header.index("cluster")
        ours = len(header) - 1 - header[::-1].index("cluster")
        if truth == ours:
            sys.exit("the file has no column `cluster` of its own with the true groups")
        for row in rows:
            together[row[truth], row[ours]] += 1
            true[row[truth]] += 1
            found[row[ours]] += 1
    hit, of_truth, of_ours = (sum(map(pairs, counts.values())) for counts in (together, true, found))
    precision, recall = hit / max(1, of_ours), hit / max(1, of_truth)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    print(
        f"pairs {of_ours} of {of_truth}: P {precision:.6f} R {recall:.4f} F1 {f1:.4f}; "
        f"false {of_ours - hit}, {1e5 * (of_ours - hit) / max(1, of_ours):.2f} in 100,000"
    )


if __name__ == "__main__":
    main(sys.argv[1])
