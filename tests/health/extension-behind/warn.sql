-- status: warn
-- finds: ALTER EXTENSION plpgsql UPDATE;
UPDATE pg_extension SET extversion = '0.1' WHERE extname = 'plpgsql';
