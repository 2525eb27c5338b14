-- Refused by PostgreSQL, with nothing done, when another application in this database uses them.
DROP EXTENSION IF EXISTS "pg_trgm";
DROP EXTENSION IF EXISTS "uuid-ossp";
