# P1 and P14: the program's ingest against `sqlite3 .import` with two indexes, of the same file. Read by scripts/bench.

ingest_sqlite() {
  rm -rf "$folder/city"
  "$program" init --data "$folder/city" >/dev/null
  timed "$program" ingest "$folder/penalty.csv" --data "$folder/city" --json
  processor+=("$(rate "$cpu")")
  figure=$(rate "$wall")
}

# Sensible settings: one transaction, the same cache as ours, a durable commit.
import_sqlite() {
  rm -f "$folder"/raw.sqlite*
  timed sqlite3 "$folder/raw.sqlite" 'PRAGMA journal_mode = WAL' 'PRAGMA synchronous = FULL' 'PRAGMA cache_size = -65536' \
    '.mode csv' ".import $folder/penalty.csv penalty" 'CREATE INDEX by_code ON penalty (CF_XDR_SHXYM)' \
    'CREATE INDEX by_document ON penalty (CF_WSH)' 'PRAGMA wal_checkpoint(TRUNCATE)'
  processor+=("$(rate "$cpu")")
  figure=$(rate "$wall")
}

pages() { sqlite3 "$1" "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name ${2:-LIKE '%'}"; }
per_row() { awk "BEGIN { printf \"%.0f\", $1 / $rows }"; }

measure_sqlite() {
  processor=()
  repeated P1 "ingest, SQLite" rows/s ingest_sqlite
  result P1 "ingest, SQLite, by processor time" rows/s "${processor[@]}"
  processor=()
  repeated P1 "peer: sqlite3 .import and 2 indexes" rows/s import_sqlite
  result P1 "peer: sqlite3 .import and 2 indexes, by processor time" rows/s "${processor[@]}"

  local city=$folder/city/chengxin.sqlite table
  sqlite3 "$city" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
  result P14 "file delivered" bytes/row "$(per_row "$(stat -c %s "$folder/penalty.csv")")"
  # The rules are kept once, whatever the number of rows.
  result P14 "database, without the rules kept in it" bytes/row \
    "$(per_row "$(pages "$city" "NOT IN ('catalogue_version')")")"
  result P14 "log: tiles and entries, as the disk counts them" bytes/row \
    "$(per_row "$(du -s -B1 "$folder/city/log" | cut -f1)")"
  result P14 "peer: raw table without indexes" bytes/row "$(per_row "$(pages "$folder/raw.sqlite" "= 'penalty'")")"
  result P14 "peer: raw table with 2 indexes" bytes/row "$(per_row "$(pages "$folder/raw.sqlite")")"
  sqlite3 -separator $'\t' "$city" "SELECT name, round(sum(pgsize) * 1.0 / $rows, 1), round(sum(payload) * 1.0 / $rows, 1),
      round(sum(unused) * 1.0 / $rows, 1) FROM dbstat WHERE name <> 'catalogue_version'
      GROUP BY name HAVING sum(pgsize) > $rows ORDER BY sum(pgsize) DESC" >"$folder/tables.tsv"
  sqlite3 -separator $'\t' "$city" "SELECT round(avg(length(payload)), 1), round(avg(length(salt)), 1) FROM revision" >"$folder/columns.tsv"
}
