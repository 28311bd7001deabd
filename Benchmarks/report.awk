# Turns results (goal, work, unit, runs …) into two Markdown tables: the goals with their verdicts, and every figure.
# Units of which less is better.
function isLess(unit) { return unit == "ms" || unit == "s" || unit == "MiB" || unit == "bytes/row" }
function best(key,   i, value) {
  value = figures[key, 1]
  for (i = 2; i <= count[key]; i++)
    if (isLess(unit[key]) ? figures[key, i] + 0 < value + 0 : figures[key, i] + 0 > value + 0) value = figures[key, i]
  return value + 0
}
function verdict(goal, wanted, key, value, isMet, why) {
  if (!(key in count)) return
  printf "| %s | %s | %s | %s |\n", goal, wanted, value, isMet ? "met" : "**not met**: " why
}
function times(a, b) { return b > 0 ? sprintf("%.2f", a / b) : "?" }
function worst(key,   i, value) {
  for (i = 1; i <= count[key]; i++) if (figures[key, i] + 0 > value) value = figures[key, i] + 0
  return value
}
{
  key = $2
  order[NR] = key; goal[key] = $1; unit[key] = $3; count[key] = NF - 3
  for (i = 4; i <= NF; i++) figures[key, i - 3] = $i
}
END {
  print "| goal | wanted | seen | verdict |\n| --- | --- | --- | --- |"
  ours = "ingest, SQLite"; peer = "peer: sqlite3 .import and 2 indexes"
  ratio = times(best(peer), best(ours))
  verdict("P1", "time ≤ 0.75 × `sqlite3 .import` + 2 indexes", ours, ratio " ×", ratio + 0 <= 0.75, \
    "see “Why P1 is not met”")
  for (key in count) if (key ~ /^a city of/) {
    clock = "the same, on the clock"; memory = "the same, memory at most"
    # A smaller city says what the whole one would take if every row costs the same.
    match(key, /[0-9]+/); whole = best(clock) * 14300000 / substr(key, RSTART, RLENGTH)
    verdict("P2", "13.3 M records and 1 M organisations < 180 s, < 1 GiB", key, sprintf("%s s, %s MiB for %s; by that the whole city %d s", best(clock), best(memory), key, whole), \
      whole < 180 && best(memory) < 1024, "filing costs more than the goal leaves a row")
  }
  verdict("P3", "100,000 new rows < 5 s, in the city above", "100,000 new rows into that city", best("100,000 new rows into that city") " s", \
    best("100,000 new rows into that city") < 5, "see P1")
  verdict("P3", "sent again < 2 s", "the same file sent again", best("the same file sent again") " s", \
    best("the same file sent again") < 2, "each row is still decoded, checked and looked up")
  verdict("P4", "≥ 3,000 searches/s over HTTP", "search over HTTP, each question new", best("search over HTTP, each question new") "/s", \
    best("search over HTTP, each question new") >= 3000, "see below")
  split("json html json html", kinds, " "); split("40 25 65 65", shares, " ")
  for (i = 1; i <= 4; i++) {
    key = kinds[i] (i > 2 ? ", subjects by Zipf" : ", subjects at random")
    constant = best("kept answer, " kinds[i] ", the constant one")
    share = constant > 0 ? 100 * best(key) / constant : 0
    verdict("P5", sprintf("%s ≥ %d %% of a constant answer", key, shares[i]), key, sprintf("%d/s of %d/s: %.0f %%", best(key), constant, share), \
      share >= shares[i], "see “Answers over HTTP”")
  }
  verdict("P13", "start to ready ≤ 1,500 ms", "start to ready", best("start to ready") " ms", best("start to ready") <= 1500, "see below")
  verdict("P13", "≤ 700 MiB", "memory after these questions", best("memory after these questions") " MiB", \
    best("memory after these questions") <= 700, "see below")
  verdict("P10", "report p50 ≤ 25 ms", "report as PDF, p50", best("report as PDF, p50") " ms", best("report as PDF, p50") <= 25, "see “Reports”")
  verdict("P9", "10,000 organisations < 1.5 s to an XLSX", "batch check of 10,000, to the XLSX", best("batch check of 10,000, to the XLSX") " s", \
    best("batch check of 10,000, to the XLSX") < 1.5, "see “Batch checks”")
  # One leaf a transaction cannot be kept faster than the disk synchronises, unless it is not synchronised.
  one = "1 leaf a transaction, stored"
  disk = "1 leaf, limit: append to a file, fdatasync"
  fast = best(one) > 2 * best(disk)
  verdict("P11", "a transaction that returned is durable", one, sprintf("%d/s, where this disk synchronises %d times a second", best(one), best(disk)), \
    !fast, "commits return before the disk has them; the figures below are not yet of durable appends")
  append = "10000 leaves a transaction, stored and public"
  verdict("P11", "≥ 50,000 durable appends/s in batches", append, sprintf("%d/s in batches of 10,000, public too; %s × bare SQLite rows", best(append), \
    times(best("10000 leaves a transaction, stored"), best("10000 leaves, limit: bare SQLite, a row of 32 bytes each"))), best(append) >= 50000 && !fast, \
    fast ? "not durable" : "see the limits below")
  age = "10000 leaves: age of the checkpoint at most"
  verdict("P11", "checkpoint ≤ 1 s old", age, sprintf("%d ms at most in batches of 10,000", worst(age)), worst(age) <= 1000, "see below")
  check = "verify log"
  verdict("P11", "`verify log` ≥ 500,000 leaves/s", check, sprintf("%d/s; %s × two SHA-256 a leaf", best(check), \
    times(best(check), best("verify log, limit: two SHA-256 a leaf"))), best(check) >= 500000, "see below")
  size = "database, without the rules kept in it"
  total = best(size) + best("log: tiles and entries, as the disk counts them")
  verdict("P14", "database ≤ 0.6 × raw `.import`, index and history included", size, \
    sprintf("%s × with its 2 indexes, %s × without; with the log's files %s ×", times(best(size), best("peer: raw table with 2 indexes")), \
      times(best(size), best("peer: raw table without indexes")), times(total, best("peer: raw table with 2 indexes"))), \
    best(size) <= 0.6 * best("peer: raw table with 2 indexes"), "see where the bytes are")
  ours = "ingest, PostgreSQL"; peer = "peer: COPY and 2 indexes"
  ratio = times(best(peer), best(ours))
  verdict("P15", "time ≤ 1.2 × COPY + 2 indexes", ours, ratio " ×", ratio + 0 <= 1.2, "the program’s own time alone is most of it: see “PostgreSQL”")
  if (plans != "") verdict("P15", "hot queries touch one partition of 16", ours, plans, plans !~ /partitions/, "see the plans")

  print "\n| goal | work | unit | runs | best |\n| --- | --- | --- | --- | --- |"
  for (n = 1; n <= NR; n++) {
    key = order[n]; runs = ""
    for (i = 1; i <= count[key]; i++) runs = runs (i > 1 ? " · " : "") figures[key, i]
    printf "| %s | %s | %s | %s | %s |\n", goal[key], key, unit[key], runs, best(key)
  }
}
