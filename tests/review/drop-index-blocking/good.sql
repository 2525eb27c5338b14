-- pgkeel: transaction=off
DROP INDEX CONCURRENTLY orders_state_idx;
