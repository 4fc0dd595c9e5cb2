"""No table is forgotten: whoever copies a database in a process of its own knows all of them."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from alembic.script import ScriptDirectory

import monitor.storage
from monitor.storage.migrate import configuration, newest_revision
from monitor.storage.table import Table
from tests.running import ROOT


def test_a_process_that_only_copies_knows_every_table_that_any_file_of_storage_defines() -> None:
    for module in iter_modules(monitor.storage.__path__):
        if module.name != "migrations":
            import_module(f"monitor.storage.{module.name}")
    script = "import json, monitor.storage.copying as c; print(json.dumps(sorted(c.METADATA.tables)))"
    alone = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(alone.stdout) == sorted(Table.metadata.tables)


def test_the_newest_revision_is_that_of_the_last_numbered_file() -> None:
    scripts = ScriptDirectory.from_config(configuration())
    assert newest_revision() == scripts.get_current_head()
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")
