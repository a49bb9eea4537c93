"""The first schema."""

from alembic import op

from message_centre.store.tables import metadata

revision = "0001"
down_revision = None

_APPEND_ONLY = ("trail", "ledger")


def upgrade() -> None:
    """Create every table, and make trail and ledger append-only."""
    metadata.create_all(op.get_bind())
    for table in _APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
