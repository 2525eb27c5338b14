-- pgkeel: transaction=off
REINDEX INDEX orders_state_idx;
