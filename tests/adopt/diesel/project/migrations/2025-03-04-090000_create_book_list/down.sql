DROP VIEW book_list;
