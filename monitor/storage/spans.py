"""Spans: the facts that figures are made of. Reading a component's timeline; writing what a judgement changed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlmodel import col

from monitor.core.model import STATE_CODES, STATES, Seconds, Span
from monitor.core.timeline import fill
from monitor.storage.tables import Component, SpanRow


@dataclass(frozen=True, slots=True)
class Change:
    """One component's timeline before and after a judgement, from where it could have changed to its end.

    `ahead` is what is decided beyond the new watermark: nothing outstanding can change it. It is for alerts, which have
    acted up to `acted` (None: up to the old watermark), and is stored nowhere.
    """

    component_no: int
    component: str
    old: tuple[Span, ...]
    new: tuple[Span, ...]
    old_watermark: Seconds
    new_watermark: Seconds
    ahead: tuple[Span, ...] = ()
    acted: Seconds | None = None

    @property
    def acted_until(self) -> Seconds:
        """What alerts have acted upon before."""
        return self.old_watermark if self.acted is None else self.acted

    @property
    def decided_until(self) -> Seconds:
        """What they may act upon now."""
        return max(self.new_watermark, self.ahead[-1].end if self.ahead else 0)

    @property
    def settles(self) -> bool:
        """Whether there is anything to be stored."""
        return self.old != self.new or self.old_watermark != self.new_watermark

    @property
    def rewrites(self) -> bool:
        """Whether anything before the old watermark reads differently now."""
        if not self.old:
            return False
        start = self.old[0].start
        return fill(self.old, start, self.old_watermark) != fill(self.new, start, self.old_watermark)

    @property
    def turns(self) -> bool:
        """Whether the timeline says something new, beyond going on as it was."""
        return any(span.start >= self.old_watermark for span in self.new) or self.rewrites


def read(connection: Connection, component_no: int, start: Seconds, end: Seconds | None = None) -> list[Span]:
    """Stored spans that end at or after `start` (and begin before `end`), whole, in order."""
    # The last span that begins before `start` bounds the search: without it every span ever would be looked at.
    before = connection.execute(
        select(col(SpanRow.start))
        .where(col(SpanRow.component_no) == component_no, col(SpanRow.start) < start)
        .order_by(col(SpanRow.start).desc())
        .limit(1)
    ).scalar()
    query = select(col(SpanRow.state), col(SpanRow.start), col(SpanRow.end), col(SpanRow.inferred)).where(
        col(SpanRow.component_no) == component_no,
        col(SpanRow.start) >= (start if before is None else before),
        col(SpanRow.end) >= start,
    )
    if end is not None:
        query = query.where(col(SpanRow.start) < end)
    rows = connection.execute(query.order_by(col(SpanRow.start)))
    return [Span(STATES[state], first, last, bool(inferred)) for state, first, last, inferred in rows]


def read_all(connection: Connection, start: Seconds) -> dict[int, list[Span]]:
    """Stored spans of every component that end after `start`, whole, in order, by the component's number."""
    query = (
        select(
            col(SpanRow.component_no), col(SpanRow.state), col(SpanRow.start), col(SpanRow.end), col(SpanRow.inferred)
        )
        .where(col(SpanRow.end) > start)
        .order_by(col(SpanRow.component_no), col(SpanRow.start))
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for no, state, first, last, inferred in connection.execute(query):
        found[no].append(Span(STATES[state], first, last, bool(inferred)))
    return found


def newest(connection: Connection) -> dict[int, Span]:
    """The last stored span of every component that has one, by the component's number."""
    # A look at each component's own end for each column: a join would have SQLite read every span that ever was.
    newest = [
        select(value)
        .where(col(SpanRow.component_no) == col(Component.no))
        .order_by(col(SpanRow.start).desc())
        .limit(1)
        .correlate(Component)
        .scalar_subquery()
        for value in (col(SpanRow.state), col(SpanRow.start), col(SpanRow.end), col(SpanRow.inferred))
    ]
    return {
        no: Span(STATES[state], start, end, bool(inferred))
        for no, state, start, end, inferred in connection.execute(select(col(Component.no), *newest))
        if state is not None
    }


def write(connection: Connection, changes: Iterable[Change]) -> None:
    """Stores what differs: usually one new end of the last span for each component."""
    gone, added, extended, marks = [], [], [], []
    for change in changes:
        old = {span.start: span for span in change.old}
        new = {span.start: span for span in change.new}
        key = change.component_no
        gone += [{"of": key, "at": start} for start in old.keys() - new.keys()]
        added += [_row(key, span) for start, span in new.items() if start not in old]
        extended += [
            {"of": key, "at": start, **_row(key, span)}
            for start, span in new.items()
            if start in old and old[start] != span
        ]
        marks.append({"of": key, "mark": change.new_watermark, "rewritten": 1 if change.rewrites else 0})
    here = (col(SpanRow.component_no) == bindparam("of")) & (col(SpanRow.start) == bindparam("at"))
    table = SpanRow.__table__  # type: ignore[attr-defined]
    if gone:
        connection.execute(delete(table).where(here), gone)
    if extended:
        connection.execute(
            update(table)
            .where(here)
            .values(end=bindparam("end"), state=bindparam("state"), inferred=bindparam("inferred")),
            extended,
        )
    if added:
        connection.execute(insert(table), added)
    if marks:
        components = Component.__table__  # type: ignore[attr-defined]
        connection.execute(
            update(components)
            .where(col(Component.no) == bindparam("of"))
            .values(watermark=bindparam("mark"), revision=col(Component.revision) + bindparam("rewritten")),
            marks,
        )


def _row(component_no: int, span: Span) -> dict[str, int | bool]:
    return {
        "component_no": component_no,
        "start": span.start,
        "end": span.end,
        "state": STATE_CODES[span.state],
        "inferred": span.inferred,
    }
