-- The history that drizzle-kit left.
CREATE SCHEMA drizzle;

CREATE TABLE drizzle.__drizzle_migrations (
    id integer NOT NULL,
    hash text NOT NULL,
    created_at bigint
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

INSERT INTO drizzle.__drizzle_migrations (id, hash, created_at) VALUES (1, '88da70cfb515116777a1a324bc11ccba8fd8d9ffb50b8a4c6b50de4fbe1c510a', 1795249731314);
INSERT INTO drizzle.__drizzle_migrations (id, hash, created_at) VALUES (2, '5e07e9b642d3846988f47d9b3727934a46f82036cb2317158c02220d23ef09ad', 1795249731848);
INSERT INTO drizzle.__drizzle_migrations (id, hash, created_at) VALUES (3, '5cc36dd1251ef73ebfac5cf0084ea4ebb104e5f7fb495469c8ee3c0fd4c05b5a', 1795249732482);

SELECT pg_catalog.setval('drizzle.__drizzle_migrations_id_seq', 3, true);

ALTER TABLE ONLY drizzle.__drizzle_migrations
    ADD CONSTRAINT __drizzle_migrations_pkey PRIMARY KEY (id);
