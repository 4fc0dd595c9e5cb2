"""What alerts say, in both languages and all three forms."""

import string
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po

from monitor.core.alert import Format, On, Plan, Rule, Subject, Urgency
from monitor.core.alerting.dispatch import Item, Letter
from monitor.core.alerting.episode import Episode
from monitor.core.alerting.phrases import PHRASES, REASONS
from monitor.core.alerting.runs import Event
from monitor.core.alerting.wording import Allowed, Wording
from monitor.core.alerting.words import Said, linked, worded
from monitor.core.alerting.writing import with_line, written
from monitor.core.failure import SENTENCES

T = 1_767_225_600  # 2026-01-01 07:00 in Jakarta
PLAN = Plan(
    subjects={
        "api": Subject("Production API", runbook="https://wiki.example/api"),
        "web": Subject("Web <shop>"),
        "database": Subject("Database"),
    },
    zone=ZoneInfo("Asia/Jakarta"),
    url="https://s.example",
)
ALLOWED = {"api": Allowed("2026-01", Fraction(2_678), Fraction(2_000))}
SEEN = [
    {"location": "jakarta", "check": "http", "kind": "status", "detail": "503", "phases": {"connect_ms": 5}},
    {"location": "singapore", "check": "http", "kind": "status", "detail": "503", "phases": {}},
]


def episode(on: On = On.DOWN, subject: str = "api", **values: object) -> Episode:
    facts: Mapping[str, Any] = {"seen": SEEN, "last_good": T - 3_600} if on.state is not None else {}
    found = Episode(1, Rule(on).key, subject, T, T + 60, ("ops",), Urgency.PAGE, facts=facts)
    return replace(found, **values)  # type: ignore[arg-type]


def said(*items: Item, language: str = "en", **places: Any) -> Said:
    wording = Wording(PLAN, language, ALLOWED, acknowledge=True)
    return worded(Letter("ops", items), replace(wording, **places))


def lines(*items: Item, **places: Any) -> list[str]:
    return written(said(*items, **places), Format.TEXT).body.splitlines()


def test_a_firing_says_all_that_somebody_needs_at_three_in_the_morning() -> None:
    assert lines(Item(episode(), Event.FIRED, children=("web",))) == [
        "Since 2026-01-01 07:00:00 WIB.",
        "Impact: it cannot be used, and the time counts as downtime.",
        "Last seen well: 2026-01-01 06:00:00 WIB.",
        "Seen from: jakarta, singapore.",
        "Reason: It answered with an error. (http: 503)",
        "http, jakarta: connect 5 ms",
        "Allowance left in January 2026: 33 min of 44 min.",
        "Held back until it recovers, as they depend on it: Web <shop>.",
        "Runbook: https://wiki.example/api",
        "Page: https://s.example",
        "Acknowledge: https://s.example/acknowledge/@@",
    ]


def test_a_recovery_says_how_long_it_lasted_and_what_it_cost() -> None:
    over = episode(recovered_at=T + 678, ended_at=T + 700)
    assert lines(Item(over, Event.RECOVERED)) == [
        "2026-01-01 07:00:00 WIB to 2026-01-01 07:11:18 WIB: 11 min 18 s.",
        "It cost 26 % of the allowance of January 2026; 33 min left.",
        "Runbook: https://wiki.example/api",
        "Page: https://s.example",
    ]
    overdrawn = {"api": Allowed("2026-01", Fraction(2_678), Fraction(-60))}
    assert "It cost 26 % of the allowance of January 2026, which is overdrawn by 1 min." in lines(
        Item(over, Event.RECOVERED), allowed=overdrawn
    )


def test_a_recovery_that_withdraws_a_firing_says_so() -> None:
    withdrawn = episode(recovered_at=T, ended_at=T + 700)
    assert lines(Item(withdrawn, Event.RECOVERED))[0] == (
        "What was reported since 2026-01-01 07:00:00 WIB is withdrawn: later results contradict it."
    )


EXPIRES = {"expires": T + 86_400}
MONTH = {"month": "2026-01", "used": "600", "budget": "2678"}
BURN = {"factor": "72/5", "over": 3600, "target": "999/1000", "availability": "29/30"}
FAST = episode(On.BURN, level=2, facts=BURN)
RISK = episode(On.MONTH, facts=MONTH, recovered_at=T + 86_400)
SKEWED = {"why": "skewed", "at": T, "name": "Singapore"}
TLS, REFUSED = episode(On.CERTIFICATE, "api/tls", facts=EXPIRES), episode(On.CREDENTIALS, "api/db", facts={})
CASES: list[tuple[Episode, Event, str, str]] = [
    (episode(), Event.FIRED, "failure", "Production API is down"),
    (episode(), Event.REMINDER, "failure", "Production API is still down"),
    (episode(), Event.ESCALATED, "failure", "Production API is down, nobody has acknowledged"),
    (episode(flapping=True), Event.FLAPPING, "failure", "Production API is flapping"),
    (episode(On.DEGRADED), Event.FIRED, "warning", "Production API is degraded"),
    (episode(On.UNKNOWN), Event.REMINDER, "warning", "Production API is still not being measured"),
    (TLS, Event.FIRED, "warning", "Production API (tls): its certificate expires soon"),
    (replace(TLS, level=2), Event.WORSENED, "failure", "Production API (tls): its certificate has expired"),
    (episode(On.MONTH, facts=MONTH), Event.FIRED, "warning", "Production API: January 2026 is at risk"),
    (episode(On.MONTH, level=2, facts=MONTH), Event.WORSENED, "failure", "Production API: January 2026 is lost"),
    (RISK, Event.RECOVERED, "success", "Production API: January 2026 is on track again"),
    (episode(On.BURN, facts=BURN), Event.FIRED, "warning", "Production API uses up its allowance"),
    (FAST, Event.REMINDER, "failure", "Production API uses up its allowance fast, still"),
    (episode(On.GAP, facts={"over": 86_400}), Event.FIRED, "warning", "Production API: monitoring gap"),
    (episode(On.LOCATION, "sg", facts=SKEWED), Event.FIRED, "warning", "The clock at Singapore is wrong"),
    (REFUSED, Event.FIRED, "warning", "Production API (db): our credentials are refused"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "event", "kind", "title"), CASES, ids=[case[3] for case in CASES])
def test_each_trouble_has_its_type_and_a_title_for_a_lock_screen(
    found: Episode, event: Event, kind: str, title: str
) -> None:
    spoken = said(Item(found, event))
    assert (spoken.type, spoken.title) == (kind, title)
    assert said(Item(found, event), language="id").title != title


def test_several_are_one_message_that_says_how_many_and_what_each_is() -> None:
    spoken = said(Item(episode(), Event.FIRED), Item(episode(On.DEGRADED, "web"), Event.FIRED))
    assert (spoken.type, spoken.title) == ("failure", "Production API is down, and 1 more")
    body = written(spoken, Format.TEXT).body
    assert "Production API is down\nSince" in body
    assert "\n\nWeb <shop> is degraded\nSince" in body


def test_of_many_only_the_first_are_told_whole() -> None:
    items = [Item(episode(no=number), Event.FIRED) for number in range(40)]
    assert [len(part.lines) for part in said(*items).parts] == [7] * 5 + [0] * 35
    assert len(written(said(*items), Format.MARKDOWN).body) < 4_096


def test_what_nobody_watches_any_more_says_so() -> None:
    gone = episode(recovered_at=T + 60, ended_at=T + 60, facts={"gone": True})
    assert (said(Item(gone, Event.RECOVERED)).type, said(Item(gone, Event.RECOVERED)).title) == (
        "success",
        "Production API is not watched any more",
    )


def test_what_was_held_back_says_why_and_what_is_over_says_that_too() -> None:
    held = {
        "cause:database": "It was held back while Database was down, and is still broken.",
        "silence:3": "It was held back by a silence.",
        "maintenance:9": "It was held back by planned maintenance, which is over.",
        "quiet:": "It was held back in quiet hours.",
        "rate:": "It was held back because this channel had its share of messages.",
    }
    for reason, sentence in held.items():
        assert sentence in lines(Item(episode(), Event.FIRED, held=reason))
    gone = Item(episode(recovered_at=T + 60, ended_at=T + 70), Event.FIRED, held="quiet:", over=True)
    assert (said(gone).type, said(gone).title) == ("info", "Production API is down, over by now")
    assert lines(gone)[0] == "2026-01-01 07:00:00 WIB to 2026-01-01 07:01:00 WIB: 1 min."
    assert not any("acknowledge" in line for line in lines(gone))


def test_who_works_on_it_is_said_and_nobody_is_asked_again() -> None:
    found = lines(Item(episode(acked_at=T + 90, acked_by="budi"), Event.FLAPPING))
    assert "Acknowledged by budi, 2026-01-01 07:01:30 WIB." in found
    assert not any(line.startswith("Acknowledge:") for line in found)


def test_a_long_title_is_cut_where_a_screen_ends() -> None:
    plan = replace(PLAN, subjects={"api": Subject("A" * 100)})
    title = said(Item(episode(), Event.FIRED), plan=plan).title
    assert (len(title), title[-1]) == (78, "…")


def test_markdown_and_html_show_what_targets_wrote_and_do_not_obey_it() -> None:
    wild = {"location": "here", "check": "http", "kind": "status", "detail": "<b>[x](y)* `z`", "phases": {}}
    spoken = said(Item(episode(facts={"seen": [wild]}), Event.FIRED))
    marked, html = written(spoken, Format.MARKDOWN), written(spoken, Format.HTML)
    assert r"(http: \<b\>\[x\](y)\* \`z\`)" in marked.body
    assert "[Acknowledge](https://s.example/acknowledge/@@)" in marked.body
    assert "(http: &lt;b&gt;[x](y)* `z`)" in html.body
    assert '<a href="https://s.example/acknowledge/@@">Acknowledge</a>' in html.body
    assert (marked.format, html.format) == ("markdown", "html")
    assert with_line(html, "a < b").body.endswith("<p>a &lt; b</p>")
    assert with_line(marked, "a*b").body.endswith("a\\*b")


def test_the_link_is_put_in_its_place_in_every_form() -> None:
    for form in Format:
        body = linked(written(said(Item(episode(), Event.FIRED)), form).body, "1.2.abc")
        assert "https://s.example/acknowledge/1.2.abc" in body
        assert "@@" not in body


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_everything_with_the_same_places() -> None:
    english, indonesian = PHRASES["en"], PHRASES["id"]
    assert english.keys() == indonesian.keys()
    assert [key for key in english if _fields(english[key]) != _fields(indonesian[key])] == []
    assert all(reasons.keys() == SENTENCES.keys() for reasons in REASONS.values())


def test_reasons_are_worded_as_on_the_page() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    with (root / "statuspage/locales/id/LC_MESSAGES/messages.po").open("rb") as file:
        page = {str(message.id): str(message.string) for message in read_po(file) if isinstance(message.id, str)}
    assert {kind: page[sentence] for kind, sentence in SENTENCES.items() if sentence in page} == {
        kind: REASONS["id"][kind] for kind, sentence in SENTENCES.items() if sentence in page
    }
