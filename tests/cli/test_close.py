"""`janji close` and `janji revise` on the written-down January of `tests.reports.world`.

By hand, seconds: `api` 3,600 down of 2,671,200 measured, 99.8652 %, missed; `acme` 6,000 of 2,674,800, 99.7756 %, met.
The grace ends on 6 February 00:00 WIB, and it is the tenth.
"""

import json
import re

import pytest

from monitor.core.ledger import first_break
from monitor.core.model import State
from tests.cli.office import THIRD, WRONG, Office
from tests.reports.world import wib

DIGEST = r"[0-9a-f]{64}"


def entries(office: Office) -> list[tuple[str, str]]:
    store = office.store()
    found = store.ledger()
    store.close()
    assert first_break(found) is None
    return [(entry.kind, entry.actor) for entry in found if entry.kind.startswith("month ")]


def row(office: Office, kind: str, identifier: str) -> dict[str, object]:
    lines = office.run("report", "2026-01", "--json").json[kind]
    found: dict[str, object] = next(line for line in lines if line["id"] == identifier)
    return found


# Closing


def test_a_month_is_closed_with_its_figure_and_its_digest(office: Office) -> None:
    done = office.by("dan", "close", "2026-01", "--objective", "api")
    assert (done.code, done.err) == (0, "")
    said = rf"objective api 2026-01 is closed: 99\.8652 %, 1 h down, breached\. Digest ({DIGEST})\n"
    match = re.fullmatch(said, done.out)
    assert match is not None
    assert entries(office) == [("month closed", "dan")]
    line = row(office, "components", "api")
    assert (line["books"], line["revision"], line["digest"]) == ("closed", 0, match[1])
    assert (line["closed_by"], line["closed_at"], line["revision_proposed"]) == ("dan", "2026-02-09T17:00:00Z", None)
    assert row(office, "agreements", "acme")["books"] == "provisional"


def test_all_closes_agreements_and_objectives_and_the_second_time_nothing_is_left(office: Office) -> None:
    done = office.by("dan", "close", "2026-01", "--all", "--json")
    assert [(item["subject"], item["id"]) for item in done.json["closed"]] == [
        ("agreement", "acme"),
        ("objective", "api"),
    ]
    assert done.json["closed"][0]["figures"]["down_seconds"] == 6_000
    assert done.json["closed"][0]["ledger_entry"]["number"] > 0
    again = office.by("dan", "close", "2026-01", "--all")
    assert (again.code, again.out) == (0, "Nothing is left to close in 2026-01.\n")
    assert entries(office) == [("month closed", "dan")] * 2


def test_closing_twice_is_refused(office: Office) -> None:
    office.closed()
    done = office.by("dan", "close", "2026-01", "--agreement", "acme")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "agreement acme 2026-01 is not closed: it is closed already; a revision accepts what changed since\n"
    )


def test_closing_takes_a_token_with_the_scope(office: Office) -> None:
    close = ("close", "2026-01", "--agreement", "acme")
    unproven, other = office.run(*close), office.by("ben", *close)
    assert (unproven.code, other.code) == (1, 1)
    assert "this needs a token: put one with the scope close into $JANJI_TOKEN" in unproven.err
    assert "the token ben has no scope close; it has approve" in other.err
    assert "this needs a token" in office.run("revise", "2026-01", "--agreement", "acme", "--reason", "x").err
    assert entries(office) == []


def test_the_running_month_is_not_closed_whatever_the_reason(office: Office) -> None:
    done = office.by("dan", "close", "2026-02", "--agreement", "acme", "--early", "--reason", "The customer waits")
    assert done.code == 1
    assert done.err == "agreement acme 2026-02 is not closed: the month is not over before 2026-02-28T17:00:00Z\n"


def test_within_the_grace_it_takes_early_and_a_reason(office: Office) -> None:
    office.at = wib("05 Feb 23:59")
    close = ("close", "2026-01", "--agreement", "acme")
    refused = office.by("dan", *close, "--reason", "The customer waits")
    assert refused.code == 1
    assert refused.err == (
        "agreement acme 2026-01 is not closed: late results and approvals are waited for until 2026-02-05T17:00:00Z; "
        "closing it early takes a reason\n"
    )
    assert office.by("dan", *close, "--early").code == 1
    done = office.by("dan", *close, "--early", "--reason", "The customer waits", "--json").json["closed"][0]
    assert done["reason"] == "The customer waits"
    assert done["overruled"][0].startswith("late results and approvals are waited for")


def test_a_pending_request_keeps_the_month_open_unless_told_why(office: Office) -> None:
    office.by("ana", *THIRD)
    refused = office.by("dan", "close", "2026-01", "--all")
    assert (refused.code, refused.err) == (
        1,
        "agreement acme 2026-01 is not closed: exclusion-1 (third_party) is pending; a reason answers it\n",
    )
    assert "objective api 2026-01 is closed" in refused.out  # an exclusion never counts for an objective
    done = office.by("dan", "close", "2026-01", "--all", "--reason", "They do not answer")
    assert done.code == 0
    assert done.out.endswith("; in spite of: exclusion-1 (third_party) is pending\n")


def test_too_little_coverage_or_an_open_verdict_takes_a_reason(office: Office) -> None:
    office.by("ana", "correction", "request", "--component", "api", "--start", "2026-01-10 00:00", "--for", "1d",
              "--reason", "Our proxy")  # fmt: skip
    office.by("ben", "correction", "approve", "correction-1")
    # 86,400 + 3,600 s of 2,674,800 s agreed were not measured: 96.6352 %.
    refused = office.by("dan", "close", "2026-01", "--objective", "api")
    assert refused.code == 1
    assert "only 96.6352 % of the agreed time was measured, less than 98.0000 %" in refused.err
    unsure = office.by("dan", "close", "2026-01", "--agreement", "acme")
    assert "the verdict is indeterminate: what was not measured could turn it" in unsure.err
    assert office.by("dan", "close", "2026-01", "--all", "--reason", "Known and told to the customer").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2026-01",), "name what to close: --agreement ID, --objective COMPONENT, or --all alone"),
        (("2026-01", "--all", "--agreement", "acme"), "or --all alone"),
        (("2026-03", "--all"), "2026-03 has not begun; the running month is 2026-02"),
        (("2026-1", "--all"), "'2026-1' is not a month; write one such as 2026-02"),
        (("2026-01", "--agreement", "acne"), "there is no agreement 'acne' to close in 2026-01; did you mean acme?"),
        (("2026-01", "--objective", "web"), "there is no objective 'web' to close in 2026-01; known here: api"),
    ],
)
def test_what_is_not_there_is_wrong_usage(office: Office, arguments: tuple[str, ...], said: str) -> None:
    done = office.by("dan", "close", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


# What is closed stays


def test_a_closed_month_gives_the_same_bytes_every_time(office: Office) -> None:
    office.closed()
    before = {
        words: office.run(*words).out
        for words in (
            ("evidence", "api", "2026-01"),
            ("evidence", "--agreement", "acme", "2026-01"),
            ("report", "2026-01", "--csv"),
        )
    }
    office.at += 86_400
    office.by("ana", *WRONG)
    office.by("ben", "correction", "approve", "correction-1")
    office.config.write_text(office.config.read_text().replace("99.5%", "99.99%").replace("99.9%", "99.99%"))
    for words, text in before.items():
        assert office.run(*words).out == text
    assert office.run("evidence", "api", "2026-01").err.startswith("api: a revision is proposed: ")


def test_the_evidence_of_a_closed_month_recomputes_to_the_closed_figures(office: Office) -> None:
    closed = office.by("dan", "close", "2026-01", "--all", "--json").json["closed"]
    office.by("ana", *WRONG)
    office.by("ben", "correction", "approve", "correction-1")
    for item, words in zip(closed, (("--agreement", "acme"), ("api",)), strict=True):
        file = office.folder / "bundle.json"
        file.write_text(office.run("evidence", *words, "2026-01").out)
        bundle = json.loads(file.read_text())
        assert bundle["books"] == {"state": "closed", "revision": 0, "digest": item["digest"]}
        assert bundle["ledger_head"] == item["ledger_entry"]
        assert office.run("recompute", str(file)).json["vectors"][0]["result"] == item["figures"]


def test_an_agreement_that_left_the_settings_stays_in_the_report_of_its_closed_month(office: Office) -> None:
    office.closed()
    office.config.write_text(office.config.read_text().split("agreements:")[0])
    assert row(office, "agreements", "acme")["down_seconds"] == 6_000
    assert office.run("verify", "2026-01").code == 0


# Revising


def test_a_late_approval_proposes_a_revision_and_changes_nothing(office: Office) -> None:
    office.closed()
    office.by("ana", *THIRD)
    office.by("ben", "exclusion", "approve", "exclusion-1")
    line = row(office, "agreements", "acme")
    assert (line["down_seconds"], line["books"], line["revision"]) == (6_000, "closed", 0)
    proposed = line["revision_proposed"]
    assert isinstance(proposed, dict)
    assert {"field": "down_seconds", "old": 6_000, "new": 4_200} in proposed["figures"]
    assert "down 6,000 s → 4,200 s, availability 99.7756 % → 99.8429 %" in office.run("report", "2026-01").out
    said = office.run("explain", "--agreement", "acme", "2026-01").lines
    assert re.fullmatch(r"Closed 10 Feb 2026 00:00 by dan \(digest [0-9a-f]{12}…\)\.", said[2])
    assert said[3].startswith("A revision is proposed: up ")
    assert said[3].endswith(
        "api: exclusion-1 (third_party) 2026-01-09T07:00:00Z to 08:00:00Z is approved by ben at 2026-02-09T17:00:00Z, "
        "and was not there when the month was closed"
    )


def test_a_revision_accepts_what_is_proposed_and_the_old_one_stays(office: Office) -> None:
    office.closed()
    office.by("ana", *THIRD)
    office.by("ben", "exclusion", "approve", "exclusion-1")
    done = office.by("dan", "revise", "2026-01", "--agreement", "acme", "--reason", "Approved late")
    assert (done.code, done.err) == (0, "")
    assert re.match(r"agreement acme 2026-01 is revised \(1\): 99\.8429 %, 1 h 10 min down, met; ", done.out)
    assert "down 6,000 s → 4,200 s" in done.out
    line = row(office, "agreements", "acme")
    assert (line["books"], line["revision"], line["down_seconds"]) == ("revised", 1, 4_200)
    assert line["revision_proposed"] is None
    assert entries(office)[-1] == ("month revised", "dan")
    store = office.store()
    from monitor.core.books import Subject

    kept = [item.closing for item in store.books.revisions(Subject.AGREEMENT, "acme", "2026-01")]
    store.close()
    assert [item.figures["down_seconds"] for item in kept] == [6_000, 4_200]
    assert kept[1].reason == "Approved late"
    assert office.run("verify").code == 0


def test_late_results_propose_a_revision_with_their_difference(office: Office) -> None:
    office.closed()
    office.late("api", "25 Jan 03:00", "25 Jan 04:00", State.UP)
    proposed = row(office, "components", "api")["revision_proposed"]
    assert isinstance(proposed, dict)
    assert {"field": "unknown_seconds", "old": 3_600, "new": 0} in proposed["figures"]
    assert proposed["facts"] == [
        "api: 2026-01-24T20:00:00Z to 21:00:00Z was unknown when the month was closed and is up now (3,600 s)"
    ]
    revise = ("revise", "2026-01", "--objective", "api", "--reason", "The cellar's spool came back")
    assert office.by("dan", *revise, "--json").json["figures"]["unknown_seconds"] == 0
    again = office.by("dan", *revise)
    assert again.code == 1
    assert "nothing that is stored differs from the closed books, so there is nothing to revise" in again.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--agreement", "acme", "--reason", "x"), 1, "agreement acme 2026-01 is not revised: it is not closed"),
        (("--agreement", "acme"), 2, "Missing option '--reason'"),
        (("--reason", "x"), 2, "name one of --agreement ID and --objective COMPONENT"),
        (("--agreement", "acne", "--reason", "x"), 2, "there is no agreement 'acne' to close in 2026-01"),
    ],
)
def test_what_cannot_be_revised_is_refused(office: Office, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = office.by("dan", "revise", "2026-01", *arguments)
    assert (done.code, done.out) == (code, "")
    assert said in done.err


def test_a_revision_without_words_for_it_is_refused(office: Office) -> None:
    office.closed()
    office.late("api", "25 Jan 03:00", "25 Jan 04:00", State.UP)
    done = office.by("dan", "revise", "2026-01", "--objective", "api", "--reason", " ")
    assert "a revision needs a reason: an auditor reads it" in done.err
