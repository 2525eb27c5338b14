-- plan has: ADD CONSTRAINT plain_pkey PRIMARY KEY USING INDEX plain_pkey
-- plan has: CREATE UNIQUE INDEX CONCURRENTLY plain_code_key
-- plan has: ADD CONSTRAINT swapped_key UNIQUE USING INDEX swapped_key_pgkeel_new
-- plan has: ADD CONSTRAINT moved_pkey PRIMARY KEY USING INDEX moved_pkey_pgkeel_new
CREATE TABLE public.plain (id integer PRIMARY KEY, code text, other text, CONSTRAINT plain_code_key UNIQUE (code) INCLUDE (other) WITH (fillfactor = 80) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE public.swapped (id integer, code text, CONSTRAINT swapped_key UNIQUE (id, code));
CREATE TABLE public.moved (id integer NOT NULL, code text NOT NULL, CONSTRAINT moved_pkey PRIMARY KEY (code));
