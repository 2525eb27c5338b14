-- The history that Liquibase left.
CREATE TABLE public.databasechangelog (
    id character varying(255) NOT NULL,
    author character varying(255) NOT NULL,
    filename character varying(255) NOT NULL,
    dateexecuted timestamp without time zone NOT NULL,
    orderexecuted integer NOT NULL,
    exectype character varying(10) NOT NULL,
    md5sum character varying(35),
    description character varying(255),
    comments character varying(255),
    tag character varying(255),
    liquibase character varying(20),
    contexts character varying(255),
    labels character varying(255),
    deployment_id character varying(10)
);

CREATE TABLE public.databasechangeloglock (
    id integer NOT NULL,
    locked boolean NOT NULL,
    lockgranted timestamp without time zone,
    lockedby character varying(255)
);

INSERT INTO public.databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, comments, tag, liquibase, contexts, labels, deployment_id) VALUES ('1', 'ada', 'db/changes/001-authors.sql', '2026-11-21 08:32:38.320578', 1, 'EXECUTED', '9:a0e4f0af970321c4de7170ca821a4eea', 'sql', 'People who write', NULL, '4.29.0', NULL, 'core', '5249958254');
INSERT INTO public.databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, comments, tag, liquibase, contexts, labels, deployment_id) VALUES ('2', 'ada', 'db/changes/002-books.sql', '2026-11-21 08:32:38.352713', 2, 'EXECUTED', '9:ed6a97477c54c58f90ad3523d1063355', 'sql', '', NULL, '4.29.0', NULL, NULL, '5249958254');
INSERT INTO public.databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, comments, tag, liquibase, contexts, labels, deployment_id) VALUES ('3', 'grace', 'db/changes/002-books.sql', '2026-11-21 08:32:38.368219', 3, 'EXECUTED', '9:3b9703f5e5d29f6216f96914efce54b3', 'sql', '', NULL, '4.29.0', NULL, NULL, '5249958254');
INSERT INTO public.databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum, description, comments, tag, liquibase, contexts, labels, deployment_id) VALUES ('1', 'ada', 'db/changes/003-authors-again.sql', '2026-11-21 08:32:38.397076', 4, 'MARK_RAN', '9:a0e4f0af970321c4de7170ca821a4eea', 'sql', '', 'v1', '4.29.0', NULL, NULL, '5249958254');

INSERT INTO public.databasechangeloglock (id, locked, lockgranted, lockedby) VALUES (1, false, NULL, NULL);

ALTER TABLE ONLY public.databasechangeloglock
    ADD CONSTRAINT databasechangeloglock_pkey PRIMARY KEY (id);
