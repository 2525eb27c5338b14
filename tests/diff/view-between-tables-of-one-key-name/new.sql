-- The new table has to wait for the name of the old one's key, the old table for the view, and the view for the new table.
CREATE TABLE persons (id integer, CONSTRAINT people_pkey PRIMARY KEY (id));
CREATE VIEW everyone AS SELECT id FROM persons;
CREATE RULE nobody AS ON DELETE TO everyone DO INSTEAD NOTHING;
