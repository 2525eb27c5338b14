module.exports = class CreateBooks1740906000000 {
  name = 'CreateBooks1740906000000';

  async up(queryRunner) {
    await queryRunner.query(`CREATE TABLE books (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  author_id bigint NOT NULL REFERENCES authors (id) ON DELETE CASCADE,
  title text NOT NULL
)`);
    await queryRunner.query(`CREATE INDEX idx_books_author ON books (author_id)`);
  }

  async down(queryRunner) {
    await queryRunner.query(`DROP TABLE books`);
  }
};
