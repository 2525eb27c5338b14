-- The history that Knex left.
CREATE TABLE public.knex_migrations (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);

CREATE SEQUENCE public.knex_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.knex_migrations_id_seq OWNED BY public.knex_migrations.id;

CREATE TABLE public.knex_migrations_lock (
    index integer NOT NULL,
    is_locked integer
);

CREATE SEQUENCE public.knex_migrations_lock_index_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.knex_migrations_lock_index_seq OWNED BY public.knex_migrations_lock.index;

ALTER TABLE ONLY public.knex_migrations ALTER COLUMN id SET DEFAULT nextval('public.knex_migrations_id_seq'::regclass);

ALTER TABLE ONLY public.knex_migrations_lock ALTER COLUMN index SET DEFAULT nextval('public.knex_migrations_lock_index_seq'::regclass);

INSERT INTO public.knex_migrations (id, name, batch, migration_time) VALUES (1, '20250301090000_create_authors.js', 1, '2026-11-21 08:40:22.184+00');
INSERT INTO public.knex_migrations (id, name, batch, migration_time) VALUES (2, '20250302090000_create_books.js', 2, '2026-11-21 08:40:22.558+00');
INSERT INTO public.knex_migrations (id, name, batch, migration_time) VALUES (3, '20250303090000_index_book_titles.js', 2, '2026-11-21 08:40:22.56+00');

INSERT INTO public.knex_migrations_lock (index, is_locked) VALUES (1, 0);

SELECT pg_catalog.setval('public.knex_migrations_id_seq', 3, true);

SELECT pg_catalog.setval('public.knex_migrations_lock_index_seq', 1, true);

ALTER TABLE ONLY public.knex_migrations_lock
    ADD CONSTRAINT knex_migrations_lock_pkey PRIMARY KEY (index);

ALTER TABLE ONLY public.knex_migrations
    ADD CONSTRAINT knex_migrations_pkey PRIMARY KEY (id);
