module.exports = class CreateBookList1741078800000 {
  name = 'CreateBookList1741078800000';

  async up(queryRunner) {
    await queryRunner.query(`CREATE VIEW book_list AS
SELECT b.id, b.title, a.name AS author
FROM books b
JOIN authors a ON a.id = b.author_id`);
  }

  async down(queryRunner) {
    await queryRunner.query(`DROP VIEW book_list`);
  }
};
