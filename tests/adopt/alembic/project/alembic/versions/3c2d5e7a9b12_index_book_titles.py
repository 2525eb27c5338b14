"""index book titles

Revision ID: 3c2d5e7a9b12
Revises: 2b1e4d6f8a01
Create Date: 2025-03-01 09:00:00.000000

"""
from alembic import op

# revision identifiers, used by Alembic.
revision = "3c2d5e7a9b12"
down_revision = "2b1e4d6f8a01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY idx_books_title ON books (title)")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY idx_books_title")
