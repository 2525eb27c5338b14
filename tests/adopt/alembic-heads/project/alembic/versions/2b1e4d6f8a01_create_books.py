"""create books

Revision ID: 2b1e4d6f8a01
Revises: 1a0f3c5d7e90
Create Date: 2025-03-01 09:00:00.000000

"""
from alembic import op

# revision identifiers, used by Alembic.
revision = "2b1e4d6f8a01"
down_revision = "1a0f3c5d7e90"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE books (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          author_id bigint NOT NULL REFERENCES authors (id) ON DELETE CASCADE,
          title text NOT NULL
        );
        CREATE INDEX idx_books_author ON books (author_id);
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE books")
