CREATE VIEW v (p, "q""r", s) WITH (security_barrier = true) AS VALUES (1, 'x', now()), (2, 'y', NULL);
CREATE MATERIALIZED VIEW m (q) AS VALUES (1), (3);
CREATE VIEW plain AS VALUES (1), (2), (3);
CREATE VIEW sorted (b) AS SELECT x FROM (VALUES (1), (2)) AS y (x) ORDER BY 1;
