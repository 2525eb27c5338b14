#!/usr/bin/env bash
# Cached health answers of a release build, with wrk on the same machine: how many at most, and how late the slowest of a
# hundred is with 1,000 connections that ask 25 times a second each; also while the database is stopped.
#   benches/health-load.sh URL [pid of the postmaster to stop, with all its backends]
set -euo pipefail
url=$1 pause=${2:-}
pgkeel=${PGKEEL:-target/release/pgkeel}
ulimit -n "$(ulimit -Hn)"
"$pgkeel" serve --database "$url" --listen 127.0.0.1:7481 --interval 5 2>/dev/null &
server=$!
paced=$(mktemp)
# The backends are its children: the session that looks must hang like everything else.
cluster() { echo "$pause" && pgrep -P "$pause"; }
trap 'kill $server; rm -f "$paced"; [ -z "$pause" ] || kill -CONT $(cluster)' EXIT
# Each connection waits 40 ms between two requests, so that a thousand of them ask at most 25,000 times a second.
echo 'function delay() return 40 end' >"$paced"
until curl -fs http://127.0.0.1:7481/startupz >/dev/null; do sleep 0.2; done
transactions() {
  [ "$1" = running ] || return 0
  psql "$url" -Atqc "SELECT sum(numbackends), sum(xact_commit) FROM pg_stat_database WHERE datname = current_database()"
}
measure() {
  local path
  for path in /health /api/health; do
    echo "$1, $path, as many as possible over 64 connections:"
    wrk -t2 -c64 -d8s --latency "http://127.0.0.1:7481$path" | grep -E '99%|Requests/sec|Non-2xx|Socket' || true
  done
  echo "$1, /api/health, 1,000 connections at 25 a second:"
  wrk -t2 -c1000 -d10s --latency -s "$paced" http://127.0.0.1:7481/api/health | grep -E '50%|99%|Requests/sec|Non-2xx|Socket' || true
  echo "sessions and transactions of the database: $(transactions "$1" | tr '\n' ' ')"
}
echo "before: $(transactions running)"
# The first wave of connections finds everything cold.
wrk -t2 -c1000 -d3s http://127.0.0.1:7481/api/health >/dev/null
measure running
if [ -n "$pause" ]; then
  # shellcheck disable=SC2046 # one word for each process
  kill -STOP $(cluster)
  measure stopped
fi
