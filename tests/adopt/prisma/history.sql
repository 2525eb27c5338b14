-- The history that Prisma left.
CREATE TABLE public._prisma_migrations (
    id character varying(36) NOT NULL,
    checksum character varying(64) NOT NULL,
    finished_at timestamp with time zone,
    migration_name character varying(255) NOT NULL,
    logs text,
    rolled_back_at timestamp with time zone,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_steps_count integer DEFAULT 0 NOT NULL
);

INSERT INTO public._prisma_migrations (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count) VALUES ('cadb4e2b-8c72-426f-8091-f1b62ea6b0b4', '667593148e739e9640ff833562e543f997e032e4bda9f438378847a28556e3f0', '2026-11-21 08:28:57.885+00', '20250301090000_create_authors', NULL, NULL, '2026-11-21 08:28:57.874+00', 1);
INSERT INTO public._prisma_migrations (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count) VALUES ('fecc716a-8aec-4c82-b1ee-c18ca379ebe0', 'c688cd40e98de35b40fb001239a2b687fe3b05f9e440f5b9fcc68ab7cc1c79d5', '2026-11-21 08:28:57.934+00', '20250302090000_create_books', NULL, NULL, '2026-11-21 08:28:57.888+00', 1);
INSERT INTO public._prisma_migrations (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count) VALUES ('35029162-01f7-4b08-8ccb-a896c8e5855e', '88f0dda2f88ed840b845ca165ec05402e4f5f2fe076c8f0f62fff9b977c6dcb8', '2026-11-21 08:28:57.945+00', '20250303090000_index_book_titles', NULL, NULL, '2026-11-21 08:28:57.936+00', 1);

ALTER TABLE ONLY public._prisma_migrations
    ADD CONSTRAINT _prisma_migrations_pkey PRIMARY KEY (id);
