class CreateBooks < ActiveRecord::Migration[6.1]
  def change
    create_table :books do |t|
      t.references :author, null: false, foreign_key: { on_delete: :cascade }, index: { name: "idx_books_author" }
      t.text :title, null: false
    end
  end
end
