CREATE TABLE parent (a int, CONSTRAINT positive CHECK (a > 0), CONSTRAINT small CHECK (a < 100));
CREATE TABLE heir () INHERITS (parent);
CREATE TABLE grandchild () INHERITS (heir);
CREATE TABLE moved () INHERITS (parent);
