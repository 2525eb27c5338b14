-- Rows of seeds: what PostgreSQL refuses, and what it passes over or fills.
-- base
CREATE TABLE other (id int PRIMARY KEY);
-- bad: seed-violates-constraint
CREATE TABLE acct (id int PRIMARY KEY, email text UNIQUE);
-- file: seeds/01_acct.sql
INSERT INTO acct (id, email) VALUES (1, 'a'), (2, 'a');
-- good: seed-violates-constraint
CREATE TABLE acct (id int PRIMARY KEY, email text UNIQUE);
-- file: seeds/01_acct.sql
INSERT INTO acct (id, email) VALUES (1, 'a'), (2, 'a') ON CONFLICT (email) DO NOTHING;
-- good: seed-violates-constraint
CREATE TABLE acct (id int PRIMARY KEY, email text UNIQUE);
-- file: seeds/01_acct.sql
INSERT INTO acct (id, email) VALUES (1, 'a'), (2, 'a'), (1, 'b') ON CONFLICT DO NOTHING;
-- good: seed-violates-constraint
CREATE TABLE acct (id int PRIMARY KEY, email text UNIQUE);
-- file: seeds/01_acct.sql
INSERT INTO acct (id, email) VALUES (1, 'a'), (2, 'a') ON CONFLICT ON CONSTRAINT acct_email_key DO NOTHING;
-- bad: seed-violates-constraint
CREATE TABLE acct (id int PRIMARY KEY, email text UNIQUE);
-- file: seeds/01_acct.sql
INSERT INTO acct (id, email) VALUES (1, 'a'), (2, 'a') ON CONFLICT (id) DO NOTHING;
-- bad: seed-violates-constraint
CREATE TABLE acct (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE);
-- file: seeds/01_acct.sql
INSERT INTO acct (email) VALUES ('a'), ('a') ON CONFLICT (id) DO NOTHING;
-- good: seed-violates-constraint
CREATE TABLE acct (id int PRIMARY KEY, email text UNIQUE);
-- file: seeds/01_acct.sql
INSERT INTO acct (id, email) VALUES (1, 'a'), (1, 'b'), (2, 'b') ON CONFLICT (id) DO NOTHING;
-- good: seed-violates-constraint
CREATE TABLE acct (id int PRIMARY KEY, email text UNIQUE);
CREATE UNIQUE INDEX acct_lower ON acct (lower(email));
-- file: seeds/01_acct.sql
INSERT INTO acct (id, email) VALUES (1, 'a'), (1, 'A') ON CONFLICT (lower(email)) DO NOTHING;
-- bad: seed-violates-constraint
CREATE TABLE acct (id int PRIMARY KEY, slug text NOT NULL);
-- file: seeds/01_acct.sql
INSERT INTO acct (id) VALUES (1);
-- good: seed-violates-constraint
CREATE TABLE acct (id int PRIMARY KEY, slug text NOT NULL);
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.slug := 's' || NEW.id; RETURN NEW; END $$;
CREATE TRIGGER fill BEFORE INSERT OR UPDATE ON acct FOR EACH ROW EXECUTE FUNCTION fill();
-- file: seeds/01_acct.sql
INSERT INTO acct (id) VALUES (1);
-- bad: seed-violates-constraint
CREATE TABLE acct (id int PRIMARY KEY, slug text NOT NULL);
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER fill BEFORE UPDATE ON acct FOR EACH ROW EXECUTE FUNCTION fill();
CREATE TRIGGER seen AFTER INSERT ON acct FOR EACH ROW EXECUTE FUNCTION fill();
-- file: seeds/01_acct.sql
INSERT INTO acct (id) VALUES (1);
-- bad: seed-violates-constraint
CREATE TABLE acct (id int PRIMARY KEY, slug varchar(3));
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.slug := 's'; RETURN NEW; END $$;
CREATE TRIGGER fill BEFORE INSERT ON acct FOR EACH ROW EXECUTE FUNCTION fill();
-- file: seeds/01_acct.sql
INSERT INTO acct (id, slug) VALUES (1, 'four');
-- good: seed-violates-constraint
CREATE DOMAIN kind AS text DEFAULT 'plain';
CREATE TABLE acct (id int PRIMARY KEY, kind kind NOT NULL);
-- file: seeds/01_acct.sql
INSERT INTO acct (id) VALUES (1);
-- bad: seed-violates-constraint
CREATE DOMAIN kind AS text DEFAULT 'plain';
CREATE TABLE acct (id int PRIMARY KEY, kind kind NOT NULL);
-- file: seeds/01_acct.sql
INSERT INTO acct (id, kind) VALUES (1, NULL);
