-- looks up: public.p1
-- looks up: public.p2
-- safe has: NOT VALID
-- safe has: VALIDATE CONSTRAINT
ALTER TABLE p ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES b (id);
