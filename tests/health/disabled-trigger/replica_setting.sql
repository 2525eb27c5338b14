-- status: warn
-- finds: session_replication_role
ALTER DATABASE {database} SET session_replication_role = replica;
