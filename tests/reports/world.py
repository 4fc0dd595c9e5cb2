"""A written-down January and February 2026 in Jakarta, on a real SQLite file, probed every five minutes.

`api` (99.9 %), all times WIB:

- 9 Jan 14:00–14:40 down; nothing was measured 14:15–14:25, which is bridged (600 s inferred)
- 12 Jan 01:00–02:00 maintenance, announced 1 Jan 00:00 (11 d 1 h ahead); down 01:10–01:30 in it
- 20 Jan 01:00–02:00 maintenance, announced 18 Jan 00:00 (2 d 1 h ahead: late); down 01:00–01:20 in it
- 25 Jan 03:00–04:00 nothing was measured
- 5 Feb 10:00–10:10 down
- 20 Feb 01:00–02:00 maintenance to come, announced 1 Feb 00:00
- settled up to 10 Feb 00:00

`web` (no objective): down 9 Jan 14:30–15:00. `acme` promises both together at 99.5 % and asks for 14 days' notice.

January has 2,678,400 s, February 2,419,200 s; nine days are 777,600 s.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.core.alert import Plan
from monitor.core.model import Failure, FailureKind, Phases, Result, Seconds, State, digest
from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.hub.wanted import wanted_components
from monitor.reader.accounts import Accounts
from monitor.settings.hub import Settings
from monitor.settings.loader import load
from monitor.storage.judging import Judge
from monitor.storage.store import Store

JAKARTA = ZoneInfo("Asia/Jakarta")
EVERY: Seconds = 300


@cache
def wib(text: str) -> Seconds:
    """`09 Jan 14:00` of 2026."""
    return int(datetime.strptime(f"2026 {text}", "%Y %d %b %H:%M").replace(tzinfo=JAKARTA).timestamp())


NOW = wib("10 Feb 00:00")
DOWN = {
    "api": [
        ("09 Jan 14:00", "09 Jan 14:40"),
        ("12 Jan 01:10", "12 Jan 01:30"),
        ("20 Jan 01:00", "20 Jan 01:20"),
        ("05 Feb 10:00", "05 Feb 10:10"),
    ],
    "web": [("09 Jan 14:30", "09 Jan 15:00")],
}
SILENT = {"api": [("09 Jan 14:15", "09 Jan 14:25"), ("25 Jan 03:00", "25 Jan 04:00")], "web": []}
MAINTENANCE = [
    ("01 Jan 00:00", "12 Jan 01:00", "12 Jan 02:00", "Database upgrade"),
    ("18 Jan 00:00", "20 Jan 01:00", "20 Jan 02:00", "Hasty fix"),
    ("01 Feb 00:00", "20 Feb 01:00", "20 Feb 02:00", "New disks"),
]
YAML = """
page: {zone: Asia/Jakarta}
server: {database: "sqlite:///DATABASE"}
locations: [{name: secret-cellar, public: false}]
components:
  - id: api
    name: Production API
    objective: 99.9%
    since: 2026-01-01
    checks: [{kind: http, url: "http://10.1.2.3/health", every: 5m}]
  - id: web
    name: Web dashboard
    since: 2026-01-01
    checks: [{kind: http, url: "http://10.1.2.4/", every: 5m}]
agreements:
  - {id: acme, customer: Acme, components: [api, web], target: 99.5%, notice: 14d, since: 2026-01-01}
"""


def build(folder: Path, yaml: str = YAML) -> Path:
    """Fills a database as a hub would have, and gives the settings file."""
    file = folder / "janji.yaml"
    file.write_text(yaml.replace("DATABASE", str(folder / "janji.db")))
    settings = settings_of(file)
    store, _ = Store.open(settings.server.database)
    wanted = wanted_components(settings)
    store.adopt(settings.digest, settings.document, wanted, now=wib("01 Jan 00:00") - 1, actor="test")
    for component in settings.components:
        definition = digest(component.checks[0].definition())
        assert store.accept(list(_results(component.id, definition))) == []
    for announced, start, end, title in MAINTENANCE:
        event = NoticeEvent(
            wib(announced), NoticeAction.ANNOUNCE, wib(start), wib(end), components=("api",), title=title
        )
        number = store.notices.append(title.lower().replace(" ", "-"), event, actor="test").no
        assert store.notices.publish([number], wib(announced)) == 1
    assert not store.judge(Judge(Plan()), NOW).more
    store.close()
    return file


def settings_of(file: Path) -> Settings:
    return load(file, secrets=lambda name: False).settings


def opened(file: Path) -> tuple[Store, Accounts]:
    """The store for reading, and its accounts."""
    settings = settings_of(file)
    store = Store.open_read_only(settings.server.database)
    return store, Accounts(store, settings)


def _results(component: str, definition: str) -> Iterator[Result]:
    for slot in range(wib("01 Jan 00:00"), NOW, EVERY):
        if _inside(slot, SILENT[component]):
            continue
        down = _inside(slot, DOWN[component])
        yield Result(
            component=component,
            check="http",
            location="secret-cellar",
            slot=slot,
            started_ms=slot * 1000 + 1000,
            outcome=State.DOWN if down else State.UP,
            definition=definition,
            phases=Phases(total_ms=20),
            failure=Failure(FailureKind.TIMEOUT, "10.1.2.3 was silent") if down else None,
        )


def _inside(slot: Seconds, periods: list[tuple[str, str]]) -> bool:
    return any(wib(start) <= slot < wib(end) for start, end in periods)
