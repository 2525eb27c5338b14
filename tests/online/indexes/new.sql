-- plan has: CREATE INDEX CONCURRENTLY words_word_pgkeel_new
-- plan has: ALTER INDEX public.words_word RENAME TO words_word_pgkeel_old
-- plan has: DROP INDEX CONCURRENTLY public.words_word_pgkeel_old
-- plan has: DROP INDEX CONCURRENTLY public.words_gone
-- plan has: CREATE UNIQUE INDEX CONCURRENTLY words_new
-- plan has: CREATE UNIQUE INDEX CONCURRENTLY languages_language
CREATE TABLE public.words (id integer, word text, language text);
CREATE INDEX words_word ON public.words (lower(word)) WITH (fillfactor = 80) WHERE language = 'x';
COMMENT ON INDEX public.words_word IS 'words, however written';
CREATE UNIQUE INDEX words_id ON public.words (id) INCLUDE (word);
CREATE UNIQUE INDEX words_new ON public.words (word, language);
CREATE INDEX an_index_with_a_name_of_sixty_three_bytes_that_leaves_no_room_x ON public.words (id DESC);
CREATE MATERIALIZED VIEW public.languages AS SELECT language, count(*) AS n FROM public.words GROUP BY language;
CREATE UNIQUE INDEX languages_language ON public.languages (language);
