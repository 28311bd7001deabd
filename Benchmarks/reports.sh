# P10 and P9, by the scripts that measure them alone. Read by scripts/bench.

measure_reports() {
  local kind
  CHENGXIN_PROGRAM=$program scripts/bench-report 30 >"$folder/reports.out"
  for kind in pdf json; do
    result P10 "report as ${kind^^}, p50" ms "$(sed -n "s/^$kind: .*p50 \([0-9.]*\).*/\1/p" "$folder/reports.out")"
    result P10 "verification of the ${kind^^} with the start of the program, p50" ms \
      "$(sed -n "s/^verify $kind, with.*p50 \([0-9.]*\).*/\1/p" "$folder/reports.out" | head -n 1)"
  done
  CHENGXIN_PROGRAM=$program scripts/bench-check --organisations 50000 >"$folder/check.out"
  result P9 "batch check of 10,000, to the XLSX" s $(awk '/^both|^names/ { for (i = 1; i <= NF; i++) if ($i + 0 > 0) print $i }' "$folder/check.out" | head -n 3)
}
