-- The history that sqlx left.
CREATE TABLE public._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);

INSERT INTO public._sqlx_migrations (version, description, installed_on, success, checksum, execution_time) VALUES (20250301090000, 'create authors', '2026-11-21 08:37:01.811064+00', true, '\x835a81ec4085aa37bfb56a09c8e7875c906f9a7006de59ecf40f5440bf1ec830e3db0fcb29ec4794fa6e823cdf66da3d', 3044065);
INSERT INTO public._sqlx_migrations (version, description, installed_on, success, checksum, execution_time) VALUES (20250302090000, 'create books', '2026-11-21 08:37:01.822308+00', true, '\x9b618900fa9718dba12924a3cc44f81ca09db3dd723ad4ba9e844d4bfc5a8ff11d4d9bcfc965d2ced87655afb02851cc', 8265721);
INSERT INTO public._sqlx_migrations (version, description, installed_on, success, checksum, execution_time) VALUES (20250303090000, 'index book titles', '2026-11-21 08:37:01.829796+00', true, '\xed8d8ea90e7c5f7676c82e40d053e520d96e832618c1c1c97070a6da9f376f1e10b03b45c682885528b9018a13c3af1d', 696660);

ALTER TABLE ONLY public._sqlx_migrations
    ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);
