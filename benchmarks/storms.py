"""How many messages a storm makes, beside one message for every change of state; what is lost, doubled or late.

`python -m benchmarks.storms [NUMBER]` replays them all, or one: judge, watching, dispatching and notifier of the hub on
a clock that is passed in. It fails where anything is lost or late, or where 80 plain messages become more than 4.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.support.storm import Outcome, Sees, Storm, replay
from monitor.core.model import Seconds, State

UP, DOWN = State.UP, State.DOWN
SLOT: Seconds = 60

_HEAD = """\
page: {{title: Storm, zone: UTC, url: https://status.example.com}}
server: {{database: "sqlite:///storm.db"}}
{locations}
alerts:
  channels:
    ops: ["json://127.0.0.1:9/ops"]
    mail: ["json://127.0.0.1:9/mail"]
  rules:
{rules}
components:
{components}
"""
_DOWN = "    - {on: down, notify: [ops]}"


def settings(components: list[str], *, rules: str = _DOWN, locations: str = "") -> str:
    """Settings with these components, one a line."""
    return _HEAD.format(components="\n".join(components), rules=rules, locations=locations)


def component(name: str, more: str = "") -> str:
    """A component with one check a minute."""
    check = f"{{id: http, kind: tcp, host: {name}.example.com, port: 80, every: 60s, timeout: 10s, retry: 5s}}"
    return f"  - {{id: {name}, {more}checks: [{check}]}}"


CHILDREN = [f"service-{number}" for number in range(40)]


def between(start: Seconds, end: Seconds) -> Sees:
    """Everything is down from one slot to another."""
    return lambda _component, _location, slot: DOWN if start <= slot < end else UP


def database(depends: str) -> str:
    return settings([component("database"), *(component(name, depends) for name in CHILDREN)])


def flapping(_component: str, _location: str, slot: Seconds) -> State:
    return DOWN if slot // SLOT % 2 and slot < 6 * HOUR else UP


def without_one_location(_component: str, location: str, slot: Seconds) -> State | None:
    return None if location == "frankfurt" and slot >= 600 else UP


PLACES = "locations: [{name: jakarta}, {name: singapore}, {name: frankfurt, agent: true}]"
HOUR: Seconds = 3600

STORMS = (
    # 41 components go down and come back: 82 changes of state.
    Storm("database down under 40 dependents", database("depends_on: [database], "), 1800, between(600, 1200), 82),
    Storm("the same, dependencies not written", database(""), 1800, between(600, 1200), 82),
    # 180 single minutes down, each with its end.
    Storm("an endpoint that flaps for 6 hours", settings([component("api")]), 6 * HOUR + 900, flapping, 360),
    Storm(
        "a location lost for an hour",
        settings(
            [component(name) for name in CHILDREN[:20]],
            rules=_DOWN + "\n    - {on: location, notify: [ops]}",
            locations=PLACES,
        ),
        HOUR + 1200,
        without_one_location,
        plain=2,
        hears=lambda _location, at: not 600 <= at < 600 + HOUR,
    ),
    Storm(
        "the mail server down for an hour",
        settings([component("api")], rules="    - {on: down, notify: [ops, mail]}"),
        2 * HOUR,
        between(600, 1200),
        plain=4,
        away=lambda url, at: url.endswith("mail") and 600 <= at < 600 + HOUR,
    ),
    Storm(
        "the database's storm with a restart every minute",
        database("depends_on: [database], "),
        1800,
        between(600, 1200),
        82,
        restarts=tuple(range(605, 1500, 61)),
    ),
)


def main(number: int | None = None) -> None:
    """Prints a table; ends with an error where a promise is broken."""
    print("| storm | plain | messages | by rule | first message | duplicates | losses |")
    print("|---|---|---|---|---|---|---|")
    broken = []
    with tempfile.TemporaryDirectory() as folder:
        for storm in STORMS if number is None else STORMS[number : number + 1]:
            outcome = replay(storm, Path(folder) / "storm")
            print(line(outcome), flush=True)
            broken += [f"{storm.name}: {said}" for said in broken_by(outcome)]
    if broken:
        sys.exit("\n".join(broken))


def line(outcome: Outcome) -> str:
    """One row of the table."""
    rules = ", ".join(f"{rule} {count}" for rule, count in sorted(outcome.by_rule().items()))
    storm = outcome.storm
    return (
        f"| {storm.name} | {storm.plain} | {len(outcome.delivered)} | {rules} | {outcome.first} s "
        f"| {outcome.duplicates} | {outcome.losses} |"
    )


def broken_by(outcome: Outcome) -> list[str]:
    """The promises that an outcome breaks."""
    found = []
    if outcome.losses:
        found.append(f"{outcome.losses} lost")
    if outcome.duplicates:
        found.append(f"{outcome.duplicates} told twice")
    if outcome.first > SLOT:
        found.append(f"told {outcome.first} s after it was decided")
    if outcome.storm.plain >= 80 and outcome.storm.length < HOUR and len(outcome.delivered) > 4:
        found.append(f"{len(outcome.delivered)} messages")
    return found


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
