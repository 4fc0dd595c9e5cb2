"""A house whose January is over, with the people who ask, approve and close, and a clock that they all read."""

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing

import pytest

from monitor.core.alert import Plan
from monitor.core.model import Failure, FailureKind, Phases, Result, Seconds, State, digest
from monitor.storage.judging import Judge
from tests.cli.house import Done, House
from tests.reports.world import EVERY, NOW, YAML, build, settings_of, wib

LISTED = YAML.replace("notice: 14d,", "notice: 14d, excludes: [maintenance, third_party],")
SCOPES = {"ana": ["request"], "ben": ["approve"], "dan": ["close"]}
PERIOD = ("--component", "api", "--start", "2026-01-09 14:00")
THIRD = ("exclusion", "request", *PERIOD, "--for", "1h", "--kind", "third_party", "--reason", "Their network failed")
WRONG = ("correction", "request", *PERIOD, "--for", "40m", "--reason", "An expired password of ours")


class Office(House):
    """`by` acts with somebody's token; `at` is the moment."""

    at: Seconds = NOW
    tokens: dict[str, str]

    def opened(self, origin: "Office", monkeypatch: pytest.MonkeyPatch) -> "Office":
        """A copy of another one, with its people."""
        self.patched(monkeypatch)
        shutil.copy(origin.folder / "janji.db", self.folder / "janji.db")
        self.config.write_text(LISTED.replace("DATABASE", str(self.folder / "janji.db")))
        self.tokens = origin.tokens
        return self

    def founded(self, monkeypatch: pytest.MonkeyPatch) -> "Office":
        """The written-down months in which `acme` excludes third-party failures too, and tokens for all."""
        self.patched(monkeypatch)
        build(self.folder, LISTED)
        self.tokens = {}
        for name, allowed in SCOPES.items():
            words = [word for scope in allowed for word in ("--scope", scope)]
            self.tokens[name] = self.run("token", "create", name, *words).out.strip()
        return self

    def patched(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The clock of every command, and who calls them."""
        for command in ("cases", "report", "explain", "evidence", "close", "revise", "verify"):
            monkeypatch.setattr(f"monitor.cli.{command}.now", lambda: self.at)
        monkeypatch.setattr("getpass.getuser", lambda: "root")

    def by(self, name: str, *arguments: str) -> Done:
        return self.run(*arguments, env={"JANJI_TOKEN": self.tokens[name]})

    def closed(self) -> None:
        """January of all in the books."""
        done = self.by("dan", "close", "2026-01", "--all")
        assert (done.code, done.err) == (0, "")

    def sql(self, statement: str, *values: object) -> None:
        """What somebody with the database's password might do; at least one row is hit."""
        with closing(sqlite3.connect(self.folder / "janji.db")) as connection, connection:
            assert connection.execute(statement, values).rowcount > 0

    def late(self, component: str, start: str, end: str, outcome: State) -> None:
        """Results that a spool brings long after their slots."""
        settings = settings_of(self.config)
        definition = next(item for item in settings.components if item.id == component).checks[0].definition()
        store = self.store()
        assert store.accept(list(_results(component, digest(definition), wib(start), wib(end), outcome))) == []
        while store.judge(Judge(Plan()), self.at).more:
            pass
        store.close()


def _results(component: str, definition: str, start: Seconds, end: Seconds, outcome: State) -> Iterable[Result]:
    for slot in range(start, end, EVERY):
        failure = Failure(FailureKind.TIMEOUT) if outcome is State.DOWN else None
        yield Result(
            component=component,
            check="http",
            location="secret-cellar",
            slot=slot,
            started_ms=slot * 1000 + 1000,
            outcome=outcome,
            definition=definition,
            phases=Phases(total_ms=20),
            failure=failure,
        )
