exports.up = (knex) => knex.raw('CREATE INDEX CONCURRENTLY idx_books_title ON books (title)');

exports.down = (knex) => knex.raw('DROP INDEX CONCURRENTLY idx_books_title');

// CONCURRENTLY cannot run inside a transaction.
exports.config = { transaction: false };
