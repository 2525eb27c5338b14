CREATE TABLE t (a text, CHECK (a <> 'a'));
CREATE TABLE u (b text, CHECK (b <> 'x'));
