"""create book list

Revision ID: 4d3c6f8b0c23
Revises: 3c2d5e7a9b12
Create Date: 2025-03-01 09:00:00.000000

"""
from alembic import op

# revision identifiers, used by Alembic.
revision = "4d3c6f8b0c23"
down_revision = "3c2d5e7a9b12"
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
