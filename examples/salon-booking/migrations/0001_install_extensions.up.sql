-- uuid-ossp makes the keys, pg_trgm finds "manicura" for a customer who types "manicure".
-- Both are trusted extensions: the owner of the database may install them, no superuser needed.
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
CREATE EXTENSION IF NOT EXISTS "pg_trgm";
