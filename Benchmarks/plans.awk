# Reads auto_explain's plans from a server's log and tells for each statement which partitions it really scanned.
function finish(   name, list, count, parts) {
  if (!reading) return
  # A statement that joins tables may touch one partition of each: the most of any table counts.
  for (name in touched) {
    list = list (list == "" ? "" : ", ") name
    sub(/_[0-9]+$/, "", name)
    if (++parts[name] > count) count = parts[name]
  }
  if (count) printf "%d partition%s of a table: %s\n    %s\n", count, count == 1 ? "" : "s", list, substr(statement, 1, 150)
  delete touched
  delete parts
  reading = 0
}
/ LOG: .*plan:$/ { finish(); reading = 1; statement = ""; next }
/^[0-9-]+ [0-9:.]+ / { finish(); next }
reading && /Query Text:/ { sub(/.*Query Text: */, ""); statement = $0; inText = 1; next }
reading && inText && /(cost|actual)/ { inText = 0 }
reading && inText { sub(/^[ \t]+/, ""); statement = statement " " $0; next }
reading && /(Scan|Scan using .*) on (record|revision|subject|subject_name)_[0-9]+/ && !/never executed/ {
  match($0, / on [a-z_]+_[0-9]+/)
  touched[substr($0, RSTART + 4, RLENGTH - 4)] = 1
}
END { finish() }
