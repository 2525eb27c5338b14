exports.up = (knex) =>
  knex.schema
    .createTable('authors', (table) => {
      table.bigIncrements('id');
      table.text('name').notNullable();
      table.timestamp('created_at').notNullable().defaultTo(knex.fn.now());
    });

exports.down = (knex) => knex.schema.dropTable('authors');
