-- The history that refinery left.
CREATE TABLE public.refinery_schema_history (
    version integer NOT NULL,
    name character varying(255),
    applied_on character varying(255),
    checksum character varying(255)
);

INSERT INTO public.refinery_schema_history (version, name, applied_on, checksum) VALUES (1, 'create_authors', '2026-11-21T08:37:13.265246103Z', '12649387385430333625');
INSERT INTO public.refinery_schema_history (version, name, applied_on, checksum) VALUES (2, 'create_books', '2026-11-21T08:37:13.268560221Z', '3380127173098384220');
INSERT INTO public.refinery_schema_history (version, name, applied_on, checksum) VALUES (4, 'add_isbn', '2026-11-21T08:37:13.2729606Z', '2971286006294296097');

ALTER TABLE ONLY public.refinery_schema_history
    ADD CONSTRAINT refinery_schema_history_pkey PRIMARY KEY (version);
