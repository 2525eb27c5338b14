DROP TABLE books;
