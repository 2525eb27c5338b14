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

INSERT INTO public._prisma_migrations (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count) VALUES ('4d0737e3-8a1b-4fc5-8291-1095a77857c8', '667593148e739e9640ff833562e543f997e032e4bda9f438378847a28556e3f0', '2026-11-21 08:29:11.099+00', '20250301090000_create_authors', NULL, NULL, '2026-11-21 08:29:11.071+00', 1);
INSERT INTO public._prisma_migrations (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count) VALUES ('8b3582bf-f0bc-42e6-a855-6cd7bbc49f69', 'a7e1a1eb4b64a4fc77c16b511918cc588e87108517037b8874a9733a97815443', NULL, '20250302090000_create_books', 'external connector error
Error accessing result set, column not found: isbn
   0: sql_schema_connector::apply_migration::apply_script
           with migration_name="20250302090000_create_books"
             at schema-engine/connectors/sql-schema-connector/src/apply_migration.rs:113
   1: schema_commands::commands::apply_migrations::Applying migration
           with migration_name="20250302090000_create_books"
             at schema-engine/commands/src/commands/apply_migrations.rs:95
   2: schema_engine_wasm::wasm::engine::ApplyMigrations
             at schema-engine/schema-engine-wasm/src/wasm/engine.rs:167', '2026-11-21 08:29:13.28+00', '2026-11-21 08:29:11.102+00', 0);
INSERT INTO public._prisma_migrations (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count) VALUES ('c0dfaaa8-6faa-4b21-812e-e891cecadc62', 'a7e1a1eb4b64a4fc77c16b511918cc588e87108517037b8874a9733a97815443', NULL, '20250302090000_create_books', 'external connector error
Error querying the database: ERROR: relation "books" already exists
   0: sql_schema_connector::apply_migration::apply_script
           with migration_name="20250302090000_create_books"
             at schema-engine/connectors/sql-schema-connector/src/apply_migration.rs:113
   1: schema_commands::commands::apply_migrations::Applying migration
           with migration_name="20250302090000_create_books"
             at schema-engine/commands/src/commands/apply_migrations.rs:95
   2: schema_engine_wasm::wasm::engine::ApplyMigrations
             at schema-engine/schema-engine-wasm/src/wasm/engine.rs:167', NULL, '2026-11-21 08:29:25.287+00', 0);

ALTER TABLE ONLY public._prisma_migrations
    ADD CONSTRAINT _prisma_migrations_pkey PRIMARY KEY (id);
