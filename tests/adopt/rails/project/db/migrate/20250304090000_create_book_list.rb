class CreateBookList < ActiveRecord::Migration[6.1]
  def up
    execute <<~SQL
      CREATE VIEW book_list AS
      SELECT b.id, b.title, a.name AS author
      FROM books b
      JOIN authors a ON a.id = b.author_id;
    SQL
  end

  def down
    execute "DROP VIEW book_list"
  end
end
