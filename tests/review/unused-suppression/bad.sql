-- pgkeel: ignore drop-table reason="agreed with the owners"
SELECT 1;
