# What the measuring scripts share. Results go to $results, one line each: goal, work, unit, run 1, run 2, run 3.

# Appends one line of results.
result() { printf '%s' "$1" >>"$results"; shift; printf '\t%s' "$@" >>"$results"; printf '\n' >>"$results"; }

# Runs a command; leaves seconds on the clock in $wall and of processor in $cpu. The files hold no wrong row, so exit 1 of the
# program, which means rejects, is a failure like any other.
timed() {
  local times TIMEFORMAT='%R %U %S'
  if ! times=$( { time "$@" >>"$folder/output.log" 2>&1; } 2>&1 ); then
    echo "failed: $*" >&2
    tail -n 5 "$folder/output.log" >&2
    exit 3
  fi
  read -r wall user system <<<"$times"
  cpu=$(awk "BEGIN { print $user + $system }")
}

# Runs a function $runs times; each time it leaves a figure in $figure.
repeated() {
  local goal=$1 work=$2 unit=$3 figures=() run
  shift 3
  for ((run = 1; run <= runs; run++)); do
    "$@" "$run"
    figures+=("$figure")
  done
  result "$goal" "$work" "$unit" "${figures[@]}"
}

rate() { awk "BEGIN { printf \"%.0f\", $rows / $1 }"; }
