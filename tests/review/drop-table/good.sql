CREATE TABLE orders_import (id bigint PRIMARY KEY);
DROP TABLE orders_import;
