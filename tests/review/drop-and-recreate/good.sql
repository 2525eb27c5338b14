ALTER TABLE settings ADD COLUMN value text;
