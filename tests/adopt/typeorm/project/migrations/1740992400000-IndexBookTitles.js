module.exports = class IndexBookTitles1740992400000 {
  name = 'IndexBookTitles1740992400000';

  // CONCURRENTLY cannot run inside a transaction.
  transaction = false;

  async up(queryRunner) {
    await queryRunner.query(`CREATE INDEX CONCURRENTLY idx_books_title ON books (title)`);
  }

  async down(queryRunner) {
    await queryRunner.query(`DROP INDEX CONCURRENTLY idx_books_title`);
  }
};
