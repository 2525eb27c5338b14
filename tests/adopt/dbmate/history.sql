-- The history that dbmate left.
CREATE TABLE public.schema_migrations (
    version character varying NOT NULL
);

INSERT INTO public.schema_migrations (version) VALUES ('20250301090000');
INSERT INTO public.schema_migrations (version) VALUES ('20250302090000');
INSERT INTO public.schema_migrations (version) VALUES ('20250303090000');

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
