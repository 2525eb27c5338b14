CREATE TABLE members (id integer, CONSTRAINT people_pkey PRIMARY KEY (id));
CREATE VIEW everyone AS SELECT id FROM members;
CREATE RULE nobody AS ON DELETE TO everyone DO INSTEAD NOTHING;
