-- The history that Rails left.
CREATE TABLE public.ar_internal_metadata (
    key character varying NOT NULL,
    value character varying,
    created_at timestamp(6) without time zone NOT NULL,
    updated_at timestamp(6) without time zone NOT NULL
);

CREATE TABLE public.schema_migrations (
    version character varying NOT NULL
);

INSERT INTO public.ar_internal_metadata (key, value, created_at, updated_at) VALUES ('environment', 'development', '2026-11-21 08:31:20.064749', '2026-11-21 08:31:20.064749');

INSERT INTO public.schema_migrations (version) VALUES ('20250301090000');
INSERT INTO public.schema_migrations (version) VALUES ('20250302090000');
INSERT INTO public.schema_migrations (version) VALUES ('20250303090000');

ALTER TABLE ONLY public.ar_internal_metadata
    ADD CONSTRAINT ar_internal_metadata_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
