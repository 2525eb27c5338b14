CREATE VIEW v (p, "q""r") AS VALUES (1, 'x'), (2, 'y');
CREATE MATERIALIZED VIEW m (p) AS VALUES (1), (2);
CREATE VIEW plain AS VALUES (1), (2);
CREATE VIEW sorted (a) AS SELECT x FROM (VALUES (1), (2)) AS y (x);
