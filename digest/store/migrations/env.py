"""How alembic runs the migrations: within the transaction that ``digest.store.upgrade`` has begun."""

from alembic import context

from digest.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
