CREATE SCHEMA app;
CREATE TABLE public.a (id integer PRIMARY KEY, b text, c integer);
CREATE TABLE app.t (id integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE public.a (id, b) WHERE (c > 1) WITH (publish = 'insert');
CREATE PUBLICATION q FOR TABLES IN SCHEMA app;
