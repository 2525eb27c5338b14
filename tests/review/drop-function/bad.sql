DROP FUNCTION total(bigint);
