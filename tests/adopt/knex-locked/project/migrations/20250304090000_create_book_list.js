exports.up = (knex) =>
  knex.raw(`
CREATE VIEW book_list AS
SELECT b.id, b.title, a.name AS author
FROM books b
JOIN authors a ON a.id = b.author_id
  `);

exports.down = (knex) => knex.raw('DROP VIEW book_list');
