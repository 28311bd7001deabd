"""Peers of the search benchmark on the same names and questions: SQLite with FTS5 over pairs of characters, and LIKE.
usage: peers.py ORGS.csv QUESTIONS.txt"""
import csv
import sqlite3
import sys
import time

names = [row["name"] for row in csv.DictReader(open(sys.argv[1], newline=""))]
questions = [line.strip() for line in open(sys.argv[2]) if line.strip()]
db = sqlite3.connect(":memory:")
db.execute("PRAGMA cache_size = -400000")
db.execute("CREATE TABLE name (id INTEGER PRIMARY KEY, name TEXT)")
db.executemany("INSERT INTO name VALUES (?, ?)", enumerate(names))


def pairs(text):
    return [text[i:i + 2] for i in range(len(text) - 1)]


def cut(text):
    return " ".join(pairs(text) + [text[-1]])


start = time.perf_counter()
db.execute("CREATE VIRTUAL TABLE grams USING fts5 (cut, content = '', detail = full, tokenize = 'unicode61')")
db.executemany("INSERT INTO grams (rowid, cut) VALUES (?, ?)", ((i, cut(n)) for i, n in enumerate(names)))
print(f"FTS5 over pairs: built in {time.perf_counter() - start:.1f} s, SQLite {sqlite3.sqlite_version}")


def fts(text):
    return '"' + text + '"*' if len(text) == 1 else '"' + " ".join(pairs(text)) + '"'


def show(what, ask, budget=20):
    times = []
    begun = time.perf_counter()
    for text in questions:
        start = time.perf_counter()
        ask(text)
        times.append((time.perf_counter() - start) * 1e6)
        if time.perf_counter() - begun > budget:
            break
    times.sort()
    print(f"{what}: {len(times)} questions, p50 {times[len(times) // 2]:.0f} µs, p99 {times[int(len(times) * .99)]:.0f} µs")


show("FTS5, any 20, no total", lambda t: db.execute("SELECT rowid FROM grams WHERE grams MATCH ? LIMIT 20", (fts(t),)).fetchall())
show("FTS5, total alone", lambda t: db.execute("SELECT count(*) FROM grams WHERE grams MATCH ?", (fts(t),)).fetchone())
show("FTS5, 20 with the shortest first", lambda t: db.execute(
    "SELECT n.id FROM grams g JOIN name n ON n.id = g.rowid WHERE grams MATCH ? ORDER BY n.name <> ?, n.name NOT LIKE ? || '%', length(n.name) LIMIT 20",
    (fts(t), t, t)).fetchall())
show("LIKE, 20 with the shortest first", lambda t: db.execute(
    "SELECT id FROM name WHERE name LIKE '%' || ? || '%' ORDER BY name <> ?, name NOT LIKE ? || '%', length(name) LIMIT 20", (t, t, t)).fetchall())
