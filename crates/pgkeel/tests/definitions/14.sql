CREATE SCHEMA "My Schema";
CREATE SCHEMA "table";
CREATE TYPE "My Schema"."Color" AS ENUM ('red', 'green');
CREATE TYPE "My Schema".pair AS (a int, b text);
CREATE DOMAIN "My Schema".amount AS numeric CHECK (VALUE > 0);
CREATE DOMAIN "My Schema".short AS varchar(10);
CREATE TABLE "My Schema"."Or""der" (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "user" text, "Größe" int, "a,b" int, "select" int, _x int, x1 int, "1x" int,
  "has space" text, "do$$lar" int, "json" json, "overlay" text, "timestamp" timestamp, "row" int, "offset" int, "date" date,
  v varchar(80), c char(3), n name, o oid, e "My Schema"."Color", p "My Schema".pair, d "My Schema".amount, s "My Schema".short,
  i int[], t text[], r int4range, m int4multirange, j jsonb, w inet, z cidr, u uuid, b bytea, f float8, ts tsvector, pt point,
  bx box, cc text COLLATE "C", UNIQUE ("user", "Größe"), UNIQUE ("a,b") INCLUDE ("1x", "has space"),
  CONSTRAINT "Late" UNIQUE (x1) DEFERRABLE INITIALLY DEFERRED,
  EXCLUDE USING gist (r WITH &&, bx WITH &&) WITH (fillfactor = 70) WHERE ("offset" > 0),
  EXCLUDE USING btree (_x WITH =) DEFERRABLE,
  CHECK ("user" <> '') NO INHERIT, CHECK ("select" > 0 AND "Größe" < 3), CHECK (1 > 0), CHECK ("Or""der"."user" IS NOT NULL));
CREATE INDEX ON "My Schema"."Or""der" ("user", "Größe" DESC, "a,b" NULLS FIRST, "select" DESC NULLS LAST) INCLUDE (_x, "1x");
CREATE INDEX ON "My Schema"."Or""der" ("row") WHERE "offset" > 0;
CREATE INDEX ON "My Schema"."Or""der" (lower("user"), v);
CREATE INDEX ON "My Schema"."Or""der" ((x1 + 1) DESC, "user" text_pattern_ops);
CREATE INDEX ON "My Schema"."Or""der" (v);
CREATE INDEX ON "My Schema"."Or""der" (v varchar_pattern_ops);
CREATE INDEX ON "My Schema"."Or""der" (v bpchar_ops);
CREATE INDEX ON "My Schema"."Or""der" (v text_ops);
CREATE INDEX ON "My Schema"."Or""der" (c);
CREATE INDEX ON "My Schema"."Or""der" (c bpchar_pattern_ops);
CREATE INDEX ON "My Schema"."Or""der" (n);
CREATE INDEX ON "My Schema"."Or""der" (o);
CREATE INDEX ON "My Schema"."Or""der" (x1 oid_ops);
CREATE INDEX ON "My Schema"."Or""der" (e);
CREATE INDEX ON "My Schema"."Or""der" (p);
CREATE INDEX ON "My Schema"."Or""der" (d);
CREATE INDEX ON "My Schema"."Or""der" (s);
CREATE INDEX ON "My Schema"."Or""der" (i);
CREATE INDEX ON "My Schema"."Or""der" (t);
CREATE INDEX ON "My Schema"."Or""der" (r);
CREATE INDEX ON "My Schema"."Or""der" (m);
CREATE INDEX ON "My Schema"."Or""der" (j);
CREATE INDEX ON "My Schema"."Or""der" (w);
CREATE INDEX ON "My Schema"."Or""der" (z);
CREATE INDEX ON "My Schema"."Or""der" (z inet_ops);
CREATE INDEX ON "My Schema"."Or""der" (z cidr_ops);
CREATE INDEX ON "My Schema"."Or""der" (u);
CREATE INDEX ON "My Schema"."Or""der" (b);
CREATE INDEX ON "My Schema"."Or""der" (f DESC);
CREATE INDEX ON "My Schema"."Or""der" ("timestamp", "date");
CREATE INDEX ON "My Schema"."Or""der" (cc);
CREATE INDEX ON "My Schema"."Or""der" (cc COLLATE "default");
CREATE INDEX ON "My Schema"."Or""der" ("user" COLLATE "C");
CREATE INDEX ON "My Schema"."Or""der" ("user" COLLATE "C" text_pattern_ops DESC);
CREATE INDEX ON "My Schema"."Or""der" ("overlay", "do$$lar");
CREATE INDEX ON "My Schema"."Or""der" (v COLLATE "POSIX") INCLUDE (cc);
CREATE INDEX ON "My Schema"."Or""der" (x1) WITH (fillfactor = 70, deduplicate_items = off);
CREATE INDEX ON "My Schema"."Or""der" (x1, "user") WITH (fillfactor = 70) WHERE _x > 1;
CREATE INDEX ON "My Schema"."Or""der" (lower(v)) WITH (fillfactor = 70) WHERE v <> ' WITH (fillfactor=''70'')';
CREATE INDEX ON "My Schema"."Or""der" (cc) WHERE cc COLLATE "C" > $$ USING btree ($$;
CREATE INDEX ON "My Schema"."Or""der" USING hash ("user");
CREATE INDEX ON "My Schema"."Or""der" USING hash (v);
CREATE INDEX ON "My Schema"."Or""der" USING hash (e);
CREATE INDEX ON "My Schema"."Or""der" USING hash (x1);
CREATE INDEX ON "My Schema"."Or""der" USING hash (i);
CREATE INDEX ON "My Schema"."Or""der" USING hash (c);
CREATE INDEX ON "My Schema"."Or""der" USING hash (r);
CREATE INDEX ON "My Schema"."Or""der" USING hash (d);
CREATE INDEX ON "My Schema"."Or""der" USING hash (j);
CREATE INDEX ON "My Schema"."Or""der" USING gin (j);
CREATE INDEX ON "My Schema"."Or""der" USING gin (j jsonb_path_ops);
CREATE INDEX ON "My Schema"."Or""der" USING gin (i);
CREATE INDEX ON "My Schema"."Or""der" USING gin (t);
CREATE INDEX ON "My Schema"."Or""der" USING gin (ts);
CREATE INDEX ON "My Schema"."Or""der" USING gin (i, j);
CREATE INDEX ON "My Schema"."Or""der" USING gin (to_tsvector('english', "user"));
CREATE INDEX ON "My Schema"."Or""der" USING gist (ts tsvector_ops (siglen = 100));
CREATE INDEX ON "My Schema"."Or""der" USING gist (r);
CREATE INDEX ON "My Schema"."Or""der" USING gist (pt);
CREATE INDEX ON "My Schema"."Or""der" USING gist (bx, r);
CREATE INDEX ON "My Schema"."Or""der" USING gist (w inet_ops);
CREATE INDEX ON "My Schema"."Or""der" USING spgist (pt);
CREATE INDEX ON "My Schema"."Or""der" USING spgist (pt kd_point_ops);
CREATE INDEX ON "My Schema"."Or""der" USING spgist ("user");
CREATE INDEX ON "My Schema"."Or""der" USING spgist (r);
CREATE INDEX ON "My Schema"."Or""der" USING brin (x1) WITH (pages_per_range = 16);
CREATE INDEX ON "My Schema"."Or""der" USING brin ("timestamp" timestamp_minmax_multi_ops (values_per_range = 16));
CREATE INDEX ON "My Schema"."Or""der" USING brin (u);
CREATE INDEX ON "My Schema"."Or""der" USING brin (w inet_inclusion_ops);
CREATE UNIQUE INDEX "Un ique" ON "My Schema"."Or""der" ("1x");
-- Equal expressions: on columns of the same names, of others, and of other types.
CREATE TABLE "table".a (id int PRIMARY KEY, name text CHECK (name <> ''), state text CHECK (state IN ('a', 'b')), kind varchar);
CREATE TABLE "table".b (id int PRIMARY KEY, name text CHECK (name <> ''), state text CHECK (state IN ('a', 'b')), kind varchar);
CREATE TABLE "table".c (id int PRIMARY KEY, "Name" text CHECK ("Name" <> ''), st text CHECK (st IN ('a', 'b')), kind varchar);
CREATE TABLE "table".d (id int PRIMARY KEY, name text, state text, kind text);
CREATE TABLE "table".e (id int, name text, state text, kind char);
CREATE TABLE "table".f (LIKE "table".a INCLUDING ALL);
CREATE TABLE "table".g () INHERITS ("table".a);
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY '{a,b,d,e,f}'::text[] LOOP
  EXECUTE format('CREATE INDEX "by state of %s" ON "table".%I (state, lower(name)) WHERE state = ''x''', t, t);
  EXECUTE format('CREATE INDEX "kind USING btree (%s" ON "table".%I (kind) WHERE name = ''x''', t, t);
  EXECUTE format('CREATE UNIQUE INDEX "unique %s" ON "table".%I (lower(name) DESC) WITH (fillfactor = 50)', t, t);
END LOOP; END $$;
CREATE INDEX "kind bpchar" ON "table".a (kind bpchar_ops) WHERE state = 'y';
CREATE INDEX "kind bpchar e" ON "table".e (kind bpchar_ops) WHERE state = 'y';
ALTER TABLE "table".b ADD CHECK (id > 0) NOT VALID;
ALTER TABLE "table".a ADD CHECK (id > 0);
ALTER TABLE "table".a RENAME COLUMN state TO "State";
CREATE TABLE "table".whole (a int, b int);
ALTER TABLE "table".whole ADD CHECK (whole IS NOT NULL);
-- Keys of all sorts.
CREATE TABLE "table"."references" (a int, b int, c int, d int,
  PRIMARY KEY (b, a), UNIQUE (a, c),
  FOREIGN KEY (a) REFERENCES "table".a, FOREIGN KEY (b) REFERENCES "table".b ON DELETE CASCADE ON UPDATE SET NULL,
  FOREIGN KEY (c) REFERENCES "table".c ON DELETE RESTRICT, FOREIGN KEY (d) REFERENCES "table".d ON UPDATE SET DEFAULT,
  FOREIGN KEY (d, c) REFERENCES "table"."references" (b, a), FOREIGN KEY (d, a) REFERENCES "table"."references" MATCH FULL,
  FOREIGN KEY (a) REFERENCES "table".a DEFERRABLE, FOREIGN KEY (a) REFERENCES "table".a ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE "table"."references" ADD FOREIGN KEY (c) REFERENCES "My Schema"."Or""der" NOT VALID;
CREATE TABLE parted (id int, k int, "Key" text, PRIMARY KEY (k, id), CHECK (id > 0)) PARTITION BY LIST (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 (k int NOT NULL, "Key" text, id int NOT NULL, CONSTRAINT parted_id_check CHECK (id > 0));
ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES IN (2);
CREATE INDEX ON parted ("Key");
CREATE INDEX ON parted (lower("Key")) WHERE id > 0;
CREATE INDEX ON ONLY parted (id DESC);
ALTER TABLE parted ADD FOREIGN KEY (id) REFERENCES "table".a;
CREATE TABLE to_parted (k int, id int, FOREIGN KEY (k, id) REFERENCES parted);
CREATE MATERIALIZED VIEW seen AS SELECT id, name, state FROM "table".b;
CREATE UNIQUE INDEX ON seen (id);
CREATE INDEX ON seen (lower(name)) WHERE state = 'x';
CREATE TABLE gone (a int, b text, c int, d text CHECK (d > ''));
ALTER TABLE gone DROP COLUMN a, DROP COLUMN c;
CREATE INDEX ON gone (b, d);
CREATE TABLE shapes (a int, b text GENERATED ALWAYS AS ('x') STORED, c int GENERATED ALWAYS AS (a * 2) STORED, d int DEFAULT 7);
CREATE INDEX ON shapes (c, b);
CREATE VIEW later AS SELECT a, d FROM shapes;
ALTER VIEW later ALTER COLUMN d SET DEFAULT 9;
