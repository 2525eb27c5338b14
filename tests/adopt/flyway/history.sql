-- The history that Flyway left.
CREATE TABLE public.flyway_schema_history (
    installed_rank integer NOT NULL,
    version character varying(50),
    description character varying(200) NOT NULL,
    type character varying(20) NOT NULL,
    script character varying(1000) NOT NULL,
    checksum integer,
    installed_by character varying(100) NOT NULL,
    installed_on timestamp without time zone DEFAULT now() NOT NULL,
    execution_time integer NOT NULL,
    success boolean NOT NULL
);

INSERT INTO public.flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, installed_on, execution_time, success) VALUES (1, '1', '<< Flyway Baseline >>', 'BASELINE', '<< Flyway Baseline >>', NULL, 'library', '2025-03-01 09:00:00.123', 0, true);
INSERT INTO public.flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, installed_on, execution_time, success) VALUES (2, '2', 'create authors', 'SQL', 'V2__create_authors.sql', 1773901170, 'library', '2025-03-02 09:00:00.123', 14, true);
INSERT INTO public.flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, installed_on, execution_time, success) VALUES (3, '3', 'create books', 'SQL', 'V3__create_books.sql', -706228279, 'library', '2025-03-03 09:00:00.123', 9, true);
INSERT INTO public.flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, installed_on, execution_time, success) VALUES (4, '3.1', 'index book titles', 'SQL', 'V3.1__index_book_titles.sql', 1577945055, 'library', '2025-03-04 09:00:00.123', 21, true);
INSERT INTO public.flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, installed_on, execution_time, success) VALUES (5, NULL, 'book list', 'SQL', 'R__book_list.sql', 78787420, 'library', '2025-03-05 09:00:00.123', 3, true);
INSERT INTO public.flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, installed_on, execution_time, success) VALUES (6, '4', 'add isbn', 'SQL', 'V4__add_isbn.sql', 1355335036, 'library', '2025-03-06 09:00:00.123', 4, true);
INSERT INTO public.flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, installed_on, execution_time, success) VALUES (7, '4', 'add isbn', 'UNDO_SQL', 'U4__add_isbn.sql', -1369676852, 'library', '2025-03-07 09:00:00.123', 5, true);
INSERT INTO public.flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, installed_on, execution_time, success) VALUES (8, NULL, 'book list', 'SQL', 'R__book_list.sql', -1742621548, 'library', '2025-03-08 09:00:00.123', 6, true);

ALTER TABLE ONLY public.flyway_schema_history
    ADD CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank);

CREATE INDEX flyway_schema_history_s_idx ON public.flyway_schema_history USING btree (success);
