/** @param pgm {import('node-pg-migrate').MigrationBuilder} */
exports.up = (pgm) => {
  pgm.noTransaction();
  pgm.createIndex('books', 'title', { name: 'idx_books_title', concurrently: true });
};

exports.down = (pgm) => {
  pgm.noTransaction();
  pgm.dropIndex('books', 'title', { name: 'idx_books_title', concurrently: true });
};
