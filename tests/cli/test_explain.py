import json

import pytest

from tests.cli.figures import Run


def test_a_month_is_opened_into_the_seconds_that_made_it(run: Run) -> None:
    assert run("explain", "api", "2026-01") == (
        """\
Production API (api), January 2026 in Asia/Jakarta
The month is over; settled up to 1 Feb 2026 00:00.

2,678,400 s in the month − 3,600 s planned maintenance − 3,600 s not measured = 2,671,200 s measured
3,600 s down: 9 Jan 14:00–14:40 (40 min), 20 Jan 01:00–01:20 (20 min)
1 − 3,600 ÷ 2,671,200 = 99.8652 %. Allowed at 99.9 %: 2,671 s. Missed by 929 s.

Outages: 3 (edges known to one slot of 300 s: 3 × 300 s = 900 s)
  9 Jan 14:00–14:40 (40 min). It did not answer in time. Seen from secret-cellar.
    inferred, nobody saw a recovery: 9 Jan 14:15–14:25 (10 min)
  12 Jan 01:10–01:30 (20 min), 0 s of 1,200 s counted. It did not answer in time. Seen from secret-cellar.
  20 Jan 01:00–01:20 (20 min). It did not answer in time. Seen from secret-cellar.
Planned maintenance: 3,600 s excluded
  12 Jan 01:00–02:00 Database upgrade: announced 1 Jan 2026 00:00, 11 d 1 h ahead: excluded, announced in time
  20 Jan 01:00–02:00 Hasty fix: announced 18 Jan 2026 00:00, 2 d 1 h ahead: counted, announced too late """
        """(7 d are needed)
Not measured: 3,600 s
  25 Jan 03:00–04:00 (1 h)

Adds up: 2,667,600 s up + 0 s degraded + 3,600 s down + 3,600 s not measured + 3,600 s excluded = 2,678,400 s
Without exclusions: 1 − 4,800 ÷ 2,674,800 = 99.8205 %
What the exclusions change: down −1,200 s, up −2,400 s, excluded +3,600 s
"""
    )


def test_both_forms_hold_the_same_numbers(run: Run) -> None:
    values = json.loads(run("explain", "api", "2026-01", "--json"))
    assert [piece["seconds"] for piece in values["down"]] == [2400, 1200]
    assert [item["counted_seconds"] for item in values["outages_seen"]] == [2400, 0, 1200]
    assert values["outages_seen"][0]["inferred"] == [
        {"start": "2026-01-09T07:15:00Z", "end": "2026-01-09T07:25:00Z", "seconds": 600}
    ]
    assert [window["why"] for window in values["windows"]] == ["announced in time", "announced too late"]
    assert [window["ahead_seconds"] for window in values["windows"]] == [954_000, 176_400]
    assert values["not_measured"][0]["seconds"] == 3600
    assert values["without_exclusions"]["availability_percent_trunc4"] == "99.8205"
    assert values["exclusions_change"]["down_seconds"] == -1200
    assert (values["slot_seconds"], values["resolution_seconds"]) == (300, 900)


def test_an_agreement_is_explained_by_its_own_rules(run: Run) -> None:
    text = run("explain", "--agreement", "acme", "2026-01")
    assert text.startswith("Acme (acme): api + web, January 2026 in Asia/Jakarta\n")
    assert "1 − 6,000 ÷ 2,674,800 = 99.7756 %. Allowed at 99.5 %: 13,374 s. Kept, 7,374 s left." in text
    assert "11 d 1 h ahead: counted, announced too late (14 d are needed)" in text
    assert "  9 Jan 14:00–15:00 (1 h), api + web." in text


def test_the_running_month_is_the_default(run: Run) -> None:
    assert run("explain", "api") == run("explain", "api", "2026-02")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["apy"], "Error: there is no component 'apy'; did you mean api?"),
        (["mail"], "Error: there is no component 'mail'; known here: api, web"),
        (["api", "2025-12"], "Error: api was not in service in 2025-12; its first month is 2026-01"),
        (["api", "January"], "Error: 'January' is not a month; write one such as 2026-02"),
        (["--agreement", "acne"], "Error: there is no agreement 'acne'; did you mean acme?"),
        (
            ["--agreement", "acme", "2025-12"],
            "Error: agreement acme does not hold in 2025-12, or a component of it was never measured",
        ),
        (
            ["--agreement", "acme", "api", "2026-01"],
            "Error: an agreement has its own components and zone; name only the month with it",
        ),
        ([], "Error: name a component, or an agreement with --agreement"),
    ],
)
def test_what_is_not_there_is_one_line_and_two(run: Run, arguments: list[str], said: str) -> None:
    assert run.refused("explain", *arguments) == said
