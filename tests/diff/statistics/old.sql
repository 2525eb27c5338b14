CREATE TABLE public.t (a integer, b integer, c text);
CREATE STATISTICS public.kept (ndistinct) ON a, b FROM public.t;
CREATE STATISTICS public.changed ON a, b FROM public.t;
