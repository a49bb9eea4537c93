"""Passwords of operators."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table of password hashes."""
    op.create_table(
        "operator_passwords",
        sa.Column("operator", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.String(length=32), nullable=False),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["operator"], ["operators.id"]),
        sa.PrimaryKeyConstraint("operator"),
    )
