#!/usr/bin/env bash
# Cached health answers per second of a release build, with wrk on the same machine, also while the database is stopped.
#   benches/health-load.sh URL [pid of the postmaster to pause]
set -euo pipefail
url=$1 pause=${2:-}
pgkeel=${PGKEEL:-target/release/pgkeel}
ulimit -n 65536
"$pgkeel" serve --database "$url" --listen 127.0.0.1:7481 --interval 5 &
server=$!
trap 'kill $server; [ -z "$pause" ] || kill -CONT "$pause"' EXIT
until curl -fs http://127.0.0.1:7481/startupz >/dev/null; do sleep 0.2; done
run() { wrk -t2 -c1000 -d10s --latency http://127.0.0.1:7481/api/health | grep -E '99%|Requests/sec|Non-2xx|Socket'; }
echo "database running:"; run
if [ -n "$pause" ]; then
  kill -STOP "$pause"
  echo "database paused:"; run
fi
