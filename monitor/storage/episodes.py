"""Episodes and what was told of them: rows to values of `core.alerting` and back. Part of whatever transaction asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select, update
from sqlmodel import col

from monitor.core.alert import Urgency
from monitor.core.alerting.episode import Episode, Told
from monitor.core.model import Seconds
from monitor.storage.tables import Episode as EpisodeRow
from monitor.storage.tables import Telling


def opened(connection: Connection) -> list[Episode]:
    """Those that have not recovered, whatever was told of them; what was told is not read."""
    query = select(EpisodeRow).where(col(EpisodeRow.recovered_at).is_(None)).order_by(col(EpisodeRow.no))
    return [_episode(row, {}) for row in connection.execute(query)]


def unsettled(connection: Connection, ended_since: Seconds) -> list[Episode]:
    """All of which something may still be told, and those that ended since an instant: they may be causes."""
    return _read(connection, or_(*_pending(ended_since)))


def newest(connection: Connection, limit: int) -> list[Episode]:
    """The newest, whatever became of them, newest first."""
    numbers = select(col(EpisodeRow.no)).order_by(col(EpisodeRow.no).desc()).limit(limit)
    wanted = [number for (number,) in connection.execute(numbers)]
    return _read(connection, col(EpisodeRow.no).in_(wanted))[::-1]


def by_number(connection: Connection, numbers: Sequence[int]) -> list[Episode]:
    return _read(connection, col(EpisodeRow.no).in_(numbers))


def is_anything_untold(connection: Connection) -> bool:
    """Whether there is any episode of which something may be told: asked each second."""
    query = select(col(EpisodeRow.no)).where(col(EpisodeRow.settled).is_(False)).limit(1)
    return connection.execute(query).first() is not None


def last_of(connection: Connection, rule: str, subject: str) -> Episode | None:
    """The newest episode of a rule for a subject, without what was told of it."""
    query = select(EpisodeRow).where(col(EpisodeRow.rule) == rule, col(EpisodeRow.component) == subject)
    row = connection.execute(query.order_by(col(EpisodeRow.start).desc()).limit(1)).first()
    return None if row is None else _episode(row, {})


def add(connection: Connection, episode: Episode) -> int:
    """Stores a new one and gives its number; that in the value is not looked at."""
    inserted = connection.execute(
        insert(EpisodeRow).values(
            rule=episode.rule,
            component=episode.subject,
            start=episode.start,
            fired_at=episode.fired_at,
            channels=list(episode.channels),
            urgency=episode.urgency.value,
            level=episode.level,
            flapping=episode.flapping,
            settled=False,
            acked_by="",
            facts=dict(episode.facts),
        )
    ).inserted_primary_key
    if inserted is None:
        raise AssertionError("an episode gave no key")
    return int(inserted[0])


def change(connection: Connection, no: int, **values: object) -> None:
    connection.execute(update(EpisodeRow).where(col(EpisodeRow.no) == no).values(**values))


def settle(connection: Connection, numbers: Sequence[int]) -> None:
    """Nothing is left to tell of these."""
    if numbers:
        connection.execute(update(EpisodeRow).where(col(EpisodeRow.no).in_(numbers)).values(settled=True))


def tell(connection: Connection, told: Mapping[tuple[int, str], Told]) -> None:
    """Keeps what channels were told, in place of what is kept."""
    for no, channel in told:
        connection.execute(delete(Telling).where(col(Telling.episode_no) == no, col(Telling.channel) == channel))
    rows = [{"episode_no": no, "channel": channel, **asdict(item)} for (no, channel), item in told.items()]
    if rows:
        connection.execute(insert(Telling), rows)


def _pending(ended_since: Seconds) -> Iterable[ColumnElement[bool]]:
    yield col(EpisodeRow.settled).is_(False)
    yield and_(col(EpisodeRow.settled).is_(True), col(EpisodeRow.ended_at) >= ended_since)


def _read(connection: Connection, condition: ColumnElement[bool]) -> list[Episode]:
    rows = connection.execute(select(EpisodeRow).where(condition).order_by(col(EpisodeRow.no))).all()
    told: dict[int, dict[str, Told]] = defaultdict(dict)
    for row in connection.execute(select(Telling).where(col(Telling.episode_no).in_([row.no for row in rows]))):
        told[row.episode_no][row.channel] = Told(
            fired_at=row.fired_at,
            level=row.level,
            flapping=row.flapping,
            recovered_at=row.recovered_at,
            reminders=row.reminders,
            last_at=row.last_at,
            held=row.held,
            closed_at=row.closed_at,
        )
    return [_episode(row, told.get(row.no, {})) for row in rows]


def _episode(row: Row[Any], told: Mapping[str, Told]) -> Episode:
    return Episode(
        no=row.no,
        rule=row.rule,
        subject=row.component,
        start=row.start,
        fired_at=row.fired_at,
        channels=tuple(row.channels),
        urgency=Urgency(row.urgency),
        level=row.level,
        flapping=bool(row.flapping),
        recovered_at=row.recovered_at,
        ended_at=row.ended_at,
        acked_at=row.acked_at,
        acked_by=row.acked_by,
        facts=row.facts,
        told=told,
    )
