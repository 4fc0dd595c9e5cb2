"""Alembic's entry: the connection is handed in by `storage.migrate`."""

from alembic import context

from monitor.storage.migrate import run

run(context.config.attributes["connection"])
