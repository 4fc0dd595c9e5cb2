"""What the parts of a store are given to write with."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeAlias

from sqlalchemy import Connection

Transaction: TypeAlias = Callable[[], AbstractContextManager[Connection]]
"""All or nothing; raises StorageAway."""
