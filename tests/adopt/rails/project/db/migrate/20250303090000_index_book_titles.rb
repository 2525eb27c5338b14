class IndexBookTitles < ActiveRecord::Migration[6.1]
  disable_ddl_transaction!

  def change
    add_index :books, :title, name: "idx_books_title", algorithm: :concurrently
  end
end
