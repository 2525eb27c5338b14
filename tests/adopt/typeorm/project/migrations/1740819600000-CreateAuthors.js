module.exports = class CreateAuthors1740819600000 {
  name = 'CreateAuthors1740819600000';

  async up(queryRunner) {
    await queryRunner.query(`CREATE TABLE authors (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
)`);
  }

  async down(queryRunner) {
    await queryRunner.query(`DROP TABLE authors`);
  }
};
