const { bigint, index, pgTable, pgView, text, timestamp } = require('drizzle-orm/pg-core');
const { eq, sql } = require('drizzle-orm');

exports.authors = pgTable('authors', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  name: text('name').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

exports.books = pgTable('books', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  authorId: bigint('author_id', { mode: 'number' }).notNull().references(() => exports.authors.id, { onDelete: 'cascade' }),
  title: text('title').notNull(),
}, (t) => [index('idx_books_author').on(t.authorId), index('idx_books_title').on(t.title)]);

exports.bookList = pgView('book_list').as((qb) =>
  qb.select({ id: exports.books.id, title: exports.books.title, author: sql`${exports.authors.name}`.as('author') })
    .from(exports.books).innerJoin(exports.authors, eq(exports.authors.id, exports.books.authorId)));
