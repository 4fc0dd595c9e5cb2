"""Bringing a database to this version's tables. Alembic, configured in code; imported only when it is needed."""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect

from monitor.storage.engine import PRESENT, StorageError
from monitor.storage.schema import METADATA

_UPGRADING = PRESENT + 3
"""The advisory lock of whoever upgrades the tables."""

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine, *, held: bool = False) -> Path | None:
    """Upgrades to the newest tables; returns the backup it took first (SQLite with data), if any.

    `held`: the caller has the database for itself. Raises StorageError when the database is of a newer version than
    this program, or when hubs work on it that know the tables as they are.
    """
    with engine.connect() as connection:
        current = _revision(connection)
        connection.rollback()
    if current == newest_revision():
        # Nearly always: Alembic takes 8 MB, and a third of a second to import.
        return None
    from alembic import command
    from alembic.script import ScriptDirectory

    config = configuration()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise StorageError(f"the database is of a newer version (tables {current}); run that version of Janji")
    backup = _backup(engine, current) if current is not None else None
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql" and not _may_upgrade(connection, current, held=held):
            return None
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return backup


def _revision(connection: Connection) -> str | None:
    """The version of a database's tables; None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("select version_num from alembic_version").scalar()


def _may_upgrade(connection: Connection, current: str | None, *, held: bool) -> bool:
    """One at a time, and under nobody's feet; False where another process upgraded it meanwhile."""
    connection.exec_driver_sql("set local lock_timeout = '60s'")
    connection.exec_driver_sql(f"select pg_advisory_xact_lock({_UPGRADING})")
    if _revision(connection) != current:
        return False
    if not held and not connection.exec_driver_sql(f"select pg_try_advisory_xact_lock({PRESENT})").scalar():
        raise StorageError("hubs of an older version work on this database; stop them all, then start this one")
    return True


def configuration() -> Any:
    """Alembic's configuration, without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def is_ours(name: str | None, kind: str) -> bool:
    """Whether Alembic should compare a table: the day partitions on PostgreSQL come and go."""
    return not (kind == "table" and name is not None and name.startswith("result_"))


def run(connection: Connection) -> None:
    """What `env.py` does, on an open connection."""
    from alembic import context

    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        include_name=lambda name, kind, _parents: is_ours(name, kind),
    )
    with context.begin_transaction():
        context.run_migrations()


def _backup(engine: Engine, revision: str) -> Path | None:
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    source = Path(engine.url.database)
    target = source.with_name(f"{source.name}.before-{revision}-{int(time.time())}")
    if shutil.disk_usage(source.parent).free < 2 * source.stat().st_size:
        raise StorageError(f"too little disk space for the backup before the upgrade: {source.parent}")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    return target


def tables_exist(engine: Engine) -> bool:
    """Whether the database has been set up at all."""
    return inspect(engine).has_table("component")


def newest_revision() -> str:
    """The revision of this version's tables; their files are numbered, so that Alembic need not be loaded for it."""
    return max(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))


def check_current(engine: Engine) -> None:
    """Raises StorageError unless the database has the tables of this version."""
    if not tables_exist(engine):
        raise StorageError("the database is empty; run `janji up` first")
    with engine.connect() as connection:
        found = connection.exec_driver_sql("select version_num from alembic_version").scalar() or ""
    if found < newest_revision():
        raise StorageError("the database is of an older version; run `janji up`, which brings it up to date")
    if found > newest_revision():
        raise StorageError(f"the database is of a newer version (tables {found}); run that version of Janji")
