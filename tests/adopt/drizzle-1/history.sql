-- The history that drizzle-kit 1.0 left.
CREATE SCHEMA drizzle;

CREATE TABLE drizzle.__drizzle_migrations (
    id integer NOT NULL,
    hash text NOT NULL,
    created_at bigint,
    name text,
    applied_at timestamp with time zone DEFAULT now()
);

CREATE SEQUENCE drizzle.__drizzle_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE drizzle.__drizzle_migrations_id_seq OWNED BY drizzle.__drizzle_migrations.id;

ALTER TABLE ONLY drizzle.__drizzle_migrations ALTER COLUMN id SET DEFAULT nextval('drizzle.__drizzle_migrations_id_seq'::regclass);

INSERT INTO drizzle.__drizzle_migrations (id, hash, created_at, name, applied_at) VALUES (1, 'cd60bdfcb83cf11e73aa7b962e2b6895640d863fe46ad472f4a250c103359061', 1740819600000, '20250301090000_create_authors', NULL);
INSERT INTO drizzle.__drizzle_migrations (id, hash, created_at, name, applied_at) VALUES (2, 'b7669cab6d9f25f88a149f00c8b9885225f01f04c1f7fe9d8120d1295fc7bbdb', 1740992400000, '20250303090000_index_book_titles', '2025-03-03 09:10:00+00');
INSERT INTO drizzle.__drizzle_migrations (id, hash, created_at, name, applied_at) VALUES (3, '35205c7994092e47a5b857682ab65a37f8e19da602019fc842d0524b762d4793', 1740906000000, '20250302090000_create_books', '2025-03-05 10:00:00+00');

SELECT pg_catalog.setval('drizzle.__drizzle_migrations_id_seq', 3, true);

ALTER TABLE ONLY drizzle.__drizzle_migrations
    ADD CONSTRAINT __drizzle_migrations_pkey PRIMARY KEY (id);
