-- status: warn
-- finds: ALTER TABLE public."A b" RESET (autovacuum_enabled);
CREATE TABLE "A b" (x int) WITH (autovacuum_enabled = off);
