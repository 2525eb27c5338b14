CREATE TABLE p1 (a int, b int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE p2 (c int, a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c (x int) INHERITS (p1, p2);
CREATE TABLE g (y int) INHERITS (c);
