-- The history that TypeORM left.
CREATE TABLE public.migrations (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);

CREATE SEQUENCE public.migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.migrations_id_seq OWNED BY public.migrations.id;

ALTER TABLE ONLY public.migrations ALTER COLUMN id SET DEFAULT nextval('public.migrations_id_seq'::regclass);

INSERT INTO public.migrations (id, "timestamp", name) VALUES (1, 1740819600000, 'CreateAuthors1740819600000');
INSERT INTO public.migrations (id, "timestamp", name) VALUES (2, 1740906000000, 'CreateBooks1740906000000');
INSERT INTO public.migrations (id, "timestamp", name) VALUES (3, 1740992400000, 'IndexBookTitles1740992400000');

SELECT pg_catalog.setval('public.migrations_id_seq', 3, true);

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id);
