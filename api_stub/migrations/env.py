"""Run by alembic, in the connection and transaction that `api_stub.database` opened."""

from alembic import context

from api_stub.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
