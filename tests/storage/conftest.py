"""A fresh, migrated store on each database: a SQLite file and a real PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from monitor.storage.schema import METADATA
from monitor.storage.store import Store
from tests.storage.builders import World, component


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, to be copied."""
    path = tmp_path_factory.mktemp("template") / "janji.db"
    store, _ = Store.open(f"sqlite:///{path}")
    store.close()
    return path


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[str]:
    """A migrated PostgreSQL database, to be emptied before each test that uses it."""
    name = f"janji_test_{uuid4().hex[:12]}"
    url = urlsplit(postgres_server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
        connection.execute(f"alter database {name} set synchronous_commit = off")  # nobody pulls the plug
        store, _ = Store.open(url)
        store.close()
        yield url
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture
def sqlite_store_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database that nobody has opened."""
    path = tmp_path / "janji.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_store_url(postgres_database: str) -> str:
    """A migrated PostgreSQL database without rows and without day partitions."""
    with psycopg.connect(postgres_database, options="-c lock_timeout=10s") as connection:
        query = "select inhrelid::regclass::text from pg_inherits where inhparent = 'result'::regclass"
        for (day,) in connection.execute(query).fetchall():
            connection.execute(f"drop table {day}")
        connection.execute(f"truncate {', '.join(METADATA.tables)} restart identity cascade")
    return postgres_database


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A migrated database, once on each kind."""
    url = request.getfixturevalue(f"{request.param}_store_url")
    assert isinstance(url, str)
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url = request.getfixturevalue("postgres_url")
    assert isinstance(url, str)
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened, _ = Store.open(store_url)
    yield opened
    opened.close()


@pytest.fixture
def world(store: Store) -> World:
    """A world with one component `api` of one check, in force from T0 on."""
    world = World(store)
    world.adopt(component())
    return world
