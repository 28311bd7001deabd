# P15: the same on PostgreSQL, in a cluster of its own behind a socket, against COPY with two indexes. Read by scripts/bench.

# The server refuses to run as root, so there it runs as its own user.
as_postgres() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else "$@"; fi; }
query() { PGOPTIONS='-c client_min_messages=warning' psql -X -qAt -h "$cluster" -U bench -d "$1" -c "$2"; }

start_postgres() {
  server=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
  server=${server%/initdb}
  [ -n "$server" ] || return 1
  cluster=$folder/postgres
  mkdir "$cluster"
  chmod 755 "$folder"
  if [ "$(id -u)" = 0 ]; then chown postgres "$cluster"; fi
  (
    cd "$cluster"
    as_postgres "$server/initdb" -D "$cluster/data" -U bench -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$cluster'" "shared_buffers = 512MB" \
      "max_wal_size = 4GB" "maintenance_work_mem = 256MB" "max_connections = 40" |
      as_postgres tee -a "$cluster/data/postgresql.conf" >/dev/null
    as_postgres "$server/pg_ctl" -D "$cluster/data" -l "$cluster/server.log" -w start >/dev/null
  )
}

stop_postgres() {
  (cd "$cluster" && as_postgres "$server/pg_ctl" -D "$cluster/data" -m immediate stop >/dev/null) || true
  cluster=""
}

address() { echo "postgres://bench@/$1?host=$cluster"; }

ingest_postgres() {
  rm -rf "$folder/pgcity"
  query postgres 'DROP DATABASE IF EXISTS city'
  query postgres 'CREATE DATABASE city'
  "$program" init --data "$folder/pgcity" --database "$(address city)" >/dev/null
  timed "$program" ingest "$folder/penalty.csv" --data "$folder/pgcity" --json
  processor+=("$(rate "$cpu")")
  figure=$(rate "$wall")
}

copy_postgres() {
  query postgres 'DROP DATABASE IF EXISTS raw'
  query postgres 'CREATE DATABASE raw'
  local columns
  columns=$(head -n 1 "$folder/penalty.csv" | sed 's/,/ text, /g')
  query raw "CREATE TABLE penalty ($columns text)"
  timed psql -X -q -h "$cluster" -U bench -d raw -c "\\copy penalty from '$folder/penalty.csv' csv header" \
    -c 'CREATE INDEX by_code ON penalty (CF_XDR_SHXYM)' -c 'CREATE INDEX by_document ON penalty (CF_WSH)'
  figure=$(rate "$wall")
}

# The statements that the program itself sends for one organisation's records, with the plans the server really ran.
show_plans() {
  local code
  code=$(sed -n 2p "$folder/penalty.csv" | cut -d, -f3)
  query city 'ANALYZE'
  : | as_postgres tee "$cluster/server.log" >/dev/null
  PGOPTIONS='-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on
    -c auto_explain.log_timing=off -c auto_explain.log_verbose=off' \
    "$program" show "$code" --data "$folder/pgcity" >>"$folder/output.log" 2>&1
  awk -f "$here/plans.awk" "$cluster/server.log" >"$folder/plans.txt"
}

measure_postgres() {
  if ! start_postgres; then
    echo "PostgreSQL is not installed: P15 is left out (scripts/bootstrap test installs it)" | tee "$folder/plans.txt"
    return
  fi
  processor=()
  repeated P15 "ingest, PostgreSQL" rows/s ingest_postgres
  result P15 "ingest, PostgreSQL, by processor time of the program" rows/s "${processor[@]}"
  repeated P15 "peer: COPY and 2 indexes" rows/s copy_postgres
  result P14 "PostgreSQL: database" bytes/row "$(per_row "$(query city 'SELECT pg_database_size(current_database())')")"
  show_plans
  stop_postgres
}
