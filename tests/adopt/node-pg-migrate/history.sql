-- The history that node-pg-migrate left.
CREATE TABLE public.pgmigrations (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    run_on timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.pgmigrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.pgmigrations_id_seq OWNED BY public.pgmigrations.id;

ALTER TABLE ONLY public.pgmigrations ALTER COLUMN id SET DEFAULT nextval('public.pgmigrations_id_seq'::regclass);

INSERT INTO public.pgmigrations (id, name, run_on) VALUES (1, '1740819600000_create-authors', '2026-11-21 08:40:26.447248');
INSERT INTO public.pgmigrations (id, name, run_on) VALUES (2, '1740906000000_create-books', '2026-11-21 08:40:26.447248');
INSERT INTO public.pgmigrations (id, name, run_on) VALUES (3, '1740992400000_index-book-titles', '2026-11-21 08:40:26.453384');

SELECT pg_catalog.setval('public.pgmigrations_id_seq', 3, true);

ALTER TABLE ONLY public.pgmigrations
    ADD CONSTRAINT pgmigrations_pkey PRIMARY KEY (id);
