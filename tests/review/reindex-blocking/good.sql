-- pgkeel: transaction=off
REINDEX INDEX CONCURRENTLY orders_state_idx;
