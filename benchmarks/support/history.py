"""A hub's settings and database as they are after ninety days: what pages and judges are measured on."""

import random
from pathlib import Path

from sqlalchemy import insert

from monitor.core.model import STATE_CODES, Seconds, State
from monitor.hub.wanted import wanted_components
from monitor.settings.hub import Settings
from monitor.settings.loader import load
from monitor.storage.store import Store
from monitor.storage.tables import Component, SpanRow

DAY: Seconds = 86400
DAYS = 90


def settings_text(components: int, checks: int, *, every: int, target: int, page: int) -> str:
    """Settings of `components` with `checks` each, all of them http against a loopback port."""
    evenly = "timeout: 1s, retry: 0s"  # nearly the whole slot is left for the start
    lines = [
        f"server: {{listen: '127.0.0.1:{page}', admin: '127.0.0.1:{page + 1}', database: 'sqlite:///bench.db'}}",
        "components:",
    ]
    for component in range(components):
        lines += [f"  - id: c{component}", f"    name: Service {component}", "    objective: 99.9%", "    checks:"]
        for check in range(checks):
            url = f"http://127.0.0.1:{target}/{component}/{check}"
            lines.append(f"      - {{id: k{check}, kind: http, url: '{url}', every: {every}s, {evenly}}}")
    return "\n".join(lines) + "\n"


def load_text(folder: Path, text: str) -> Settings:
    """The settings as the hub loads them."""
    path = folder / "janji.yaml"
    path.write_text(text)
    return load(path, secrets=lambda reference: True).settings


def filled_store(folder: Path, settings: Settings, now: Seconds) -> Store:
    """A store of these settings with ninety days of spans: about one outage per component every other day."""
    store, _ = Store.open(f"sqlite:///{folder}/bench.db")
    since = now - now % 60 - DAYS * DAY
    store.adopt(settings.digest, settings.document, wanted_components(settings), now=since, actor="benchmark")
    rows: list[dict[str, int | bool]] = []
    choice = random.Random(7)  # noqa: S311 - the same history in every run
    with store.transaction() as connection:
        for no in range(1, len(settings.components) + 1):
            rows += _spans(no, since, now - now % 60, choice)
        connection.execute(insert(SpanRow.__table__), rows)  # type: ignore[attr-defined]
        connection.execute(Component.__table__.update().values(since=since, watermark=now - now % 60))  # type: ignore[attr-defined]
    return store


def _spans(no: int, since: Seconds, end: Seconds, choice: random.Random) -> list[dict[str, int | bool]]:
    """Up, with short outages, slow stretches and gaps between."""
    rows: list[dict[str, int | bool]] = []
    at = since
    while at < end:
        for state, length in (
            (State.UP, choice.randrange(DAY, 3 * DAY, 60)),
            (choice.choice([State.DOWN, State.DOWN, State.DEGRADED, State.UNKNOWN]), choice.randrange(60, 1800, 60)),
        ):
            if at < end:
                row = {"component_no": no, "start": at, "end": min(end, at + length), "state": STATE_CODES[state]}
                rows.append({**row, "inferred": False})
                at += length
    return rows
