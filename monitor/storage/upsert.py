"""Inserts that know what to do where a row is there already, in the words of the connection's own database."""

from importlib import import_module
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection
from sqlmodel import SQLModel

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert


def insert(connection: Connection, table: type[SQLModel]) -> "Insert":
    """An insert with `on_conflict_do_nothing` and `on_conflict_do_update`; both databases have them.

    Only the connection's own dialect is loaded: PostgreSQL's takes 2 MB of a process that has none.
    """
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    return cast("Insert", dialect.insert(table))
