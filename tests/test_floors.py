"""The floors of the house: imports go down only, the ground is pure, files stay small.

Every rule is a function from a source text to the mistakes in it, and is shown here to be able to fail.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOOR_1 = ("monitor.probes", "monitor.storage", "monitor.notify")
FLOOR_2 = ("monitor.settings", "monitor.reader", "monitor.reports")
BELOW = {
    "monitor": (),
    "monitor.core": (),
    **dict.fromkeys(FLOOR_1, ("monitor.core",)),
    # On this floor the way is one way too: settings, then views of facts by them, then files made of views.
    **{name: ("monitor.core", *FLOOR_1, *FLOOR_2[:order]) for order, name in enumerate(FLOOR_2)},
    "monitor.hub": ("monitor.core", *FLOOR_1, *FLOOR_2),
    "monitor.agent": ("monitor.core", *FLOOR_1, *FLOOR_2),
    "monitor.api": ("monitor.core", "monitor.storage", *FLOOR_2),
    "statuspage": ("monitor.core", *FLOOR_2),  # views, never a store
}
"""What each package may import beside itself and the plain name `monitor`."""
ROOF = ("monitor.cli", "monitor.__main__")

# fmt: off
IMPURE = frozenset({
    "asyncio", "concurrent", "getpass", "glob", "http", "io", "locale", "logging", "multiprocessing", "os", "pathlib",
    "queue", "random", "secrets", "select", "selectors", "shutil", "signal", "socket", "socketserver", "sqlite3",
    "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "warnings",
})
"""What the ground does without: clocks, I/O, logging, chance, and whatever waits."""
CLOCKS = frozenset({"now", "utcnow", "today"})

LATE = frozenset({"aiomysql", "alembic", "apprise", "dns", "psycopg", "redis"})
"""Slow to import or not always needed: imported inside the function that uses them."""
MIGRATIONS = "monitor/storage/migrations/"
LATE_MODULE = re.compile(r"monitor\.probes\.\w+_driver\b|monitor\.storage\.migrations\b")

TOP = frozenset({
    "pyproject.toml", "README.md", "Dockerfile", "Makefile", "requirements.lock", "requirements-dev.lock", "LICENSE",
    "CHANGELOG.md", "config", "monitor", "statuspage", "tests", "docs", "benchmarks",
})
# fmt: on

Rule: TypeAlias = Callable[[str, str], list[str]]
"""From a path in the repository and its source to the mistakes in it."""


def floor_of(module: str) -> str:
    """`monitor.core` of `monitor.core.model`; `statuspage` of all of it; "" of strangers."""
    parts = module.split(".")
    if parts[0] == "statuspage":
        return "statuspage"
    if parts[0] != "monitor":
        return ""
    known = ".".join(parts[:2])
    return known if known in BELOW or known in ROOF else "monitor"


def home_of(path: str) -> str:
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return floor_of(module)


def imported(node: ast.AST) -> Iterator[str]:
    """The modules that one statement or call imports; `from a import b` may mean both `a` and `a.b`."""
    match node:
        case ast.Import(names=names):
            yield from (name.name for name in names)
        case ast.ImportFrom(module=str(module), level=0, names=names):
            yield from (f"{module}.{name.name}" for name in names)
        case ast.Call(
            func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
            args=[ast.Constant(value=str(module)), *_],
        ):
            yield module


def at_import_time(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes that run when the module is imported: bodies of functions and TYPE_CHECKING left out."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                waiting.extend(node.orelse)
            case _:
                waiting.extend(ast.iter_child_nodes(node))


def imports_that_point_up(path: str, source: str) -> list[str]:
    home = home_of(path)
    if home in ROOF:
        return []
    allowed = {"", "monitor", home, *BELOW[home]}
    modules = [module for node in ast.walk(ast.parse(source)) for module in imported(node)]
    return [f"{path}: {home} imports {module}" for module in modules if floor_of(module) not in allowed]


def relative_imports(path: str, source: str) -> list[str]:
    nodes = ast.walk(ast.parse(source))
    return [f"{path}:{node.lineno}" for node in nodes if isinstance(node, ast.ImportFrom) and node.level]


def impure_ground(path: str, source: str) -> list[str]:
    """In core: imports outside the standard library or of what does I/O, clocks read, files opened."""
    if home_of(path) != "monitor.core":
        return []
    tree = ast.parse(source)
    tops = [module.split(".")[0] for node in ast.walk(tree) for module in imported(node)]
    pure = (sys.stdlib_module_names - IMPURE) | {"monitor"}
    mistakes = [f"{path}: imports {top}" for top in tops if top not in pure]
    return mistakes + [f"{path}:{node.lineno}: {word}" for node, word in _smuggled(tree)]


def _smuggled(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    dates = {"datetime", "date"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "datetime":
            dates |= {name.asname for name in node.names if name.asname}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=attr):
                if owner in dates and attr in CLOCKS:
                    yield node, f"reads a clock: {owner}.{attr}"
            case ast.Call(func=ast.Name(id="open" | "print" | "input" as name)):
                yield node, f"does I/O: {name}()"


def early_drivers(path: str, source: str) -> list[str]:
    """Drivers imported where the module is imported; in probes SQLAlchemy and SQLModel anywhere at all.

    `probes/*_driver.py` and migrations may: they are late themselves, so importing them early is refused instead.
    """
    tree = ast.parse(source)
    is_late = path.startswith(MIGRATIONS) or (home_of(path) == "monitor.probes" and path.endswith("_driver.py"))
    early = [module for node in at_import_time(tree) for module in imported(node)]
    found = {module for module in early if LATE_MODULE.match(module)}
    found |= set() if is_late else {module for module in early if module.split(".")[0] in LATE}
    if home_of(path) == "monitor.probes":
        every = {module for node in ast.walk(tree) for module in imported(node)}
        found |= {module for module in every if module.split(".")[0] in {"sqlalchemy", "sqlmodel"}}
    return [f"{path}: imports {module}" for module in sorted(found)]


def long_files(path: str, source: str) -> list[str]:
    lines = source.count("\n")
    return [f"{path}: {lines} lines"] if lines > 300 else []


def strangers_at_the_top(paths: list[str]) -> list[str]:
    tops = {path.split("/")[0] for path in paths}
    return sorted(top for top in tops if top not in TOP and not top.startswith("."))


RULES: list[Rule] = [imports_that_point_up, relative_imports, impure_ground, early_drivers, long_files]
EDGES = ("monitor/hub/loop.py", "monitor/agent/loop.py", "statuspage/app.py", "monitor/api/app.py")


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps_its_rules(rule: Rule) -> None:
    files = [*ROOT.glob("monitor/**/*.py"), *ROOT.glob("statuspage/**/*.py")]
    assert ROOT / "monitor/core/model.py" in files
    texts = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}
    assert [mistake for path in sorted(texts) for mistake in rule(path, texts[path])] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("monitor/core/vote.py", "from monitor.storage import store"),
        ("monitor/core/vote.py", "from monitor import storage"),
        ("monitor/core/vote.py", "import statuspage"),
        ("monitor/probes/http.py", "def f():\n    from monitor.settings import checks"),
        ("monitor/probes/http.py", "from monitor.storage.store import Store"),
        ("monitor/storage/store.py", "import monitor.notify"),
        ("monitor/notify/send.py", "from monitor.probes import base"),
        ("monitor/settings/hub.py", "import importlib\nimportlib.import_module('monitor.hub.loop')"),
        ("monitor/reader/views.py", "from monitor.cli import up"),
        ("monitor/reports/statement.py", "from monitor.agent import spool"),
        ("monitor/__init__.py", "from monitor.core import model"),
        ("statuspage/app.py", "from monitor.storage import store"),
        *((path, f"import monitor.{roof}") for path in EDGES for roof in ("cli.up", "__main__")),
        ("monitor/settings/hub.py", "from monitor.reader import views"),
        *((path, "import monitor.hub.loop") for path in EDGES[1:]),
        *((path, "import monitor.agent.loop") for path in (EDGES[0], *EDGES[2:])),
        *((path, "import statuspage.app") for path in (*EDGES[:2], EDGES[3])),
        *((path, "import monitor.api.app") for path in EDGES[:3]),
        ("monitor/api/app.py", "from monitor.notify import deliver"),
    ],
)
def test_an_import_that_points_up_or_across_is_refused(path: str, source: str) -> None:
    assert imports_that_point_up(path, source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("monitor/core/vote.py", "from monitor.core.model import State"),
        ("monitor/probes/http.py", "from monitor.core.model import State\nimport aiohttp"),
        ("monitor/settings/checks.py", "from monitor.probes import Check"),
        ("monitor/hub/judge.py", "from monitor.storage.store import Store\nfrom monitor import __version__"),
        ("statuspage/app.py", "from monitor.reader.views import PageView"),
        ("monitor/cli/up.py", "import statuspage.app\nimport monitor.hub.loop\nimport monitor.agent.loop"),
        ("monitor/__main__.py", "from monitor.cli import main"),
    ],
)
def test_an_import_that_points_down_is_let_through(path: str, source: str) -> None:
    assert imports_that_point_up(path, source) == []


def test_a_relative_import_is_refused() -> None:
    assert relative_imports("monitor/core/vote.py", "from .model import State") == ["monitor/core/vote.py:1"]


@pytest.mark.parametrize(
    "source",
    [
        "import aiohttp",
        "from yaml import safe_load",
        *(f"import {module}" for module in ("asyncio", "socket", "os.path", "logging", "time", "sqlite3")),
        "from pathlib import Path",
        "def f():\n    import subprocess",
        "from datetime import datetime\nx = datetime.now()",
        "from datetime import datetime as dt\nx = dt.utcnow",
        "import datetime\nx = datetime.datetime.now(datetime.UTC)",
        "from datetime import date\nx = date.today()",
        "print('x')",
        "x = open('x')",
    ],
)
def test_the_ground_reads_no_clock_and_does_no_input_or_output(source: str) -> None:
    assert impure_ground("monitor/core/calendar.py", source)
    assert impure_ground("monitor/hub/loop.py", source) == []


def test_the_ground_may_use_the_pure_standard_library() -> None:
    source = "import json\nfrom datetime import UTC, datetime\nx = datetime.fromtimestamp(0, UTC)\ny = view.now"
    assert impure_ground("monitor/core/calendar.py", source) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("monitor/probes/postgres.py", "import psycopg"),
        ("monitor/probes/redis.py", "from redis.asyncio import Redis"),
        ("monitor/probes/mysql.py", "class C:\n    import aiomysql"),
        ("monitor/probes/mysql.py", "from monitor.probes import mysql_driver"),
        ("monitor/probes/mysql.py", "from monitor.probes.mysql_driver import ask"),
        ("monitor/probes/redis_driver.py", "from monitor.probes import mysql_driver"),
        ("monitor/storage/mysql_driver.py", "import aiomysql"),
        ("monitor/probes/sqlite.py", "def probe():\n    import sqlalchemy"),
        ("monitor/probes/sqlite.py", "from sqlmodel import Session"),
        ("monitor/notify/send.py", "try:\n    import apprise\nexcept ImportError:\n    pass"),
        ("monitor/storage/migrate.py", "import alembic.command"),
    ],
)
def test_a_driver_imported_with_its_module_is_refused(path: str, source: str) -> None:
    assert early_drivers(path, source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("monitor/probes/postgres.py", "async def probe():\n    import psycopg"),
        ("monitor/notify/send.py", "if TYPE_CHECKING:\n    import apprise"),
        ("monitor/probes/mysql.py", "async def probe():\n    from monitor.probes import mysql_driver"),
        ("monitor/probes/mysql_driver.py", "import aiomysql"),
        ("monitor/storage/migrations/env.py", "from alembic import context"),
        ("monitor/storage/store.py", "import sqlalchemy"),
    ],
)
def test_a_driver_imported_where_it_is_used_is_let_through(path: str, source: str) -> None:
    assert early_drivers(path, source) == []


def test_a_file_of_300_lines_is_let_through_and_one_of_301_is_refused() -> None:
    assert long_files("monitor/core/vote.py", "x\n" * 300) == []
    assert long_files("monitor/core/vote.py", "x\n" * 301)


def test_the_top_of_the_repository_is_fixed() -> None:
    # The owner of a checkout may be another user than the one who tests.
    git = ["git", "-c", "safe.directory=*", "ls-files"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip(f"not a git checkout: {listed.stderr.strip()}")
    assert strangers_at_the_top(listed.stdout.splitlines()) == []


def test_a_new_name_at_the_top_is_refused() -> None:
    assert strangers_at_the_top([".ci/run", "utils/x.py", "monitor/x.py", "setup.py"]) == ["setup.py", "utils"]
