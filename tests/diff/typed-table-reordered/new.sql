-- plan has: loses every row of table public.t
create type c as (b text, a int);
create table t of c;
