-- status: pass
-- finds: subscription {database}_s is switched off
CREATE TABLE a (id int PRIMARY KEY);
CREATE SUBSCRIPTION {database}_s CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
