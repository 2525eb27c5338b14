-- The history that graphile-migrate left.
CREATE SCHEMA graphile_migrate;

CREATE TABLE graphile_migrate.current (
    filename text DEFAULT 'current.sql'::text NOT NULL,
    content text NOT NULL,
    date timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE graphile_migrate.migrations (
    hash text NOT NULL,
    previous_hash text,
    filename text NOT NULL,
    date timestamp with time zone DEFAULT now() NOT NULL
);

INSERT INTO graphile_migrate.migrations (hash, previous_hash, filename, date) VALUES ('sha1:968817bc100492de60814340464f63d988ce11fb', NULL, '000001.sql', '2026-11-21 08:25:57.678637+00');
INSERT INTO graphile_migrate.migrations (hash, previous_hash, filename, date) VALUES ('sha1:c8368f7dccf6179d35f14e17da7429321496f10d', 'sha1:968817bc100492de60814340464f63d988ce11fb', '000002.sql', '2026-11-21 08:25:58.754351+00');
INSERT INTO graphile_migrate.migrations (hash, previous_hash, filename, date) VALUES ('sha1:c863d0aeacf8846a2b8e3fd204aa83040a580f85', 'sha1:c8368f7dccf6179d35f14e17da7429321496f10d', '000003.sql', '2026-11-21 08:25:59.701367+00');

ALTER TABLE ONLY graphile_migrate.current
    ADD CONSTRAINT current_pkey PRIMARY KEY (filename);

ALTER TABLE ONLY graphile_migrate.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY graphile_migrate.migrations
    ADD CONSTRAINT migrations_previous_hash_fkey FOREIGN KEY (previous_hash) REFERENCES graphile_migrate.migrations(hash);
