-- The history that diesel left.
CREATE TABLE public.__diesel_schema_migrations (
    version character varying(50) NOT NULL,
    run_on timestamp without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);

INSERT INTO public.__diesel_schema_migrations (version, run_on) VALUES ('00000000000000', '2026-11-21 08:37:12.748741');
INSERT INTO public.__diesel_schema_migrations (version, run_on) VALUES ('20250301090000', '2026-11-21 08:37:12.750305');
INSERT INTO public.__diesel_schema_migrations (version, run_on) VALUES ('20250302090000', '2026-11-21 08:37:12.756034');
INSERT INTO public.__diesel_schema_migrations (version, run_on) VALUES ('20250303090000', '2026-11-21 08:37:12.759127');

ALTER TABLE ONLY public.__diesel_schema_migrations
    ADD CONSTRAINT __diesel_schema_migrations_pkey PRIMARY KEY (version);
