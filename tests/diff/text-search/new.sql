-- plan has: ALTER TEXT SEARCH DICTIONARY public.dictionary
-- plan has: ALTER MAPPING FOR asciiword
-- plan lacks: DROP INDEX
-- plan lacks: DROP TEXT SEARCH DICTIONARY
CREATE TEXT SEARCH PARSER public.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
COMMENT ON TEXT SEARCH PARSER public.words IS 'words';
CREATE TEXT SEARCH PARSER public.more (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, HEADLINE = prsd_headline, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE public.template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
COMMENT ON TEXT SEARCH TEMPLATE public.template IS 'template';
CREATE TEXT SEARCH DICTIONARY public.dictionary (TEMPLATE = simple, accept = false);
COMMENT ON TEXT SEARCH DICTIONARY public.dictionary IS 'dictionary';
ALTER TEXT SEARCH DICTIONARY public.dictionary OWNER TO diff_owner;
CREATE TEXT SEARCH DICTIONARY public.stems (TEMPLATE = snowball, language = 'english', stopwords = 'english');
CREATE TEXT SEARCH DICTIONARY public.own (TEMPLATE = public.template, stopwords = 'english');
CREATE TEXT SEARCH CONFIGURATION public.search (PARSER = public.words);
COMMENT ON TEXT SEARCH CONFIGURATION public.search IS 'search';
ALTER TEXT SEARCH CONFIGURATION public.search OWNER TO diff_owner;
ALTER TEXT SEARCH CONFIGURATION public.search ADD MAPPING FOR asciiword WITH public.dictionary, public.stems;
ALTER TEXT SEARCH CONFIGURATION public.search ADD MAPPING FOR word WITH simple;
ALTER TEXT SEARCH CONFIGURATION public.search ADD MAPPING FOR url WITH public.own;
CREATE TABLE public.t (body text);
CREATE INDEX t_body ON public.t USING gin (to_tsvector('public.search', body));
