const { DataSource } = require('typeorm');

// Where the database is comes from DATABASE_URL.
module.exports = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  migrations: ['migrations/*.js'],
  migrationsTransactionMode: 'each',
});
