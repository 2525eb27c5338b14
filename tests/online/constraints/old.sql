CREATE TABLE public.authors (id integer PRIMARY KEY);
CREATE TABLE public.books (id integer, author_id integer, title text, pages integer, a_column_with_a_name_of_sixty_three_bytes_that_leaves_no_room_____ integer);
INSERT INTO public.authors VALUES (1);
INSERT INTO public.books VALUES (1, 1, 'a', 1, 1), (2, 1, 'b', 2, 2);
