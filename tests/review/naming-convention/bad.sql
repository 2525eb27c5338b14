-- settings: naming table [a-z_]+
CREATE TABLE "Orders" (id bigint PRIMARY KEY);
