-- One rule or answer.
SELECT value FROM policies WHERE key = $1 AND valid_from <= now();
