-- status: fail
-- finds: its files are not on the server
UPDATE pg_extension SET extname = 'went_away' WHERE extname = 'plpgsql';
