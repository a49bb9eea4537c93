"""Internal messages."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables of messages, their copies and favourite recipients."""
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("sender", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("patient_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("messages_sent_at", "messages", ["at"], unique=False)
    op.create_table(
        "message_copies",
        sa.Column("operator", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("is_recipient", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.String(length=32), nullable=True),
        sa.Column("done_at", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.PrimaryKeyConstraint("operator", "message_id"),
    )
    op.create_index("copies_of_message", "message_copies", ["message_id"], unique=False)
    op.create_table(
        "favourite_recipients",
        sa.Column("operator", sa.String(length=32), nullable=False),
        sa.Column("favourite", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("operator", "favourite"),
    )
