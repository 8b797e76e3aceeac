"""Runs the steps on the connection that `schema.prepare` gives, inside its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], target_metadata=None)
context.run_migrations()
