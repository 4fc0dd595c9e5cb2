"""A migrated SQLite file to copy, as the storage tests have it."""

from tests.storage.conftest import sqlite_template

__all__ = ["sqlite_template"]
