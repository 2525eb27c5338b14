-- file: 001_create.sql
CREATE VIEW mine WITH (security_invoker = true) AS SELECT id FROM orders;
-- file: 002_replace.sql
CREATE OR REPLACE VIEW mine AS SELECT id, state FROM orders;
