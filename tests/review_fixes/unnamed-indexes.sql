-- file: 001_base.sql
CREATE SCHEMA app;
CREATE TABLE t (id bigint PRIMARY KEY, c text, d int, j jsonb, ts timestamp, arr int[], "Mixed Case" text, UNIQUE (c));
CREATE TABLE app.u (id bigint PRIMARY KEY, c text);
CREATE TABLE a_table_whose_name_is_very_long_indeed_and_nearly_full (a_column_with_a_long_name_too int, another_one_of_some_length int);
CREATE INDEX ON t (d);
CREATE TABLE "Große Tabelle" ("Spalte mit sehr langem Namen äöüß" int, "zweite Spalte ÄÖÜ" int);
-- file: 002_change.sql
ALTER TABLE t ADD COLUMN e int;
CREATE INDEX ON t (c);
CREATE UNIQUE INDEX ON t (d);
CREATE INDEX ON t (d);
CREATE INDEX ON t (c, d DESC, d) INCLUDE (id, c);
CREATE INDEX ON t (lower(c), (j->>'x'), (j->>'y'));
CREATE INDEX ON t (((j->>'n')::int), (c::varchar), (cast(j->>'b' as bigint)));
CREATE INDEX ON t ((c || 'x'), (coalesce(c, '')), (nullif(c, '')));
CREATE INDEX ON t ((ts AT TIME ZONE 'utc'), (extract(year from ts)), (date_trunc('day', ts)::date));
CREATE INDEX ON t ((trim(c)), (trim(leading from c)), (trim(trailing 'x' from c)), (substring(c from 1 for 2)), (position('x' in c)));
CREATE INDEX ON t ((CASE WHEN d > 1 THEN c ELSE c END), (CASE WHEN d > 1 THEN 1 END), (arr[1]), (ARRAY[d]), (-d), (c IS NULL));
CREATE INDEX ON t ("Mixed Case" COLLATE "C" text_pattern_ops) WHERE d > 0;
CREATE INDEX ON t (pg_catalog.upper(c) COLLATE "C", (greatest(d, 1)), (d::double precision), ('x'::text), (overlay(c placing 'x' from 1)));
CREATE INDEX ON a_table_whose_name_is_very_long_indeed_and_nearly_full (a_column_with_a_long_name_too);
CREATE INDEX ON a_table_whose_name_is_very_long_indeed_and_nearly_full (a_column_with_a_long_name_too, another_one_of_some_length);
CREATE INDEX ON a_table_whose_name_is_very_long_indeed_and_nearly_full (another_one_of_some_length);
CREATE INDEX ON a_table_whose_name_is_very_long_indeed_and_nearly_full (another_one_of_some_length);
CREATE INDEX ON "Große Tabelle" ("Spalte mit sehr langem Namen äöüß", "zweite Spalte ÄÖÜ");
CREATE INDEX ON app.u (c);
-- file: 003_two.sql
CREATE INDEX ON app.u (c, id);
CREATE INDEX named ON app.u (id, c);
-- file: 004_path.sql
SET search_path = app;
CREATE INDEX ON u (lower(c));
ALTER TABLE u ADD COLUMN f int;
-- file: 005_own_transaction.sql
BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE INDEX three ON t (c, d, e);
COMMIT;
