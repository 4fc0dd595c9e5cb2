"""Who was promised what over the year: the settings as they were written, and the same by hand for the oracle."""

from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.year.history import BERLIN, JAKARTA, NEW_YORK, at

HEAD = """
page: {title: PWBI status, zone: Europe/Berlin, languages: [en, id]}
server: {database: "sqlite:///DATABASE"}
locations: [{name: cellar}]
components:
  - {id: api, name: Production API, objective: 99.9%, since: 2026-01-01, checks: [CHECK1]}
  - {id: web, name: Web dashboard, objective: 99.5%, since: 2026-01-01, checks: [CHECK2]}
  - {id: database, name: Database, objective: 99.95%, since: 2026-03-10, checks: [CHECK1]}
  - {id: mail, name: Mail, since: 2026-01-01, until: 2026-10-16, checks: [CHECK3]}
agreements:
  - id: acme
    customer: Acme
    components: [api, web]
    target: 99.9%
    zone: America/New_York
    notice: 14d
    excludes: [maintenance, third_party]
    min_outage: 3m
    fee: 100.10 USD
    credit: {bands: [[99.5%, 99.8%, 5%], [99.0%, 99.5%, 10%], [0%, 99.0%, 25%]], cap: 20%}
    since: 2026-01-01
  - id: bumi
    customer: PT Bumi
    components: [api, database, mail]
    target: 99.5%
    zone: Asia/Jakarta
    excludes: [maintenance, force_majeure, third_party, customer_caused]
    degraded_weight: 0.3
    min_outage: 10m
    fee: 15000000 IDR
    credit: {per: 5%, below: 99.5%, cap: 25%}
    since: 2026-02-15
    until: 2026-11-20
  - id: cemara
    customer: Cemara
    components: [web]
    target: 99%
    degraded_weight: "1/8"
    fee: 30000 JPY
    credit: {per: 5%, below: 99%, step: ceil, cap: 40%}
    since: 2026-01-01
  - id: delta
    customer: Delta
    components: [web, api, database]
    target: DELTA
    zone: America/New_York
    notice: 30d
    excludes: [force_majeure]
    fee: 100.125 KWD
    credit: {per: 7.5%, below: 99.5%, step: floor}
    since: 2026-01-01
"""
CHANGED_AT = at(BERLIN, 6, 10, 8)
"""When `delta` was given another target, from July on."""


def settings_text(database: str, delta: str) -> str:
    checks = {
        name: f'{{kind: http, url: "http://10.1.2.3/health", every: {every}, critical: true}}'
        for name, every in {"CHECK1": "60s", "CHECK2": "5m", "CHECK3": "10m"}.items()
    }
    text = HEAD.replace("DATABASE", database).replace("DELTA", delta)
    for name, written in checks.items():
        text = text.replace(name, written)
    return text


@dataclass(frozen=True)
class Slope:
    per: Fraction  # percent of the fee for each percent
    below: Fraction  # percent
    step: str


@dataclass(frozen=True)
class Promise:
    """What a month of a subject is judged by. Percentages are of a hundred."""

    id: str
    components: tuple[str, ...]
    zone: ZoneInfo
    target: Fraction | None
    agreement: bool = True
    notice: int = 7 * 86_400
    excludes: frozenset[str] = frozenset({"maintenance"})
    since: int | None = None
    until: int | None = None
    schedule: Slope | tuple[tuple[str, str, str], ...] | None = None
    cap: Fraction | None = None
    fee: Fraction | None = None
    currency: str | None = None
    digits: int = 2
    weight: Fraction = Fraction(0)
    min_outage: int = 0


def promises(month: str) -> list[Promise]:
    """Every subject, by the terms of a month: components against their objectives, then agreements."""
    objectives = {"api": "99.9", "web": "99.5", "database": "99.95", "mail": None}
    own = [
        Promise(name, (name,), BERLIN, None if target is None else Fraction(target), agreement=False)
        for name, target in objectives.items()
    ]
    acme = Promise(
        "acme", ("api", "web"), NEW_YORK, Fraction("99.9"), notice=14 * 86_400,
        excludes=frozenset({"maintenance", "third_party"}), since=at(NEW_YORK, 1, 1),
        schedule=(("99.5", "99.8", "5"), ("99.0", "99.5", "10"), ("0", "99.0", "25")), cap=Fraction(20),
        fee=Fraction("100.10"), currency="USD", min_outage=180,
    )  # fmt: skip
    bumi = Promise(
        "bumi", ("api", "database", "mail"), JAKARTA, Fraction("99.5"),
        excludes=frozenset({"maintenance", "force_majeure", "third_party", "customer_caused"}),
        since=at(JAKARTA, 2, 15), until=at(JAKARTA, 11, 20),
        schedule=Slope(Fraction(5), Fraction("99.5"), "linear"), cap=Fraction(25),
        fee=Fraction(15_000_000), currency="IDR", weight=Fraction(3, 10), min_outage=600,
    )  # fmt: skip
    cemara = Promise(
        "cemara", ("web",), BERLIN, Fraction(99), since=at(BERLIN, 1, 1),
        schedule=Slope(Fraction(5), Fraction(99), "ceil"), cap=Fraction(40),
        fee=Fraction(30_000), currency="JPY", digits=0, weight=Fraction(1, 8),
    )  # fmt: skip
    delta = Promise(
        "delta", ("web", "api", "database"), NEW_YORK, Fraction("99.5" if month < "2026-07" else "99.9"),
        notice=30 * 86_400, excludes=frozenset({"force_majeure"}), since=at(NEW_YORK, 1, 1),
        schedule=Slope(Fraction("7.5"), Fraction("99.5"), "floor"), fee=Fraction("100.125"), currency="KWD", digits=3,
    )  # fmt: skip
    return [*own, acme, bumi, cemara, delta]
