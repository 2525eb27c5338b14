-- rename: t.a=b
-- plan has: RENAME COLUMN a TO b
-- plan has: <> 'b'
CREATE TABLE t (b text, CONSTRAINT t_a_check CHECK (b <> 'b'));
CREATE TABLE u (b text, CHECK (b <> 'x'));
