#!/usr/bin/env bash
# How fast `pgkeel review` is, against Squawk in the same run and against a plain replay on the same scratch server.
#
#   benches/review/run.sh PGKEEL SQUAWK [SCRATCH_URL]
#
# PGKEEL is a release build, SQUAWK the binary of another linter (pip install squawk-cli), SCRATCH_URL a server on which
# databases may be created; psql must be on the PATH for the replay.
set -euo pipefail
pgkeel=$(realpath "$1")
squawk=$(realpath "$2")
scratch=${3:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/migrations"
cd "$folder"

# 1,000 small files: 400 tables with a comment and an index, 100 each of six kinds of change.
for i in $(seq 1 1000); do
  file=migrations/$(printf %04d "$i")_step.sql
  t=t$(( (i - 1) % 400 + 1 ))
  if [ "$i" -le 400 ]; then
    printf 'CREATE TABLE %s (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  name text NOT NULL,\n  made_at timestamptz NOT NULL DEFAULT now()\n);\nCOMMENT ON TABLE %s IS '"'"'number %s'"'"';\nCREATE INDEX %s_name ON %s (name);\n' "$t" "$t" "$i" "$t" "$t"
  else case $(( i % 6 )) in
    0) printf 'ALTER TABLE %s ADD COLUMN c%s text;\n' "$t" "$i" ;;
    1) printf 'CREATE INDEX %s_i%s ON %s (made_at);\n' "$t" "$i" "$t" ;;
    2) printf 'ALTER TABLE %s ADD COLUMN r%s bigint REFERENCES t1 (id);\n' "$t" "$i" ;;
    3) printf 'ALTER TABLE %s ADD CONSTRAINT k%s CHECK (id > 0) NOT VALID;\nALTER TABLE %s VALIDATE CONSTRAINT k%s;\n' "$t" "$i" "$t" "$i" ;;
    4) printf 'CREATE FUNCTION f%s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;\nCREATE TRIGGER g%s BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION f%s();\n' "$i" "$i" "$t" "$i" ;;
    5) printf "INSERT INTO %s (name) VALUES ('a'), ('b');\nUPDATE %s SET name = 'c' WHERE id = 1;\n" "$t" "$t" ;;
  esac; fi > "$file"
done

# Runs what was named with `try`, one after the other, `rounds` times; then the least and the median of each, in seconds. One
# after the other, because what else runs on the machine shall slow all of them alike.
rounds=${ROUNDS:-15}
names=()
commands=()
try() {
  names+=("$1")
  shift
  commands+=("$(printf '%q ' "$@")")
}
measure() {
  for _ in $(seq "$rounds"); do
    for at in "${!names[@]}"; do
      local start end
      start=$(date +%s%N)
      eval "${commands[$at]}" > /dev/null 2>&1 || true
      end=$(date +%s%N)
      echo $(( (end - start) / 1000 )) >> "times.$at"
    done
  done
  for at in "${!names[@]}"; do
    sort -n "times.$at" | awk -v name="${names[$at]}" \
      '{ t[NR] = $1 } END { printf "%-28s least %.3f s, median %.3f s\n", name, t[1] / 1e6, t[int((NR + 1) / 2)] / 1e6 }'
    rm "times.$at"
  done
  names=()
  commands=()
}

try "squawk, its default rules:" "$squawk" --reporter gcc migrations/*.sql
try "squawk, --reporter json:" "$squawk" --reporter json migrations/*.sql
try "pgkeel review:" "$pgkeel" review --offline migrations
try "pgkeel review, json:" "$pgkeel" review --offline --format json migrations
try "pgkeel review, files named:" "$pgkeel" review --offline migrations/*.sql
try "pgkeel review, every rule:" "$pgkeel" review --offline --rule all=warning --format json migrations
measure

if [ -n "$scratch" ]; then
  replay() {
    psql -qX "$scratch" -c 'DROP DATABASE IF EXISTS review_bench' -c 'CREATE DATABASE review_bench TEMPLATE template0'
    # One session, one transaction a file: what a runner needs at least.
    for file in migrations/*.sql; do printf 'BEGIN;\n'; cat "$file"; printf 'COMMIT;\n'; done > all.sql
    psql -qX -v ON_ERROR_STOP=1 "${scratch%/*}/review_bench" -f all.sql
  }
  try "plain replay by psql:" replay
  try "pgkeel review --exact:" "$pgkeel" review migrations --scratch-url "$scratch"
  measure
  psql -qX "$scratch" -c 'DROP DATABASE IF EXISTS review_bench'
fi
