--! Previous: sha1:c8368f7dccf6179d35f14e17da7429321496f10d
--! Hash: sha1:c863d0aeacf8846a2b8e3fd204aa83040a580f85
--! Message: index book titles

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_books_title ON books (title);
