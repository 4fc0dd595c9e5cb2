"""Mutation testing of the rules: breaks one place of a file at a time and asks whether tests/core notices.

    make mutants                              # every file of MODULES
    make mutants ARGS="credit interval"       # some

Cosmic Ray makes the mutants. They are run here, each in a forked process that imports the broken source in place of
the file: Cosmic Ray's own runner edits the checkout and starts an interpreter for each, ten times as slow.
Prints a table, then every survivor as a diff. Exit 1 when the tests fail on the unbroken source.
"""

import ast
import difflib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

MODULES = (
    "availability",
    "credit",
    "combination",
    "exclusion",
    "notice",
    "calendar",
    "interval",
    "allowance",
    "vote",
    "timeline",
    "heartbeat",
    "subscription",
    "bounce",
    "schedule",
    "sight",
    "stand",
)
FOLDER = Path(__file__).parent.parent.parent / "monitor" / "core"
TESTS = FOLDER.parent.parent / "tests" / "core"
PATIENCE = 60
"""Seconds of processor time after which a mutant that hangs counts as killed; a busy machine must not kill one."""
LOADED_BEFORE_THE_FORK = (
    "pytest",
    "hypothesis",
    "pytest_asyncio",
    "anyio.pytest_plugin",
    "xdist.plugin",
    "sqlalchemy",
    "psycopg",
    "pymysql",
    "redis",
)
"""What every run imports and no mutant can reach: a fork then starts in a tenth of a second."""


class Plain(ast.NodeTransformer):
    """Takes annotations away: breaking one breaks no rule."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


class Broken(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from the source it is given."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, self.name, "exec"), module.__dict__)  # noqa: S102 - the mutant is the purpose


class Satisfied:
    """A plugin of pytest: the first example of a property that fails will do, however large."""

    def pytest_collection(self) -> None:
        from hypothesis import Phase, settings

        settings.register_profile("mutants", settings.get_profile("ci"), phases=(Phase.explicit, Phase.generate))
        settings.load_profile("mutants")


def mutants(source: str) -> Iterator[str]:
    """Every different source that breaks one place outside annotations."""
    seen, tree = {_meaning(source)}, get_ast(source)
    for name in operator_names():
        if get_operator(name).arguments():
            continue  # to be told names of variables, it has no places of its own
        places = sum(len(list(get_operator(name)().mutation_positions(node))) for node in ast_nodes(tree))
        for place in range(places):
            mutant = mutate_code(source, get_operator(name)(), place)
            if mutant is not None and (meaning := _meaning(mutant)) not in seen:
                seen.add(meaning)
                yield mutant


def survivors(module: str, sources: Sequence[str]) -> list[str]:
    """Those that tests/core is content with: the module's own tests are asked first, for speed.

    Forks from one thread alone: a lock that another thread holds would hang the child, and a hang reads as a kill.
    """
    own = TESTS / f"test_{module}.py"
    for tests in (own, TESTS) if own.exists() else (TESTS,):
        sources = _content(module, sources, tests)
    return list(sources)


def _content(module: str, sources: Sequence[str], tests: Path) -> list[str]:
    running: dict[int, str] = {}
    content = set()
    for source in (*sources, None):
        while running and (source is None or len(running) == os.cpu_count()):
            child, status = os.wait()
            ended = running.pop(child)
            if status == 0:
                content.add(ended)
        if source is not None:
            running[_start(module, source, tests)] = source
    return [source for source in sources if source in content]


def _meaning(source: str) -> str:
    try:
        return ast.dump(Plain().visit(ast.parse(source)))
    except SyntaxError:
        return source


def _start(module: str, source: str, tests: Path) -> int:
    child = os.fork()
    if child == 0:
        _be_the_child(module, source, tests)
    return child


def _be_the_child(module: str, source: str, tests: Path) -> None:
    import pytest

    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    sys.meta_path.insert(0, Broken(f"monitor.core.{module}", source))
    try:
        # Rewritten assertions only explain failures, and pytest warns of plugins imported before it could rewrite them.
        arguments = [str(tests), "-x", "-q", "-p", "no:cacheprovider", "--assert=plain"]
        os._exit(int(pytest.main(arguments, plugins=[Satisfied()])))
    finally:
        os._exit(1)


def _difference(source: str, mutant: str) -> str:
    lines = difflib.unified_diff(source.splitlines(), mutant.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


def main(modules: Sequence[str]) -> int:
    os.environ["CI"] = "true"  # examples that do not vary
    for name in LOADED_BEFORE_THE_FORK:
        importlib.import_module(name)
    shown: list[str] = []
    print(f"{'file':<16}{'mutants':>8}{'killed':>8}{'survived':>10}", flush=True)
    for module in modules or MODULES:
        source = (FOLDER / f"{module}.py").read_text(encoding="utf-8")
        if not survivors(module, [source]):
            print(f"tests/core fails on {module}.py as it stands: mend that first.", file=sys.stderr)
            return 1
        broken = list(mutants(source))
        alive = survivors(module, broken)
        print(f"{module:<16}{len(broken):>8}{len(broken) - len(alive):>8}{len(alive):>10}", flush=True)
        shown += [f"\n{module}.py\n{_difference(source, mutant)}" for mutant in alive]
    print("\n".join(shown))
    return 0


if __name__ == "__main__":
    unknown = sorted(set(sys.argv[1:]) - set(MODULES))
    sys.exit(
        f"No file of these: {', '.join(unknown)}. There are {', '.join(MODULES)}." if unknown else main(sys.argv[1:])
    )
