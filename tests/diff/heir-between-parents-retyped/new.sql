CREATE TABLE a (x bigint);
CREATE TABLE b () INHERITS (a);
CREATE TABLE c () INHERITS (b, a);
CREATE TABLE over (k int, y int);
CREATE TABLE heir () INHERITS (over);
