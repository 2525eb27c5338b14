-- A column's type changes while the table that inherits it gets another parent, or one that takes the column over.
CREATE TABLE a (x int);
CREATE TABLE b () INHERITS (a);
CREATE TABLE c () INHERITS (b);
CREATE TABLE over (k int);
CREATE TABLE heir (y text) INHERITS (over);
