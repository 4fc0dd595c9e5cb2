"""The year written into a real database, as the house would have: settings adopted and changed, spans and results
judged, notices published, requests decided, months closed; then late facts, and months revised."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from monitor.core.alert import Plan
from monitor.core.decision import Decision, Request, RequestType
from monitor.core.model import Failure, FailureKind, Phases, Result, Span, State, digest
from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.core.timeline import bridge, splice
from monitor.hub.wanted import wanted_components
from monitor.settings.hub import Settings
from monitor.storage import spans as span_rows
from monitor.storage.judging import Judge
from monitor.storage.spans import Change
from tests.cli.house import Done, House
from tests.reports.world import settings_of
from tests.year.history import (
    BERLIN,
    EVERY,
    FIRST_WAVE,
    IN_SERVICE,
    JUDGED_FROM,
    NOW,
    SECOND_WAVE,
    START,
    Asked,
    History,
    Piece,
    Step,
    at,
)
from tests.year.terms import CHANGED_AT, settings_text

COMMANDS = ("cases", "report", "explain", "evidence", "close", "revise", "verify")
CLOSED = tuple(f"2026-{month:02}" for month in range(1, 11))
PROPOSED = "2026-09"
"""Late facts came in about this month too, and nobody has accepted them."""

Key = tuple[str, str]
"""Whose month: subject and month."""


class Year(House):
    """The house at the end of its year. `known_at` says by which facts each month stands in the books."""

    def __init__(self, folder: Path, history: History, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(folder)
        self.history = history
        self.now = START - 1
        self.known_at: dict[Key, int] = {}
        self.revision: dict[Key, int] = {}
        for command in COMMANDS:
            monkeypatch.setattr(f"monitor.cli.{command}.now", lambda: self.now)
        self._ids: dict[int, str] = {}
        self._judge = Judge(Plan())
        self._write_settings("99.5%")
        self._store = self.store()
        self._live()

    @property
    def loaded(self) -> Settings:
        return settings_of(self.config)

    def by_fina(self, *arguments: str) -> Done:
        """A command by who may close books."""
        return self.run(*arguments, env={"JANJI_TOKEN": self._token})

    def _write_settings(self, delta: str) -> None:
        self.config.write_text(settings_text(str(self.folder / "janji.db"), delta))

    def _adopt(self) -> None:
        settings = self.loaded
        wanted = wanted_components(settings)
        self._store.adopt(settings.digest, settings.document, wanted, now=self.now, actor="test")
        self._judge.forget()

    def _live(self) -> None:
        """Everything in the order in which it became known."""
        self._adopt()
        self._spans()
        self._token = self.run("token", "create", "fina", "--scope", "close").out.strip()
        self.reader = self.run("token", "create", "reader", "--scope", "read").out.strip()
        for moment, _, do in sorted(self._agenda(), key=lambda item: item[:2]):
            self.now = moment
            do()
        self.now = NOW
        self._results()
        self._store.close()

    def _agenda(self) -> Iterable[tuple[int, int, Callable[[], None]]]:
        todo: list[tuple[int, Callable[[], None]]] = [(CHANGED_AT, self._change_terms)]
        todo += [(step.at, lambda step=step: self._publish(step)) for step in self.history.steps]
        todo += [(asked.asked_at, lambda asked=asked: self._ask(asked)) for asked in self.history.asked]
        for piece in self.history.pieces:
            if piece.known_at:
                todo.append((piece.known_at, lambda piece=piece: self._late(piece)))
        for month in CLOSED:
            todo.append((at(BERLIN, int(month[5:]) + 1, 7, 9), lambda month=month: self._close(month)))
        todo.append((FIRST_WAVE + 3600, lambda: self._revise({"2026-01", "2026-04", "2026-06"})))
        todo.append((SECOND_WAVE + 3600, lambda: self._revise({"2026-04", "2026-10"})))
        decisions = [asked for asked in self.history.asked if asked.decided_at is not None]
        todo += [(asked.decided_at or 0, lambda asked=asked: self._decide(asked)) for asked in decisions]
        return [(moment, order, do) for order, (moment, do) in enumerate(todo)]

    def _change_terms(self) -> None:
        self._write_settings("99.9%")
        self._adopt()

    def _publish(self, step: Step) -> None:
        event = NoticeEvent(
            step.at, NoticeAction(step.action), step.start, step.end, step.components,
            title="Work" if step.action == "announce" else None,
        )  # fmt: skip
        record = self._store.notices.append(step.maintenance, event, actor="test")
        self._store.notices.publish([record.no], step.at)

    def _ask(self, asked: Asked) -> None:
        type_ = RequestType.CORRECTION if asked.kind == "measurement_error" else RequestType.EXCLUSION
        request = Request(
            id="", type=type_, kind=asked.kind, component=asked.component, check=None, start=asked.start,
            end=asked.end, reason="Asked for", evidence="", requested_at=asked.asked_at, requested_by="ana",
        )  # fmt: skip
        self._ids[id(asked)] = self._store.decisions.append(request).id

    def _decide(self, asked: Asked) -> None:
        decision = Decision(bool(asked.approved), "ben", self.now, "Looked at")
        self._store.decisions.decide(self._ids[id(asked)], decision)

    def _close(self, month: str) -> None:
        done = self.by_fina("close", month, "--all", "--reason", "Looked at all of it", "--json")
        assert (done.code, done.err) == (0, "")
        for closed in done.json["closed"]:
            self.known_at[closed["id"], month] = self.now
            self.revision[closed["id"], month] = 0

    def _revise(self, months: set[str]) -> None:
        """Whatever is proposed of these months is accepted."""
        for month in sorted(months):
            report = self.run("report", month, "--json").json
            for line in [*report["components"], *report["agreements"]]:
                if line.get("revision_proposed"):
                    option = "--agreement" if line["kind"] == "agreement" else "--objective"
                    done = self.by_fina("revise", month, option, line["id"], "--reason", "It came late", "--json")
                    assert (done.code, done.err) == (0, "")
                    self.known_at[line["id"], month] = self.now
                    self.revision[line["id"], month] += 1

    def _spans(self) -> None:
        """Each timeline up to where single results are judged, through the judge's own last step."""
        with self._store.transaction() as connection:
            numbers = {row.id: row.no for row in connection.exec_driver_sql("select id, no from component")}
            changes = []
            for component, no in numbers.items():
                start = IN_SERVICE[component][0]
                timeline = [Span(State.UP, start, JUDGED_FROM)]
                for piece in self._pieces(component):
                    if piece.start < min(piece.end, JUDGED_FROM):
                        new = Span(State(piece.state), piece.start, min(piece.end, JUDGED_FROM))
                        timeline = splice(timeline, [new])
                new_spans = tuple(bridge(timeline, 600))
                changes.append(Change(no, component, (), new_spans, start, JUDGED_FROM))
            span_rows.write(connection, changes)
        self._judge.forget()

    def _pieces(self, component: str) -> list[Piece]:
        """What was known at once."""
        return [piece for piece in self.history.pieces if piece.component == component and not piece.known_at]

    def _late(self, piece: Piece) -> None:
        self._accept(piece.component, range(piece.start, piece.end, EVERY[piece.component]), lambda slot: piece.state)

    def _results(self) -> None:
        """The last days, slot by slot."""
        for component, every in EVERY.items():
            states = {}
            for piece in self._pieces(component):
                states |= dict.fromkeys(range(max(piece.start, JUDGED_FROM), piece.end, every), piece.state)
            slots = [slot for slot in range(JUDGED_FROM, NOW, every) if states.get(slot) != "unknown"]
            self._accept(component, slots, lambda slot, states=states: states.get(slot, "up"))

    def _accept(self, component: str, slots: Iterable[int], state: Callable[[int], str]) -> None:
        wanted = next(item for item in self.loaded.components if item.id == component)
        definition = digest(wanted.checks[0].definition())
        batch = [_result(component, slot, State(state(slot)), definition) for slot in slots]
        assert self._store.accept(batch) == []
        while self._store.judge(self._judge, self.now if self.now == NOW else JUDGED_FROM).more:
            pass


def _result(component: str, slot: int, outcome: State, definition: str) -> Result:
    failing = outcome in (State.DOWN, State.DEGRADED)
    return Result(
        component=component,
        check="http",
        location="cellar",
        slot=slot,
        started_ms=slot * 1000 + 1000,
        outcome=outcome,
        definition=definition,
        phases=Phases(total_ms=20),
        failure=Failure(FailureKind.TIMEOUT) if failing else None,
    )
