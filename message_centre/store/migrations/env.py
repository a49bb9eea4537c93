"""Runs the migrations on the connection that the caller opened."""

from alembic import context

from message_centre.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
