-- The history that Alembic left.
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

INSERT INTO public.alembic_version (version_num) VALUES ('3c2d5e7a9b12');

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
