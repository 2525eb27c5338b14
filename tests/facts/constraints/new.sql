CREATE TABLE public.parent (id integer PRIMARY KEY);
CREATE TABLE public.child (id integer, parent_id integer REFERENCES public.parent, other integer CONSTRAINT other_known CHECK (other > 0));
CREATE TABLE public.leaving (id integer, parent_id integer);
CREATE TABLE public.keys (a integer PRIMARY KEY, b integer NOT NULL UNIQUE, c int4range, EXCLUDE USING gist (c WITH &&));
CREATE TABLE public.checks (a integer CHECK (a > 0), b integer);
CREATE INDEX checks_a ON public.checks (a);
CREATE DOMAIN public.amount AS integer CHECK (VALUE > 0);
CREATE TABLE public.sums (a public.amount);
