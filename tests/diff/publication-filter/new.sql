-- from: 15
CREATE SCHEMA app;
CREATE SCHEMA other;
CREATE TABLE public.a (id integer PRIMARY KEY, b text, c integer, "D d" text);
CREATE TABLE app.t (id integer PRIMARY KEY);
CREATE FUNCTION public.big(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 100';
CREATE PUBLICATION p FOR TABLE public.a (id, "D d") WHERE (c > 2 AND b LIKE 'x%') WITH (publish = 'insert');
CREATE PUBLICATION q FOR TABLES IN SCHEMA other, TABLE public.a;
