ALTER TABLE authors ADD COLUMN country text;
