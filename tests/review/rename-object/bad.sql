ALTER FUNCTION total(bigint) RENAME TO order_total;
