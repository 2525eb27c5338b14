"""create book list

Revision ID: 7a6b9c1e3f56
Revises: 6f5a8b0d2e45
Create Date: 2025-03-01 09:00:00.000000

"""
from alembic import op

# revision identifiers, used by Alembic.
revision = "7a6b9c1e3f56"
down_revision = "6f5a8b0d2e45"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE VIEW book_list AS
        SELECT b.id, b.title, a.name AS author
        FROM books b
        JOIN authors a ON a.id = b.author_id;
        """
    )


def downgrade() -> None:
    op.execute("DROP VIEW book_list")
