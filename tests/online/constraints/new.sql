-- plan has: NOT VALID
-- plan has: VALIDATE CONSTRAINT books_author_id_fkey
-- plan has: VALIDATE CONSTRAINT books_pages_check
-- plan has: CHECK (title IS NOT NULL) NOT VALID
CREATE TABLE public.authors (id integer PRIMARY KEY);
CREATE TABLE public.books (id integer, author_id integer REFERENCES public.authors ON DELETE CASCADE, title text NOT NULL, pages integer CHECK (pages > 0), a_column_with_a_name_of_sixty_three_bytes_that_leaves_no_room_____ integer NOT NULL);
CREATE TABLE public.fresh (id integer PRIMARY KEY, author_id integer NOT NULL REFERENCES public.authors);
CREATE INDEX fresh_author ON public.fresh (author_id);
-- plan has: CREATE INDEX fresh_author
