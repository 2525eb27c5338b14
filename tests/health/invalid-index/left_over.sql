-- status: warn
-- finds: DROP INDEX CONCURRENTLY public.a_x_ccnew;
CREATE TABLE a (x int);
CREATE INDEX a_x_ccnew ON a (x);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'a_x_ccnew'::regclass;
