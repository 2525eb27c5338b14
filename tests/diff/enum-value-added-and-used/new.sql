CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE t (m mood DEFAULT 'glad');
