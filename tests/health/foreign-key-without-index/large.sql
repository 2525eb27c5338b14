-- status: warn
-- limits: warn_rows=0
-- finds: reads all of public.b
CREATE TABLE a (x int PRIMARY KEY);
CREATE TABLE b (x int REFERENCES a);
