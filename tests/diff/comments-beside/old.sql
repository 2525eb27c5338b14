CREATE TABLE t (a int);
CREATE TYPE r AS RANGE (subtype = int);
CREATE TYPE c AS (x int);
