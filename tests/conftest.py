"""What every test run shares: zone rules from the locked package, examples that do not vary in CI, quick databases."""

import os
import sqlite3
import zoneinfo
from typing import Any

import hypothesis
import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

pytest_plugins = ["tests.services"]


def pytest_configure(config: pytest.Config) -> None:
    zoneinfo.reset_tzpath(())
    hypothesis.settings.register_profile("dev", max_examples=50, deadline=None)
    hypothesis.settings.register_profile("ci", max_examples=100, derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")
    event.listen(Pool, "checkout", _without_waiting)


def _without_waiting(connection: Any, *_: object) -> None:
    """No database in this process waits for the disk: no test cuts the power, and a third of their time was waiting.

    Processes that tests start and kill write as they always do.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous=off")
