"""Runs the migrations on the connection that the store hands over."""

from alembic import context

from notices.store.database.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # both engines roll tables back, so a migration happens whole or not at all
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
