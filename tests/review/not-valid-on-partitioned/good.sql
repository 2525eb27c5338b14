CREATE TABLE events (id bigint, user_id bigint) PARTITION BY HASH (id);
ALTER TABLE events ADD CONSTRAINT events_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
