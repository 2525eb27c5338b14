'use strict';

/** @type {import('sequelize-cli').Migration} */
module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.addIndex('books', ['title'], { name: 'idx_books_title', concurrently: true });
  },

  async down(queryInterface) {
    await queryInterface.removeIndex('books', 'idx_books_title', { concurrently: true });
  },
};
