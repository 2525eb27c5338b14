-- What the constants of crates/pgkeel/src/rehearse/throughput.tsv were measured with: `psql -qAtf throughput.sql` on an empty
-- database of an idle server. Prints one line for each kind of work: its name, units a second, and what a unit is.
SET client_min_messages = warning;
CREATE TEMP TABLE timing (work text, units float8, seconds float8, unit text);
CREATE TABLE base (id bigint, n int, s text);
CREATE TABLE other (id bigint PRIMARY KEY);
CREATE FUNCTION pg_temp.timed(work text, units float8, unit text, VARIADIC sql text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE began timestamptz; best float8;
BEGIN
    FOR round IN 1..3 LOOP
        began := clock_timestamp();
        EXECUTE sql[1];
        best := least(best, extract(epoch FROM clock_timestamp() - began));
        FOR step IN 2..array_length(sql, 1) LOOP EXECUTE sql[step]; END LOOP;
    END LOOP;
    INSERT INTO timing VALUES (work, units, best, unit);
END $$;
INSERT INTO base SELECT i, i % 1000, 'row number ' || i || ' of some length, as rows have it' FROM generate_series(1, 1000000) i;
INSERT INTO other SELECT i FROM generate_series(0, 999) i;
VACUUM ANALYZE base;
CHECKPOINT;
SELECT pg_table_size('base') AS bytes \gset
SELECT pg_temp.timed('read', :bytes, 'bytes', 'ALTER TABLE base ALTER n SET NOT NULL', 'ALTER TABLE base ALTER n DROP NOT NULL');
SELECT pg_temp.timed('rewrite', :bytes, 'bytes', 'ALTER TABLE base ALTER n TYPE bigint', 'ALTER TABLE base ALTER n TYPE int');
SELECT pg_temp.timed('index', 1000000, 'entries', 'CREATE INDEX base_s ON base (s)', 'DROP INDEX base_s');
SELECT pg_temp.timed('lookup', 1000000, 'rows', 'ALTER TABLE base ADD CONSTRAINT k FOREIGN KEY (n) REFERENCES other (id)', 'ALTER TABLE base DROP CONSTRAINT k');
SELECT pg_temp.timed('update', 1000000, 'rows', 'UPDATE base SET n = n + 0');
SELECT work, round(units / seconds), unit FROM timing;
DROP TABLE base, other;
