-- The history that Atlas left.
CREATE SCHEMA atlas_schema_revisions;

CREATE TABLE atlas_schema_revisions.atlas_schema_revisions (
    version character varying NOT NULL,
    description character varying NOT NULL,
    type bigint DEFAULT 2 NOT NULL,
    applied bigint DEFAULT 0 NOT NULL,
    total bigint DEFAULT 0 NOT NULL,
    executed_at timestamp with time zone NOT NULL,
    execution_time bigint NOT NULL,
    error text,
    error_stmt text,
    hash character varying NOT NULL,
    partial_hashes jsonb,
    operator_version character varying NOT NULL
);

INSERT INTO atlas_schema_revisions.atlas_schema_revisions (version, description, type, applied, total, executed_at, execution_time, error, error_stmt, hash, partial_hashes, operator_version) VALUES ('20250301090000', 'create_authors', 2, 1, 1, '2026-11-21 08:36:59.019416+00', 3656, NULL, NULL, '0iJ9hXo5McIyjpPXqFFs9rgsVICPzvxZ7rTb5blkajo=', '["h1:65FlSRjM9tWvIE3CGkScOkw2Zppx8hGHEUrQ9eCa+sk="]', 'Atlas CLI v0.7.2');
INSERT INTO atlas_schema_revisions.atlas_schema_revisions (version, description, type, applied, total, executed_at, execution_time, error, error_stmt, hash, partial_hashes, operator_version) VALUES ('20250302090000', 'create_books', 2, 2, 2, '2026-11-21 08:36:59.094399+00', 4426, NULL, NULL, '9aQLv1ydIvZeGh4S1wMUF2jQ2VCdB7xgTkBk7ZdwPEU=', '["h1:+OHFPGGVL7azkuovbAtnOt73YeY2IQDlFaoBohQ5vUo=", "h1:RAyTtvUkH0ukzqvWOsARVfD92Z1u6KAajw8AkOcrYgc="]', 'Atlas CLI v0.7.2');
INSERT INTO atlas_schema_revisions.atlas_schema_revisions (version, description, type, applied, total, executed_at, execution_time, error, error_stmt, hash, partial_hashes, operator_version) VALUES ('20250303090000', 'index_book_titles', 2, 1, 1, '2026-11-21 08:36:59.120307+00', 4406, NULL, NULL, 'uv1DbsVxYEVNWba46HgbeJsl57E5WFFrSa06vAaGKG0=', '["h1:NBtQI8Yhp6idwUeGxgdJFiapFk/ujd3xGjvwXQsO18A="]', 'Atlas CLI v0.7.2');
INSERT INTO atlas_schema_revisions.atlas_schema_revisions (version, description, type, applied, total, executed_at, execution_time, error, error_stmt, hash, partial_hashes, operator_version) VALUES ('.atlas_cloud_identifier', '4f0d7a2e-6b1c-4d3e-9a58-1c2b3d4e5f60', 2, 0, 0, '2026-11-21 08:36:59.200271+00', 0, NULL, NULL, '', NULL, 'Atlas CLI v0.7.2');

ALTER TABLE ONLY atlas_schema_revisions.atlas_schema_revisions
    ADD CONSTRAINT atlas_schema_revisions_pkey PRIMARY KEY (version);
