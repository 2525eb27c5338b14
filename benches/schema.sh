#!/usr/bin/env bash
# How fast a schema is read and compared: `pgkeel dump --format json` against `pg_dump --schema-only` on the same server in
# the same run, and `pgkeel diff` of two equal databases against the time of reading them.
#
#   benches/schema.sh URL [TABLES...]
#
# URL is a database of a superuser on a server where databases may be created; TABLES is 1000 and 10000 when not given.
# PGKEEL is a release build. Each time is the best of five; memory is the most that the process had resident.
set -euo pipefail
url=$1
shift
pgkeel=${PGKEEL:-target/release/pgkeel}
folder=$(mktemp -d)
one=pgkeel_bench_one two=pgkeel_bench_two
trap 'rm -rf "$folder"; for d in $one $two; do psql "$url" -qc "DROP DATABASE IF EXISTS $d" || true; done' EXIT
in_database() { sed -E "s#^([a-z]+://[^/]*/)[^?]*#\1$1#" <<<"$url"; }

# A table of eight columns with a key, a foreign key, a CHECK, two indexes and comments; every tenth with a view over it, a
# function and a trigger.
make() {
  cat <<SQL
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN NEW.changed = now(); RETURN NEW; END \$\$;
CREATE TABLE t0 (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
SELECT format('CREATE TABLE t%1\$s (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent bigint REFERENCES t0, name varchar(80) NOT NULL,
  state text DEFAULT ''new'' CHECK (state IN (''new'', ''old'')), price numeric(10,2), data jsonb NOT NULL DEFAULT ''{}'', made timestamptz DEFAULT now(),
  changed timestamptz)', i),
  format('CREATE INDEX ON t%s (parent)', i), format('CREATE INDEX ON t%s (lower(name)) WHERE state = ''new''', i),
  format('COMMENT ON TABLE t%1\$s IS ''number %1\$s''', i)
FROM generate_series(1, $1) i \gexec
SELECT format('CREATE VIEW v%1\$s AS SELECT t.id, t.name, p.id AS of FROM t%1\$s t LEFT JOIN t0 p ON p.id = t.parent', i),
  format('CREATE FUNCTION f%1\$s(a bigint) RETURNS text LANGUAGE sql STABLE AS ''SELECT name FROM t%1\$s WHERE id = a''', i),
  format('CREATE TRIGGER touch BEFORE UPDATE ON t%1\$s FOR EACH ROW EXECUTE FUNCTION touch()', i)
FROM generate_series(10, $1, 10) i \gexec
SQL
}

# Seconds of the best of five runs, and megabytes.
best() {
  local least=999999 most=0
  for _ in 1 2 3 4 5; do
    /usr/bin/time -f '%e %M' -o "$folder/time" "$@" >/dev/null 2>&1
    read -r seconds memory < <(tail -1 "$folder/time")
    least=$(awk -v a="$least" -v b="$seconds" 'BEGIN { print (b < a) ? b : a }')
    most=$((memory > most ? memory : most))
  done
  printf '%8.2f s %6d MB' "$least" $((most / 1024))
}

[ $# -gt 0 ] || set -- 1000 10000
for count in "$@"; do
  for database in $one $two; do
    psql "$url" -qc "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database TEMPLATE template0"
  done
  # One commit per portion, so that the server's lock table is large enough.
  make "$count" | psql "$(in_database $one)" -qX -v ON_ERROR_STOP=1 -o /dev/null
  psql "$(in_database $one)" -qc 'VACUUM ANALYZE'
  psql "$url" -qc "DROP DATABASE $two" -c "CREATE DATABASE $two TEMPLATE $one"
  echo "$count tables"
  echo "  pg_dump --schema-only          $(best pg_dump --schema-only "$(in_database $one)")"
  echo "  pgkeel dump --format json      $(best "$pgkeel" dump --format json "$(in_database $one)")"
  echo "  pgkeel dump                    $(best "$pgkeel" dump "$(in_database $one)")"
  echo "  pgkeel diff, two equal         $(best "$pgkeel" diff "$(in_database $one)" "$(in_database $two)")"
done
