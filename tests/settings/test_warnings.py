"""What can be used but is doubtful is said, with its line, and loading goes on."""

from pathlib import Path

import pytest

from tests.settings.loading import ONE_CHECK, warnings

TWO = "locations: [{name: jakarta}, {name: bandung}]\n"
AGREEMENT = (
    "agreements: [{id: acme, customer: Acme, components: [api], target: 99.5%, fee: 1.00 USD, credit: CREDIT}]\n"
)


def test_two_locations_are_warned_of(tmp_path: Path) -> None:
    text = "two locations are worse than one: when they differ nobody decides; use 1 or 3"
    assert warnings(tmp_path, TWO + ONE_CHECK) == [f"1: locations: {text}"]
    chosen = TWO.replace("}]", "}, {name: medan}]") + ONE_CHECK + "        locations: [jakarta, medan]\n"
    assert warnings(tmp_path, chosen) == [f"7: components[0].checks[0].locations: {text}"]


@pytest.mark.parametrize(
    ("objective", "every", "warned"),
    [
        ("99.9%", "60s", False),  # 2592 s are allowed
        ("99.99%", "60s", True),  # 259.2 s
        ("99.99%", "25s", False),
        ("99.99%", "30s", True),
    ],
)
def test_a_slot_over_a_tenth_of_the_allowance_is_warned_of(
    tmp_path: Path, objective: str, every: str, warned: bool
) -> None:
    text = ONE_CHECK.replace("    checks:", f"    objective: {objective}\n    checks:") + f"        every: {every}\n"
    assert bool(warnings(tmp_path, text)) is warned


def test_the_warning_names_the_longest_slot_that_would_do(tmp_path: Path) -> None:
    text = ONE_CHECK.replace("    checks:", "    objective: 99.99%\n    checks:") + "        every: 60s\n"
    assert warnings(tmp_path, text) == [
        "7: components[0].checks[0].every: one slot of 1m is more than a tenth of the 259s a month that 99.99% "
        "(its objective) allows; write every: 25s"
    ]


def test_an_agreement_s_target_counts_for_the_slot_too(tmp_path: Path) -> None:
    text = ONE_CHECK + AGREEMENT.replace("99.5%", "100%").replace("CREDIT", "{per: 5%, below: 100%}")
    assert warnings(tmp_path, text) == [
        "4: components[0].checks[0].every: a slot of 1m cannot prove it: one failed slot is more than the 0s a month "
        "that 100% (agreement acme) allows; no slot is short enough to prove it"
    ]


def test_one_minute_probing_cannot_prove_99_999_percent(tmp_path: Path) -> None:
    text = ONE_CHECK + AGREEMENT.replace("99.5%", "99.999%").replace("CREDIT", "{per: 5%, below: 99.999%}")
    assert warnings(tmp_path, text) == [
        "4: components[0].checks[0].every: a slot of 1m cannot prove it: one failed slot is more than the 25s a month "
        "that 99.999% (agreement acme) allows; write every: 2s"
    ]


@pytest.mark.parametrize(
    ("key", "warned"),
    [
        (
            "degraded_weight: 3/10",
            "8: agreements[0].degraded_weight: none of the checks has expect.slower_than, so a slow answer is never "
            "degraded; write one, or remove degraded_weight",
        ),
        (
            "min_outage: 60s",
            "8: agreements[0].min_outage: one failed slot is 1m already, so no outage is shorter than 1m; write a "
            "longer one, or remove min_outage",
        ),
        ("min_outage: 61s", None),
        (
            "maintenance_cap: 8h, excludes: [third_party]",
            "8: agreements[0].maintenance_cap: no maintenance is excluded here, so there is nothing to cap; remove "
            "maintenance_cap",
        ),
        ("maintenance_cap: 8h", None),
    ],
)
def test_keys_that_change_nothing_are_warned_of(tmp_path: Path, key: str, warned: str | None) -> None:
    text = (
        ONE_CHECK + "agreements:\n  - {id: acme, customer: Acme, components: [api], target: 99.5%,\n     " + key + "}\n"
    )
    assert warnings(tmp_path, text) == ([] if warned is None else [warned])


def test_a_weight_beside_a_slow_limit_is_not_warned_of(tmp_path: Path) -> None:
    agreement = "agreements: [{id: acme, customer: Acme, components: [api], target: 99.5%, degraded_weight: 0.3}]\n"
    assert warnings(tmp_path, ONE_CHECK + "        expect: {slower_than: 2s}\n" + agreement) == []


TERMS = """\
agreements:
  - id: acme
    customer: Acme
    components: [api]
    target: 99.5%
    fee: 1.00 USD
    credit: {per: 5%, below: 99.5%}
    until: 2028-01-01
    terms:
      - {from: 2027-01, target: 99.9%}
      - {from: 2027-06, credit: {per: 5%, below: 99.9%}}
      - {from: 2028-01, fee: 2.00 USD}
"""


def test_what_terms_add_up_to_is_checked_at_each_step(tmp_path: Path) -> None:
    assert warnings(tmp_path, ONE_CHECK + TERMS) == [
        "15: agreements[0].terms[0].target: 99.5% to 99.9% misses the target and pays nothing",
        "17: agreements[0].terms[2].from: the agreement ends before (2028-01-01), so this never holds",
    ]


def test_a_target_of_later_terms_counts_for_the_slot(tmp_path: Path) -> None:
    text = ONE_CHECK + TERMS.replace("target: 99.9%}", "target: 99.99%, credit: {per: 5%, below: 99.99%}}")
    found = warnings(tmp_path, text)
    assert any("a month that 99.99% (agreement acme) allows; write every: 25s" in item for item in found)


def test_a_credit_by_whole_percents_is_warned_of_where_the_first_is_not_whole(tmp_path: Path) -> None:
    text = ONE_CHECK + AGREEMENT.replace("CREDIT", "{per: 5%, below: 99.5%, step: floor}")
    assert warnings(tmp_path, text) == ["6: agreements[0].credit: 98.5% to 99.5% misses the target and pays nothing"]


def test_a_gap_in_the_credits_is_warned_of(tmp_path: Path) -> None:
    text = ONE_CHECK + AGREEMENT.replace("CREDIT", "{bands: [[99.0%, 99.3%, 10%], [0%, 98%, 25%]]}")
    assert warnings(tmp_path, text) == [
        "6: agreements[0].credit: 98% to 99% misses the target and pays nothing",
        "6: agreements[0].credit: 99.3% to 99.5% misses the target and pays nothing",
    ]


def test_a_credit_without_a_fee_is_warned_of(tmp_path: Path) -> None:
    text = ONE_CHECK + AGREEMENT.replace("CREDIT", "{per: 5%, below: 99.5%}").replace(" fee: 1.00 USD,", "")
    assert warnings(tmp_path, text) == ["6: agreements[0].credit: without a fee the credit is a share only, no amount"]


def test_slowness_that_the_timeout_cuts_off_is_warned_of(tmp_path: Path) -> None:
    text = ONE_CHECK + "        timeout: 5s\n        expect: {slower_than: 5s}\n"
    assert warnings(tmp_path, text) == [
        "7: components[0].checks[0].expect.slower_than: no answer comes later than timeout, so this is never reached"
    ]


def test_a_reported_component_without_since_is_in_service_only_from_now_on(tmp_path: Path) -> None:
    [found] = warnings(tmp_path, "components:\n  - id: powerbi\n    source: reported\n")
    assert found == (
        "3: components[0].source: without since it is in service only from when this is first loaded; write since: "
        "with the first day that its vendor will report"
    )


ALERTS = "alerts: {channels: {ops: [json://127.0.0.1:9/]}, rules: [{RULE, notify: [ops]}]}\n"


def test_a_rule_that_can_never_fire_and_a_link_that_cannot_be_made_are_warned_of(tmp_path: Path) -> None:
    (never,) = warnings(tmp_path, ONE_CHECK + ALERTS.replace("RULE", "on: burn"))
    assert never == "6: alerts.rules[0].on: no component has an objective, so nothing can fire a rule on burn"
    escalating = ALERTS.replace("RULE", "on: down, escalate: [{after: 5m, notify: [ops]}]")
    (linkless,) = warnings(tmp_path, ONE_CHECK + escalating)
    assert linkless.endswith("without page.url messages hold no link to acknowledge by; `janji alert ack` works")
    assert warnings(tmp_path, "page: {url: https://s.example}\n" + ONE_CHECK + escalating) == []
