CREATE DOMAIN email AS text;
ALTER TABLE users ADD COLUMN contact email;
