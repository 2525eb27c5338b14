'use strict';

/** @type {import('sequelize-cli').Migration} */
module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('books', {
      id: { type: Sequelize.BIGINT, autoIncrement: true, primaryKey: true },
      author_id: {
        type: Sequelize.BIGINT,
        allowNull: false,
        references: { model: 'authors', key: 'id' },
        onDelete: 'CASCADE',
      },
      title: { type: Sequelize.TEXT, allowNull: false },
    });
    await queryInterface.addIndex('books', ['author_id'], { name: 'idx_books_author' });
  },

  async down(queryInterface) {
    await queryInterface.dropTable('books');
  },
};
