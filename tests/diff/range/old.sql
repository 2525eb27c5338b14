CREATE TYPE public.timerange AS RANGE (SUBTYPE = time);
CREATE TYPE public.gone AS RANGE (SUBTYPE = text, COLLATION = "C", MULTIRANGE_TYPE_NAME = public.multigone);
CREATE TABLE public.shifts (during public.gone, many public.multigone);
