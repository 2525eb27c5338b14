CREATE TABLE public.plain (id integer, code text, other text);
CREATE TABLE public.swapped (id integer, code text, CONSTRAINT swapped_key UNIQUE (id));
CREATE TABLE public.moved (id integer NOT NULL, code text NOT NULL, CONSTRAINT moved_pkey PRIMARY KEY (id));
INSERT INTO public.plain VALUES (1, 'a', 'b'), (2, 'b', 'c');
