CREATE TABLE public.words (id integer, word text, language text);
CREATE INDEX words_word ON public.words (word);
CREATE UNIQUE INDEX words_id ON public.words (id);
CREATE INDEX words_gone ON public.words (language);
CREATE INDEX an_index_with_a_name_of_sixty_three_bytes_that_leaves_no_room_x ON public.words (id);
CREATE MATERIALIZED VIEW public.languages AS SELECT language, count(*) AS n FROM public.words GROUP BY language;
INSERT INTO public.words VALUES (1, 'a', 'x'), (2, 'b', 'y');
