CREATE TABLE p (a int, b int, CONSTRAINT positive CHECK (a > 0));
CREATE TABLE c (b int, CONSTRAINT positive CHECK (a > 0)) INHERITS (p);
CREATE TABLE c2 () INHERITS (p);
