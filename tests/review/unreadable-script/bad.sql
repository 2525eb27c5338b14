INSERT INTO states (id, name) VALUES (1, 'new);
