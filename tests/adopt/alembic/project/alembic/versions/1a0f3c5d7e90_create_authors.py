"""create authors

Revision ID: 1a0f3c5d7e90
Revises: 
Create Date: 2025-03-01 09:00:00.000000

"""
from alembic import op

# revision identifiers, used by Alembic.
revision = "1a0f3c5d7e90"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE authors (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          name text NOT NULL,
          created_at timestamptz NOT NULL DEFAULT now()
        );
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE authors")
