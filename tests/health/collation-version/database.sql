-- since: 15
-- status: fail
-- finds: ALTER DATABASE {database} REFRESH VERSION;
CREATE TABLE a (x text);
SELECT format('UPDATE pg_database SET datlocprovider = ''i'', %I = ''und'', datcollversion = ''0'' WHERE datname = current_database()', attname)
  FROM pg_attribute WHERE attrelid = 'pg_database'::regclass AND attname IN ('daticulocale', 'datlocale') \gexec
