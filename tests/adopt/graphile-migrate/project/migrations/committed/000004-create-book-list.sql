--! Previous: sha1:c863d0aeacf8846a2b8e3fd204aa83040a580f85
--! Hash: sha1:b2c87afc2e7daf9261e94e35fa15688cd8c7a29f
--! Message: create book list

CREATE OR REPLACE VIEW book_list AS
SELECT b.id, b.title, a.name AS author
FROM books b
JOIN authors a ON a.id = b.author_id;
