-- settings: server 18
VACUUM (ANALYZE) orders;
