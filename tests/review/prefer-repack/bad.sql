-- settings: server 19
VACUUM FULL orders;
