"""Rules on figures, months, certificates, locations and credentials: what fires, worsens and ends."""

from fractions import Fraction

import pytest

from monitor.core.alert import On, Rule, Urgency
from monitor.core.alerting import conditions
from monitor.core.alerting.conditions import Condition, Refusals, Turns, turns
from monitor.core.alerting.episode import Episode
from monitor.core.allowance import Allowance
from monitor.core.availability import Figure
from monitor.core.trouble import Ailing, Trouble
from tests.core.vectors import load

VECTORS = load("availability")
T = 1_767_225_600
DAY = 86_400
TARGET = Fraction(999, 1000)


def figure(total: int, down: int = 0, unknown: int = 0, excluded: int = 0) -> Figure:
    up = total - down - unknown - excluded
    return Figure(T - total, T, total, excluded, unknown, up, 0, down)


def level(found: Condition | None) -> int:
    assert found is not None
    return found.level


@pytest.mark.parametrize("vector", VECTORS["rolling_24h"], ids=lambda vector: vector["name"])
def test_uptime_fires_as_the_vectors_say(vector: dict[str, object]) -> None:
    down, excluded, unknown = (int(str(vector[f"{part}_seconds"])) for part in ("down", "excluded", "unknown"))
    seen = figure(DAY, down, unknown, excluded)
    found = conditions.uptime(Rule(On.UPTIME), "api", seen, Fraction(str(vector["threshold"])) / 100)
    assert bool(level(found)) is vector["expected"]["fires"]  # type: ignore[index]


def test_uptime_says_nothing_when_less_than_half_was_measured_and_the_gap_does() -> None:
    seen = figure(DAY, down=600, unknown=DAY // 2 + 1)
    assert conditions.uptime(Rule(On.UPTIME), "api", seen, TARGET) is None
    assert level(conditions.gap(Rule(On.GAP), "api", seen, served=DAY)) == 1
    assert level(conditions.gap(Rule(On.GAP), "api", figure(DAY, unknown=DAY // 2), served=DAY)) == 0
    assert conditions.gap(Rule(On.GAP), "api", seen, served=DAY - 1) is None


WINDOWS = (300, 1800, 3600, 21_600, 259_200)


def burning(down: int, **rest: int) -> dict[int, Figure]:
    """`down` seconds just now, seen in every window."""
    return {length: figure(length, down=min(down, length), **rest) for length in WINDOWS}


def test_burn_needs_its_failed_slots_beside_the_rate() -> None:
    # One failed minute is 16.7 times over an hour: above 14.4, and still no reason to wake anybody.
    rule = Rule(On.BURN, after=2)
    assert level(conditions.burn(rule, "api", burning(60), TARGET, 60)) == 0
    found = conditions.burn(rule, "api", burning(120), TARGET, 60)
    assert found is not None
    assert (found.level, found.urgency, found.facts["factor"], found.facts["over"]) == (2, Urgency.PAGE, "72/5", 3600)


def test_burn_at_exactly_the_factor_does_not_fire() -> None:
    # 129.6 s in 6 h is exactly 6 times at 99.9 %; of 99.5 % it is 648 s.
    windows = {**burning(0), 1800: figure(1800, down=648), 21_600: figure(21_600, down=648)}
    rule, target = Rule(On.BURN, urgency=Urgency.PAGE), Fraction(995, 1000)
    assert level(conditions.burn(rule, "api", windows, target, 60)) == 0
    windows[21_600] = figure(21_600, down=649)
    assert level(conditions.burn(rule, "api", windows, target, 60)) == 2


def test_a_slow_burn_is_a_ticket_and_a_rule_on_pages_leaves_it_alone() -> None:
    windows = {**burning(0), 21_600: figure(21_600, down=120), 259_200: figure(259_200, down=300)}
    found = conditions.burn(Rule(On.BURN, after=2), "api", windows, TARGET, 60)
    assert found is not None
    assert (found.level, found.urgency) == (1, Urgency.TICKET)
    assert level(conditions.burn(Rule(On.BURN, urgency=Urgency.PAGE), "api", windows, TARGET, 60)) == 0


def test_nothing_is_said_of_a_burn_that_nobody_measured() -> None:
    assert conditions.burn(Rule(On.BURN), "api", burning(0, unknown=0) | {}, TARGET, 60) is not None
    unmeasured = {length: figure(length, unknown=length) for length in WINDOWS}
    assert conditions.burn(Rule(On.BURN), "api", unmeasured, TARGET, 60) is None


def test_what_burned_and_is_not_measured_any_more_neither_fires_nor_ends() -> None:
    rule = Rule(On.BURN, after=2, urgency=Urgency.PAGE)
    windows = {**burning(120), 300: figure(300, down=120, unknown=151), 1800: figure(1800, down=120, unknown=1000)}
    assert conditions.burn(rule, "api", windows, TARGET, 60) is None
    seen_again = {**windows, 300: figure(300), 1800: figure(1800, down=10)}
    assert level(conditions.burn(rule, "api", seen_again, TARGET, 60)) == 0


def test_a_component_in_service_for_ten_minutes_burns_nothing_for_days() -> None:
    windows = {length: figure(min(length, 600), down=min(length, 120)) for length in WINDOWS}
    assert conditions.burn(Rule(On.BURN, after=2), "api", windows, TARGET, 60) is None


@pytest.mark.parametrize(
    ("used", "forecast", "expected"),
    [(100, 2_000, 0), (700, 2_000, 0), (700, 3_000, 1), (600, 3_000, 0), (2_593, 4_000, 2), (2_592, 2_592, 0)],
)
def test_a_month_is_at_risk_by_forecast_and_lost_by_downtime(used: int, forecast: int, expected: int) -> None:
    allowance = Allowance(Fraction(2_592), Fraction(used), Fraction(forecast))
    assert level(conditions.month(Rule(On.MONTH), "api", "2026-01", T, allowance)) == expected


def test_a_certificate_warns_once_before_and_once_when_it_has_expired() -> None:
    rule = Rule(On.CERTIFICATE, days=14)
    assert conditions.certificate(rule, "api/tls", T + 14 * DAY + 1, T).level == 0
    assert conditions.certificate(rule, "api/tls", T + 14 * DAY, T).level == 1
    gone = conditions.certificate(rule, "api/tls", T, T)
    assert (gone.level, gone.urgency) == (2, Urgency.PAGE)


def test_a_location_that_ails_fires_and_one_that_nobody_could_hear_yet_is_not_known() -> None:
    rule = Rule(On.LOCATION)
    silent = Ailing("singapore", Trouble.SILENT, T - 200)
    found = conditions.location(rule, "singapore", [silent], heard=False, now=T)
    assert found is not None
    assert (found.level, found.facts) == (1, {"why": "silent", "at": T - 200})
    assert level(conditions.location(rule, "singapore", [], heard=True, now=T)) == 0
    assert conditions.location(rule, "singapore", [], heard=False, now=T) is None


def test_credentials_are_refused_after_so_many_slots_in_a_row_at_any_location() -> None:
    rule = Rule(On.CREDENTIALS, after=2)

    def found(*in_a_row: int) -> list[int]:
        seen = [Refusals("api/db", f"place-{number}", count, T) for number, count in enumerate(in_a_row)]
        return [item.level for item in conditions.credentials(rule, seen)]

    assert found(2, 0) == [1]
    assert found(0, 0) == [0]
    assert found(1, 0) == [], "one refusal is neither a trouble nor a recovery"
    assert found() == []


RULE = Rule(On.MONTH, channels=("ops",))
AT_RISK = Condition(RULE, "api", 1, Urgency.TICKET, T, {"month": "2026-01"})
OPEN = Episode(7, RULE.key, "api", T, T, ("ops",), level=1, facts={"month": "2026-01"})
WATCHED = {(RULE.key, "api")}


def with_level(level: int, month: str = "2026-01") -> Condition:
    return Condition(RULE, "api", level, Urgency.TICKET, T, {"month": month})


def test_what_holds_fires_once_worsens_once_and_ends() -> None:
    assert turns([AT_RISK], [], WATCHED) == Turns(fires=(AT_RISK,))
    assert not turns([AT_RISK], [OPEN], WATCHED)
    assert turns([with_level(2)], [OPEN], WATCHED) == Turns(worse=((7, with_level(2)),))
    assert turns([with_level(0)], [OPEN], WATCHED) == Turns(over=(7,))
    assert not turns([with_level(0)], [], WATCHED)


def test_a_firing_about_a_month_ends_with_it() -> None:
    assert turns([with_level(1, "2026-02")], [OPEN], WATCHED) == Turns(over=(7,))


def test_what_is_not_known_now_neither_fires_nor_ends_and_what_nobody_watches_any_more_ends() -> None:
    assert not turns([], [OPEN], WATCHED)
    assert turns([], [OPEN], set()) == Turns(gone=(7,))
