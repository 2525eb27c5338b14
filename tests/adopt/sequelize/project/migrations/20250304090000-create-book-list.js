'use strict';

/** @type {import('sequelize-cli').Migration} */
module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.sequelize.query(`
      CREATE VIEW book_list AS
      SELECT b.id, b.title, a.name AS author
      FROM books b
      JOIN authors a ON a.id = b.author_id;
    `);
  },

  async down(queryInterface) {
    await queryInterface.sequelize.query('DROP VIEW book_list;');
  },
};
