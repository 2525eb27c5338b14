-- pgkeel: ignore drop-table reason="agreed with the owners"
DROP TABLE orders;
