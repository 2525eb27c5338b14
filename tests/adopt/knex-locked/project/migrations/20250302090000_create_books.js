exports.up = (knex) =>
  knex.schema
    .createTable('books', (table) => {
      table.bigIncrements('id');
      table.bigInteger('author_id').notNullable().references('authors.id').onDelete('CASCADE').index('idx_books_author');
      table.text('title').notNullable();
    });

exports.down = (knex) => knex.schema.dropTable('books');
