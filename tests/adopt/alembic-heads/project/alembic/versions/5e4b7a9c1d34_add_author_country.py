"""add author country

Revision ID: 5e4b7a9c1d34
Revises: 1a0f3c5d7e90
Create Date: 2025-03-01 09:00:00.000000

"""
from alembic import op

# revision identifiers, used by Alembic.
revision = "5e4b7a9c1d34"
down_revision = "1a0f3c5d7e90"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE authors ADD COLUMN country text")


def downgrade() -> None:
    op.execute("ALTER TABLE authors DROP COLUMN country")
