CREATE TABLE public.a (id integer PRIMARY KEY, b text, c text);
CREATE TABLE public.b (id integer PRIMARY KEY);
CREATE TABLE public.gone (id integer PRIMARY KEY);
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE PUBLICATION part FOR TABLE public.a, public.gone WITH (publish = 'insert');
CREATE PUBLICATION other FOR TABLE public.b;
