-- file: 001_role.sql
CREATE TABLE role (id int PRIMARY KEY, code varchar(5) NOT NULL, kind text);
-- file: 002_kinds.sql
ALTER TABLE role ADD CONSTRAINT role_kinds CHECK (kind IN ('person', 'service'));
-- file: seeds/01_role.sql
INSERT INTO role (id, code, kind) VALUES (1, 'admin', 'person'), (2, 'robot', 'service');
