"""merge books and country

Revision ID: 6f5a8b0d2e45
Revises: 2b1e4d6f8a01, 5e4b7a9c1d34
Create Date: 2025-03-01 09:00:00.000000

"""
from alembic import op

# revision identifiers, used by Alembic.
revision = "6f5a8b0d2e45"
down_revision = ("2b1e4d6f8a01", "5e4b7a9c1d34")
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
