-- The history that Alembic left.
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

INSERT INTO public.alembic_version (version_num) VALUES ('2b1e4d6f8a01');
INSERT INTO public.alembic_version (version_num) VALUES ('5e4b7a9c1d34');

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
