CREATE TABLE a (x bigint);
CREATE TABLE b () INHERITS (a);
CREATE TABLE c () INHERITS (a, b);
CREATE TABLE over (k int, y int);
CREATE TABLE heir () INHERITS (over);
