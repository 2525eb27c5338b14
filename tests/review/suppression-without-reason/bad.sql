-- pgkeel: ignore drop-table
DROP TABLE orders;
