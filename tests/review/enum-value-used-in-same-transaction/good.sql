-- file: 001_add.sql
ALTER TYPE state ADD VALUE 'paused';
-- file: 002_use.sql
UPDATE jobs SET state = 'paused' WHERE until > now();
