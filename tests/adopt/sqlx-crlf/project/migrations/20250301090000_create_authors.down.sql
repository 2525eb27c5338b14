DROP TABLE authors;
