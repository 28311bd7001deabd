# P2, P3, P13, P4 and P5 over HTTP: a whole city from files to answers. Read by scripts/bench.

# Runs a command; leaves seconds on the clock in $wall and the most memory it held, in MiB, in $peak.
weighed() {
  local figures
  figures=$(python3 - "$folder/output.log" "$@" <<'P'
import os, subprocess, sys, time
started = time.monotonic()
with open(sys.argv[1], "ab") as log:
    process = subprocess.Popen(sys.argv[2:], stdout=log, stderr=log)
    _, status, usage = os.wait4(process.pid, 0)
code = os.waitstatus_to_exitcode(status)
# 1: done, with rows that were rejected, as the invented city has.
print(f"{time.monotonic() - started:.2f} {usage.ru_maxrss // 1024}" if code in (0, 1) else f"failed {code}")
P
)
  if [ "${figures%% *}" = failed ]; then
    echo "$figures: $*" >&2
    tail -n 5 "$folder/output.log" >&2
    exit 3
  fi
  read -r wall peak <<<"$figures"
}

start_server() {
  local started line
  started=$(date +%s%N)
  "$program" serve --data "$folder/whole" --port 0 --rate-limit 0 >"$folder/serve.out" 2>>"$folder/output.log" &
  served=$!
  until line=$(grep -o 'http://[0-9.:]*' "$folder/serve.out") && curl -sf -o "$folder/ready" "$line/readyz"; do
    kill -0 "$served" || { echo "serve ended" >&2; exit 3; }
    read -r -t 0.02 _ <> <(:) || true
  done
  base=$line
  figure=$(( ($(date +%s%N) - started) / 1000000 ))
}

stop_server() {
  if [ -n "${served:-}" ]; then kill "$served" 2>/dev/null; wait "$served" || true; fi
  served=""
}

start_again() { stop_server; start_server; }

# Answers a second for a Lua request of wrk; the 99th percentile goes to $folder/p99.
wrk_rate() {
  figure=$(wrk -t1 -c64 -d5s --latency -s "$1" "$base" 2>&1 | tee "$folder/wrk.out" | awk '/^Requests\/sec/ { printf "%.0f", $2 }')
  awk '/99%/ { v = $2; print v ~ /ms$/ ? v + 0 : (v ~ /us$/ ? v / 1000 : v * 1000) }' "$folder/wrk.out" >>"$folder/p99"
  # Some of the city's codes are mistyped on purpose and answered 404; more than one in ten would be a fault.
  awk '/requests in/ { all = $1 } /Non-2xx/ { other = $NF } END { exit other * 10 > all }' "$folder/wrk.out" ||
    { echo "too many answers that were not 200: $(grep Non-2xx "$folder/wrk.out")" >&2; exit 3; }
}

# Subjects as `asked` says: uniform, or Zipf-distributed with exponent 1.
write_questions() {
  python3 - "$folder" <<'P'
import csv, itertools, random, sys
folder = sys.argv[1]
with open(f"{folder}/deliveries/registration.csv", encoding="utf-8-sig", newline="") as file:
    rows = csv.reader(file)
    headings = next(rows)
    code, name = headings.index("统一社会信用代码"), next(i for i, h in enumerate(headings) if "名称" in h)
    rows = [(row[code], row[name]) for row in rows]
random.seed(1)
codes = [code for code, _ in rows if len(code) == 18 and code.isalnum()]
random.shuffle(codes)
weights = list(itertools.accumulate(1 / rank for rank in range(1, len(codes) + 1)))
names = [name for _, name in rows if len(name) > 8]
def write(file, paths):
    with open(f"{folder}/{file}.lua", "w") as out:
        out.write("local paths = {\n" + "".join(f'"{path}",\n' for path in paths) + "}\nlocal n = 0\n"
                  "request = function()\n  n = n % #paths + 1\n  return wrk.format('GET', paths[n])\nend\n")
uniform = random.sample(codes, min(100_000, len(codes)))
zipf = random.choices(codes, cum_weights=weights, k=100_000)
write("json", [f"/api/v1/subjects/{code}" for code in uniform])
write("html", [f"/o/{code}" for code in uniform])
write("json-zipf", [f"/api/v1/subjects/{code}" for code in zipf])
write("html-zipf", [f"/o/{code}" for code in zipf])
write("json-kept", [f"/api/v1/subjects/{uniform[0]}"])
write("html-kept", [f"/o/{uniform[0]}"])
from urllib.parse import quote
pieces = set()
while len(pieces) < 60_000:
    words = random.choice(names)
    length = random.randint(2, 6)
    start = random.randint(0, len(words) - length)
    pieces.add(words[start:start + length])
    if len(pieces) > len(names) * 4: break
write("search", [f"/api/v1/subjects?q={quote(piece)}" for piece in pieces])
P
}

measure_city() {
  local organisations=$1 records=$(( $1 * 133 / 10 )) total
  "$program" sample --out "$folder/deliveries" --organisations "$organisations" --records "$records" --seed "$seed" >>"$folder/output.log" 2>&1
  total=$(( organisations + records ))
  "$program" init --data "$folder/whole" >/dev/null
  weighed "$program" ingest "$folder/deliveries" --data "$folder/whole"
  result P2 "a city of $total rows in all feeds, from files to a public log" rows/s "$(awk "BEGIN { printf \"%.0f\", $total / $wall }")"
  result P2 "the same, on the clock" s "$wall"
  result P2 "the same, memory at most" MiB "$peak"
  result P2 "the same, database" bytes/row "$(awk "BEGIN { printf \"%.0f\", $(stat -c %s "$folder/whole/chengxin.sqlite") / $total }")"
  "$bench" rows 100000 $((seed + 1)) >"$folder/delta.csv"
  weighed "$program" ingest "$folder/delta.csv" --data "$folder/whole" --feed penalty
  result P3 "100,000 new rows into that city" s "$wall"
  local again=()
  for _ in 1 2 3; do
    weighed "$program" ingest "$folder/delta.csv" --data "$folder/whole" --feed penalty
    again+=("$wall")
  done
  result P3 "the same file sent again" s "${again[@]}"

  # The first start makes the index of names and leaves a copy of it for the next.
  start_server
  curl -s -o "$folder/ready" "$base/api/v1/subjects?q=科技"
  stop_server
  repeated P13 "start to ready" ms start_again
  write_questions
  if ! command -v wrk >/dev/null; then
    echo "wrk is not installed: P4 and P5 over HTTP are left out (apt-get install wrk)" >&2
  else
    local kind
    for kind in json-kept html-kept json html json-zipf html-zipf search; do
      rm -f "$folder/p99"
      case $kind in
        *-kept) repeated P5 "kept answer, ${kind%-kept}, the constant one" answers/s wrk_on "$kind" ;;
        search) repeated P4 "search over HTTP, each question new" answers/s wrk_on "$kind" ;;
        *-zipf) repeated P5 "${kind%-zipf}, subjects by Zipf" answers/s wrk_on "$kind" ;;
        *) repeated P5 "$kind, subjects at random" answers/s wrk_on "$kind" ;;
      esac
      if [ "$kind" != json-kept ] && [ "$kind" != html-kept ]; then result P5 "$kind, 99th percentile" ms $(cat "$folder/p99"); fi
    done
  fi
  result P13 "memory after these questions" MiB "$(awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$served/status")"
  stop_server
}
wrk_on() { wrk_rate "$folder/$1.lua"; }
