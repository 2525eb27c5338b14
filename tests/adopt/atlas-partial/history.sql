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

INSERT INTO atlas_schema_revisions.atlas_schema_revisions (version, description, type, applied, total, executed_at, execution_time, error, error_stmt, hash, partial_hashes, operator_version) VALUES ('20250301090000', 'create_authors', 2, 1, 1, '2026-11-21 08:37:00.251814+00', 3956, NULL, NULL, '0iJ9hXo5McIyjpPXqFFs9rgsVICPzvxZ7rTb5blkajo=', '["h1:65FlSRjM9tWvIE3CGkScOkw2Zppx8hGHEUrQ9eCa+sk="]', 'Atlas CLI v0.7.2');
INSERT INTO atlas_schema_revisions.atlas_schema_revisions (version, description, type, applied, total, executed_at, execution_time, error, error_stmt, hash, partial_hashes, operator_version) VALUES ('20250302090000', 'create_books', 2, 2, 3, '2026-11-21 08:37:00.318145+00', 11563244, 'ERROR:  column "isbn" does not exist', 'CREATE INDEX idx_books_isbn ON books (isbn);', 'b+ia+kHBvCmK2YEDsxkmLdzDIPFq4xvDGkogVY55ahE=', '["h1:+OHFPGGVL7azkuovbAtnOt73YeY2IQDlFaoBohQ5vUo=", "h1:RAyTtvUkH0ukzqvWOsARVfD92Z1u6KAajw8AkOcrYgc="]', 'Atlas CLI v0.7.2');

ALTER TABLE ONLY atlas_schema_revisions.atlas_schema_revisions
    ADD CONSTRAINT atlas_schema_revisions_pkey PRIMARY KEY (version);
