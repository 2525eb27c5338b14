-- The history that Sequelize left.
CREATE TABLE public."SequelizeMeta" (
    name character varying(255) NOT NULL
);

INSERT INTO public."SequelizeMeta" (name) VALUES ('20250301090000-create-authors.js');
INSERT INTO public."SequelizeMeta" (name) VALUES ('20250302090000-create-books.js');
INSERT INTO public."SequelizeMeta" (name) VALUES ('20250303090000-index-book-titles.js');

ALTER TABLE ONLY public."SequelizeMeta"
    ADD CONSTRAINT "SequelizeMeta_pkey" PRIMARY KEY (name);
