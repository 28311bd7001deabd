#!/usr/bin/env python3
"""A consumer of open data, written from API/openapi.yaml alone; Python's standard library only.

    consumer.py load    ADDRESS STATE     load the newest snapshot, check its digests, keep it
    consumer.py follow  ADDRESS STATE [--limit N] [--stop-after N] [--twice]
                                          apply the stream from where STATE stands
    consumer.py same    ADDRESS STATE     is STATE what a fresh snapshot says?
    consumer.py expect  STATE ID present|absent
    consumer.py refuse  ADDRESS           bad questions get the documented refusals
    consumer.py partial ADDRESS           a download that breaks off is continued
    consumer.py withheld ADDRESS DATASET  files of the dataset are no longer handed out, those of another are

CONSUMER_KEY=NAME:KEY in the environment is sent with every question. STATE is a JSON file: {"timepoint": N, "lines": {id: content}}. --stop-after leaves after so many events in the middle of an
answer, as a crash would; --twice applies every answer twice.
"""
import argparse
import base64
import gzip
import hashlib
import json
import os
import sys
import urllib.error
import urllib.request


def get(address, headers=None):
    headers = dict(headers or {})
    key = os.environ.get("CONSUMER_KEY")
    if key and "Authorization" not in headers:
        headers["Authorization"] = "Basic " + base64.b64encode(key.encode()).decode()
    request = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.status, answer.headers, answer.read()


def fail(message):
    print("consumer: " + message, file=sys.stderr)
    sys.exit(1)


def newest(address):
    snapshots = json.loads(get(address + "/api/v1/snapshots")[2])["snapshots"]
    if not snapshots:
        fail("no snapshot is offered")
    return snapshots[0]


def snapshot_lines(address, snapshot):
    lines = {}
    for file in snapshot["files"]:
        if file["format"] != "jsonl" or not file["compressed"]:
            continue
        if not file["available"]:
            fail(file["name"] + " is withheld")
        body = get(address + file["href"])[2]
        if hashlib.sha256(body).hexdigest() != file["sha256"] or len(body) != file["bytes"]:
            fail(file["name"] + " has another digest")
        rows = gzip.decompress(body).decode("utf-8").splitlines()
        if len(rows) != file["rows"]:
            fail("%s has %d rows, not %d" % (file["name"], len(rows), file["rows"]))
        for row in rows:
            content = json.loads(row)
            lines[content["id"]] = content
    return lines


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write(path, state):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(state, file, ensure_ascii=False, sort_keys=True)


def load(address, path):
    snapshot = newest(address)
    write(path, {"timepoint": snapshot["timepoint"], "lines": snapshot_lines(address, snapshot)})
    print("loaded %d lines of %d" % (len(read(path)["lines"]), snapshot["timepoint"]))


def follow(address, path, limit, stop_after, twice):
    state = read(path)
    seen = {"appeared": 0, "changed": 0, "left": 0}
    while True:
        url = "%s/api/v1/stream?after=%d&limit=%d" % (address, state["timepoint"], limit)
        rows = get(url, {"Accept": "application/x-ndjson"})[2].decode("utf-8").splitlines()
        events = [json.loads(row) for row in rows]
        end = events.pop() if events and events[-1]["kind"] == "end" else None
        for event in events * (2 if twice else 1):
            seen[event["kind"]] += 1
            if event["kind"] == "left":
                if set(event) != {"timepoint", "kind", "id", "address", "reason"}:
                    fail("what left says more than that it left: %s" % sorted(event))
                state["lines"].pop(event["id"], None)
            else:
                state["lines"][event["id"]] = event["content"]
            if stop_after is not None:
                stop_after -= 1
                if stop_after == 0:
                    # A crash: what was applied is kept, the place is that of the last event applied.
                    state["timepoint"] = event["timepoint"]
                    write(path, state)
                    print("stopped at %d" % state["timepoint"])
                    return
        if end is None:
            fail("the answer was cut off")
        state["timepoint"] = end["timepoint"]
        write(path, state)
        if not end["more"]:
            break
    print("at %d: %s" % (state["timepoint"], ", ".join("%d %s" % (n, k) for k, n in seen.items())))


def same(address, path):
    state = read(path)
    snapshot = newest(address)
    fresh = snapshot_lines(address, snapshot)
    if state["timepoint"] != snapshot["timepoint"]:
        fail("the copy stands at %d, the snapshot at %d" % (state["timepoint"], snapshot["timepoint"]))
    for key in sorted(set(fresh) | set(state["lines"])):
        if fresh.get(key) != state["lines"].get(key):
            fail("%s differs:\n%s\n%s" % (key, state["lines"].get(key), fresh.get(key)))
    print("%d lines, the same as a fresh snapshot of %d" % (len(fresh), snapshot["timepoint"]))


def expect(path, key, presence):
    if (key in read(path)["lines"]) != (presence == "present"):
        fail("%s is not %s" % (key, presence))


def refuse(address):
    end = json.loads(get(address + "/api/v1/stream?after=0&limit=1")[2])["timepoint"]
    snapshot = newest(address)
    questions = [("/api/v1/stream", 400), ("/api/v1/stream?after=%d" % (end + 1000), 409)]
    questions += [("/api/v1/stream?after=" + value, 400) for value in ("-1", "x", "1.5", "", "+1", "01", "9" * 30)]
    questions += [("/api/v1/stream?after=0&" + more, 400) for more in ("limit=0", "limit=2001", "wait=-1", "wait=26")]
    base = "/api/v1/snapshots/"
    questions += [(base + "%d/none.csv" % snapshot["timepoint"], 404), (base + "99999999/organisations.csv", 404),
                  (base + "x/organisations.csv", 404), (base + "%d/..%%2f..%%2fkeys%%2flog.key" % snapshot["timepoint"], 404),
                  (base + "0%d/organisations.csv" % snapshot["timepoint"], 404)]
    for path, status in questions:
        try:
            answer = get(address + path)[0]
        except urllib.error.HTTPError as error:
            answer = error.code
            if error.headers.get_content_type() != "application/problem+json":
                fail("%s is refused without a problem document" % path)
        if answer != status:
            fail("%s answers %d, not %d" % (path, answer, status))
    for headers in ({"Authorization": "Basic eDp5"}, {"Authorization": "Bearer x"}):
        try:
            get(address + "/api/v1/stream?after=0", headers)
            fail("a wrong key was taken")
        except urllib.error.HTTPError as error:
            if error.code != 401:
                fail("a wrong key answers %d" % error.code)
    print("%d bad questions are refused as documented" % (len(questions) + 2))


def partial(address):
    file = max(newest(address)["files"], key=lambda file: file["bytes"])
    with urllib.request.urlopen(address + file["href"], timeout=60) as answer:
        tag = answer.headers["ETag"]
        beginning = answer.read(file["bytes"] // 3)
    rest = "bytes=%d-" % len(beginning)
    status, headers, more = get(address + file["href"], {"Range": rest, "If-Range": tag})
    if status != 206 or hashlib.sha256(beginning + more).hexdigest() != file["sha256"]:
        fail("the rest of %s does not fit its beginning (%d)" % (file["name"], status))
    if get(address + file["href"], {"Range": rest, "If-Range": '"other"'})[0] != 200:
        fail("the rest of another file was continued")
    print("%s was continued after %d of %d bytes" % (file["name"], len(beginning), file["bytes"]))


def withheld(address, dataset):
    files = newest(address)["files"]
    gone = [file for file in files if file["dataset"] == dataset]
    if not gone or any(file["available"] for file in gone):
        fail("%s is still offered" % dataset)
    for file in gone:
        try:
            get(address + file["href"])
            fail("%s is handed out" % file["name"])
        except urllib.error.HTTPError as error:
            if error.code != 410 or json.load(error)["type"] != "/problems/snapshot-withheld":
                fail("%s answers %d" % (file["name"], error.code))
    offered = [file for file in files if file["available"]]
    if not offered:
        fail("nothing is offered any more")
    get(address + offered[0]["href"])
    print("%d files of %s are withheld, %d others are offered" % (len(gone), dataset, len(offered)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=["load", "follow", "same", "expect", "refuse", "partial", "withheld"])
    parser.add_argument("words", nargs="+")
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--stop-after", type=int)
    parser.add_argument("--twice", action="store_true")
    options = parser.parse_args()
    act, words = options.act, options.words
    if act == "follow":
        follow(words[0], words[1], options.limit, options.stop_after, options.twice)
    else:
        {"load": load, "same": same, "expect": expect, "refuse": refuse, "partial": partial, "withheld": withheld}[act](*words)


if __name__ == "__main__":
    main()
