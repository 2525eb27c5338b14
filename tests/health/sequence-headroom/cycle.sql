-- status: pass
CREATE SEQUENCE s MAXVALUE 10 CYCLE;
SELECT setval('s', 10);
