CREATE TEXT SEARCH PARSER public.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE public.template (LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY public.dictionary (TEMPLATE = simple, stopwords = 'english');
CREATE TEXT SEARCH CONFIGURATION public.search (PARSER = public.words);
ALTER TEXT SEARCH CONFIGURATION public.search ADD MAPPING FOR asciiword, word WITH simple;
ALTER TEXT SEARCH CONFIGURATION public.search ADD MAPPING FOR email WITH simple;
CREATE TABLE public.t (body text);
CREATE INDEX t_body ON public.t USING gin (to_tsvector('public.search', body));
