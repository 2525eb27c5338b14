CREATE TYPE address_v2 AS (street text, country text);
