"""No mistake hides another: every pair of kinds of mistake in one file, both reported, nothing else."""

from itertools import combinations
from pathlib import Path

import pytest

from monitor.settings.errors import SettingsError
from monitor.settings.loader import load

VALID = """\
page:
  title: Shop
  url: https://status.example.com
  zone: Asia/Jakarta
  languages: [en, id]
server:
  listen: 127.0.0.1:8000
  database: sqlite:///var/janji.db
locations:
  - name: jakarta
  - name: bandung
  - name: medan
components:
  - id: api
    name: Production API
    objective: 99.9%
    bridge: 5m
    checks:
      - id: health
        kind: http
        url: https://api.example.com/health
        every: 60s
        timeout: 10s
        vote: majority
        critical: true
        locations: [jakarta, bandung, medan]
        headers: {Accept: text/plain}
        expect: {status: 200}
      - id: port
        kind: tcp
        host: api.example.com
        port: 443
  - id: database
    since: 2026-01-01
    until: 2027-01-01
    checks:
      - kind: postgres
        dsn: ${DSN}
alerts:
  channels:
    engineering: ["${ENGINEERING_URL}"]
  rules:
    - on: down
      after: 2
      notify: [engineering]
      remind: 30m
agreements:
  - id: acme
    customer: Acme
    components: [api, database]
    target: 99.5%
    zone: Asia/Makassar
    excludes: [maintenance]
    notice: 7d
    fee: 1000.00 USD
    credit: {per: 5%, below: 99.5%}
"""

# What is replaced by what, and the path at which a mistake must be told. Each touches lines of its own.
HEALTH = "components[0].checks[0]"
DAMAGES = {
    "unknown key": ("  title: Shop", "  titel: Shop", "page.titel"),
    "unknown zone": ("  zone: Asia/Jakarta", "  zone: Asia/Jakrata", "page.zone"),
    "unknown language": ("[en, id]", "[en, xx]", "page.languages[1]"),
    "page address": ("url: https://status.example.com", "url: status", "page.url"),
    "listener": ("127.0.0.1:8000", "127.0.0.1", "server.listen"),
    "database in clear": ("sqlite:///var/janji.db", "postgresql://me:hunter2@db/janji", "server.database"),
    "repeated location": ("- name: medan", "- name: bandung\n  - name: medan", "locations[2].name"),
    "name that is no text": ("name: Production API", "name: 5", "components[0].name"),
    "decimals of a target": ("99.9%", "99.99999%", "components[0].objective"),
    "half a second": ("bridge: 5m", "bridge: 500ms", "components[0].bridge"),
    "secret in an URL": ("https://api.example.com/health", "https://api.example.com/?token=a", f"{HEALTH}.url"),
    "slot": ("every: 60s", "every: 55s", f"{HEALTH}.every"),
    "duration": ("timeout: 10s", "timeout: 10", f"{HEALTH}.timeout"),
    "vote": ("vote: majority", "vote: 4", f"{HEALTH}.vote"),
    "no for false": ("critical: true", "critical: no", f"{HEALTH}.critical"),
    "unknown location": ("[jakarta, bandung, medan]", "[jakarta, bandung, nowhere]", f"{HEALTH}.locations[2]"),
    "secret in a header": ("Accept: text/plain", "X-Api-Key: hunter2", f"{HEALTH}.headers.X-Api-Key"),
    "status": ("{status: 200}", "{status: 99}", f"{HEALTH}.expect.status"),
    "repeated check": ("- id: port", "- id: health", "components[0].checks[1].id"),
    "port": ("port: 443", "port: 0x50", "components[0].checks[1].port"),
    "missing key": ("        host: api.example.com\n", "", "components[0].checks[1].host"),
    "repeated component": ("- id: database", "- id: api", "components[1].id"),
    "dates": ("until: 2027-01-01", "until: 2025-01-01", "components[1].until"),
    "unknown kind": ("kind: postgres", "kind: postgers", "components[1].checks[0].kind"),
    "repeated key": ("dsn: ${DSN}", "dsn: ${DSN}\n        dsn: ${DSN}", "components[1].checks[0].dsn"),
    "channel in clear": ("${ENGINEERING_URL}", "slack://a/b/c", "alerts.channels.engineering[0]"),
    "unknown rule": ("on: down", "on: dwon", "alerts.rules[0].on"),
    "number": ("after: 2", "after: 0", "alerts.rules[0].after"),
    "unknown channel": ("notify: [engineering]", "notify: [engineers]", "alerts.rules[0].notify[0]"),
    "no value": ("remind: 30m", "remind:", "alerts.rules[0].remind"),
    "customer": ("    customer: Acme\n", "", "agreements[0].customer"),
    "unknown component": ("[api, database]", "[api, databas]", "agreements[0].components[1]"),
    "kind of exclusion": ("[maintenance]", "[weather]", "agreements[0].excludes[0]"),
    "notice": ("notice: 7d", "notice: 6d", "agreements[0].notice"),
    "fee": ("1000.00 USD", "1000.00", "agreements[0].fee"),
    "schedule": ("{per: 5%, below: 99.5%}", "{per: 5%, blow: 99.5%, below: 99.5%}", "agreements[0].credit.blow"),
}  # fmt: skip

# Renaming the second component leaves the agreement's reference to it in the air: a consequence, not a third mistake.
CONSEQUENCES = {"repeated component": {"agreements[0].components[1]"}}


def damaged(text: str, *names: str) -> str:
    for name in names:
        old, new, _ = DAMAGES[name]
        assert text.count(old) == 1, f"{name}: {old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def reported(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        load(path, secrets=lambda _name: True)
    assert [item.line for item in raised.value.mistakes] == sorted(item.line for item in raised.value.mistakes)
    return [item.path for item in raised.value.mistakes]


def test_the_undamaged_file_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "janji.yaml"
    path.write_text(VALID, encoding="utf-8")
    assert load(path, secrets=lambda _name: True).warnings == ()


@pytest.mark.parametrize("name", DAMAGES)
def test_a_mistake_is_told_at_its_place(tmp_path: Path, name: str) -> None:
    expected = {DAMAGES[name][2], *CONSEQUENCES.get(name, ())}
    assert set(reported(tmp_path / "janji.yaml", damaged(VALID, name))) == expected


@pytest.mark.parametrize("first", DAMAGES)
def test_no_mistake_hides_another(tmp_path: Path, first: str) -> None:
    for one, other in combinations(DAMAGES, 2):
        if first != one:
            continue
        found = reported(tmp_path / "janji.yaml", damaged(VALID, one, other))
        places = {DAMAGES[one][2], DAMAGES[other][2]}
        consequences = CONSEQUENCES.get(one, set()) | CONSEQUENCES.get(other, set())
        assert set(found) == places | consequences, (one, other)
        assert len(found) == len(set(found)), (one, other)


def test_all_mistakes_at_once_are_all_told(tmp_path: Path) -> None:
    found = reported(tmp_path / "janji.yaml", damaged(VALID, *DAMAGES))
    assert set(found) == {place for _, _, place in DAMAGES.values()}
