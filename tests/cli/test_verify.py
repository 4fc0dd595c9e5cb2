"""`janji verify`: each kind of stored fact, changed behind our back in a closed January, is found and named."""

import json
from pathlib import Path

import pytest

from monitor.core.model import State
from tests.cli.office import THIRD, WRONG, Office
from tests.reports.world import wib

HOLDS = ["agreement acme 2026-01: holds", "objective api 2026-01: holds"]


@pytest.fixture(scope="session")
def january(founded: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """January closed, with an approved exclusion and an approved correction in it."""
    with pytest.MonkeyPatch.context() as patches:
        office = Office(tmp_path_factory.mktemp("january")).opened(founded, patches)
        office.by("ana", *THIRD)
        office.by("ben", "exclusion", "approve", "exclusion-1", "--reason", "Seen on their page")
        office.by("ana", *(word.replace("01-09 14:00", "01-12 01:10").replace("40m", "5m") for word in WRONG))
        office.by("ben", "correction", "approve", "correction-2")
        office.closed()
        return office


@pytest.fixture
def books(january: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A copy of that, to be tampered with."""
    return Office(tmp_path).opened(january, monkeypatch)


def wrong(office: Office) -> list[str]:
    """Every sentence of a verification that finds something, in both of its forms."""
    done, values = office.run("verify"), office.run("verify", "--json")
    assert (done.code, values.code, done.err) == (1, 1, "")
    found = [*(line for month in values.json["months"] for line in month["wrong"]), *values.json["ledger"]["wrong"]]
    assert values.json["holds"] is False
    assert [line[2:] for line in done.lines if line.startswith("  ")] == found
    return found


def test_books_that_nobody_touched_hold(books: Office) -> None:
    done = books.run("verify")
    assert (done.code, done.err) == (0, "")
    assert done.lines[:2] == HOLDS
    assert done.lines[2].startswith("ledger, ")
    assert done.lines[2].endswith("entries: holds")
    values = books.run("verify", "2026-01", "--json").json
    assert values["holds"] is True
    assert [(item["id"], item["revision"], item["wrong"]) for item in values["months"]] == [
        ("acme", 0, []),
        ("api", 0, []),
    ]


def test_before_anything_is_closed_the_ledger_alone_is_verified(office: Office) -> None:
    done = office.run("verify")
    assert (done.code, done.lines[0]) == (0, "No month is closed yet.")
    assert office.run("verify", "2026-01").code == 2
    assert "nothing is closed in 2026-01" in office.run("verify", "2026-01").err


def test_a_span_that_was_turned_is_named_to_the_second(books: Office) -> None:
    books.sql("update span set state = 0 where start = ?", wib("20 Jan 01:00"))
    found = wrong(books)
    told = "api: 2026-01-19T18:00:00Z to 18:20:00Z was down when the month was closed and is up now (1,200 s)"
    assert found.count(told) == 2  # in the agreement and in the objective
    assert any(line.startswith("what is stored now gives another figure: ") and "down 3,600 s → 2,400 s" in line
               for line in found)  # fmt: skip


def test_a_span_that_was_shortened_leaves_its_seconds_without_a_record(books: Office) -> None:
    books.sql('update span set "end" = "end" - 7 where start = ?', wib("20 Jan 01:00"))
    told = "was down when the month was closed and is without a record now (7 s)"
    assert f"api: 2026-01-19T18:19:53Z to 18:20:00Z {told}" in wrong(books)


def test_a_span_that_was_taken_out_is_named(books: Office) -> None:
    books.sql("delete from span where start = ?", wib("20 Jan 01:00"))
    assert any("2026-01-19T18:00:00Z to 18:20:00Z was down" in line for line in wrong(books))


def test_a_notice_dated_back_is_named_by_the_month_and_by_the_ledger(books: Office) -> None:
    books.sql("update notice set published_at = ? where maintenance = 'hasty-fix'", wib("02 Jan 01:00"))
    found = wrong(books)
    assert ("maintenance hasty-fix: at is 2026-01-01T18:00:00Z and was 2026-01-17T17:00:00Z in ledger entry 3") in found
    assert any(line.startswith("api: maintenance hasty-fix was ") and "and is 2026-01-19T18:00:00Z" in line
               for line in found)  # fmt: skip


def test_a_notices_words_that_change_no_figure_are_found_in_the_ledger(books: Office) -> None:
    books.sql("update notice set title = 'Planned' where maintenance = 'hasty-fix'")
    assert wrong(books) == ["maintenance hasty-fix: title is Planned and was Hasty fix in ledger entry 3"]


def test_a_notice_that_was_taken_out_is_named(books: Office) -> None:
    books.sql("delete from notice where maintenance = 'database-upgrade'")
    found = wrong(books)
    assert "maintenance database-upgrade: is gone, and ledger entry 2 (notice) says it was there" in found
    assert any(line.startswith("api: maintenance database-upgrade was ") and line.endswith("is gone") for line in found)


def test_a_request_that_was_widened_is_named(books: Office) -> None:
    books.sql('update request set "start" = "start" - 60 where no = 1')
    found = wrong(books)
    assert (
        "api: exclusion-1: its start was 2026-01-09T07:00:00Z when the month was closed and is 2026-01-09T06:59:00Z now"
    ) in found
    told = "request exclusion-1: start is 2026-01-09T06:59:00Z and was 2026-01-09T07:00:00Z in ledger entry "
    assert any(line.startswith(told) for line in found)


def test_a_decision_that_was_taken_out_is_named_with_what_it_did(books: Office) -> None:
    books.sql("delete from decision where request_no = 1")
    found = wrong(books)
    assert (
        "api: exclusion-1 was approved by ben at 2026-02-09T17:00:00Z (Seen on their page) when the month was closed "
        "and is pending now"
    ) in found
    assert any(line.startswith("decision on exclusion-1: is gone, and ledger entry ") for line in found)
    # 1,800 s of web, 900 s of 12 January after the correction and 1,200 s of 20 January were left; 1,800 s come back.
    assert any("down 3,900 s → 5,700 s" in line for line in found)


def test_a_decision_in_another_name_is_named(books: Office) -> None:
    books.sql("update decision set \"by\" = 'eve' where request_no = 2")
    assert any(
        line.startswith("decision on correction-2: ") and "by is eve and was ben" in line for line in wrong(books)
    )


def test_an_approval_that_nobody_gave_is_named(books: Office) -> None:
    books.by("ana", *THIRD)
    books.sql("insert into decision (request_no, approved, \"by\", at, reason) values (3, 1, 'ben', ?, '')", books.at)
    found = wrong(books)
    assert "decision on exclusion-3: is stored, and the ledger does not say so" in found
    assert any(
        "exclusion-3 (third_party)" in line and "was not there when the month was closed" in line for line in found
    )


def test_an_entry_of_the_ledger_that_was_changed_or_taken_out_is_named(books: Office) -> None:
    books.sql("update ledger set actor = 'eve' where number = 2")
    assert "ledger: entry 2 (notice) was changed after it was written" in wrong(books)
    books.sql("delete from ledger where number = 2")
    assert "ledger: entry 2 is missing: 3 stands in its place" in wrong(books)


def test_the_end_of_the_ledger_cannot_be_cut_off(books: Office) -> None:
    books.sql("delete from ledger where number = (select max(number) from ledger)")
    found = wrong(books)
    assert any(
        line.startswith("ledger entry ") and line.endswith("is not the one it was sealed with") for line in found
    )
    assert "closing objective api 2026-01: is stored, and the ledger does not say so" in found


def test_a_closed_figure_that_was_changed_is_named_with_what_it_was(books: Office) -> None:
    books.sql("update closing set figures = json_set(figures, '$.down_seconds', 0) where id = 'api'")
    found = wrong(books)
    assert any(
        line.startswith("closing objective api 2026-01: figures.down_seconds is 0 and was 3,600 in ledger entry ")
        for line in found
    )
    assert "down_seconds: the closed figure says 0, and its evidence gives 3,600" in found


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update closing set bundle = json_set(bundle, '$.target', '99.0')", "digests.bundle is "),
        ("update closing set inputs = json_set(inputs, '$.name', 'x')", "digests.inputs is "),
        ("update closing set terms = json_set(terms, '$.since', 5)", "digests.terms is "),
        ("update closing set reason = 'x'", "reason is x and was empty in ledger entry"),
        ("update closing set actor = 'eve'", "actor is eve and was dan in ledger entry"),
        ("update closing set month_end = month_end - 1", "month_end is 2026-01-31T16:59:59Z"),
        ("update closing set settings_digest = 'x'", "settings is x and was "),
        ("update closing set tzdata = '1999a'", "tzdata is 1999a and was "),
    ],
)
def test_every_other_part_of_a_closing_is_held_by_the_ledger(books: Office, statement: str, said: str) -> None:
    books.sql(statement)
    assert any(line.startswith("closing objective api 2026-01: ") and said in line for line in wrong(books))


def test_inputs_that_were_exchanged_together_with_their_digest_are_named(books: Office) -> None:
    store = books.store()
    from monitor.core.books import Subject
    from monitor.core.model import digest

    [item] = store.books.revisions(Subject.OBJECTIVE, "api", "2026-01")
    store.close()
    other = {**item.closing.inputs, "name": "x"}
    books.sql("update closing set inputs = ?, inputs_digest = ? where id = 'api'", json.dumps(other), digest(other))
    found = wrong(books)
    assert any("digests.inputs is " in line for line in found)


def test_a_record_that_cannot_be_read_any_more_is_named_and_not_a_crash(books: Office) -> None:
    books.sql("update closing set inputs = '{}', bundle = '{}' where id = 'api'")
    found = wrong(books)
    assert any(line.startswith("its evidence cannot be read: ") for line in found)
    assert any(line.startswith("it cannot be computed again: ") for line in found)


def test_a_closing_that_was_taken_out_is_named(books: Office) -> None:
    books.sql("delete from closing where id = 'api'")
    assert any(line.startswith("closing objective api 2026-01: is gone, and ledger entry ") for line in wrong(books))


def test_a_first_revision_that_was_taken_out_is_named(books: Office) -> None:
    books.late("api", "25 Jan 03:00", "25 Jan 04:00", State.UP)
    revised = books.by("dan", "revise", "2026-01", "--objective", "api", "--reason", "The spool")
    assert revised.code == 0
    books.sql("delete from closing where id = 'api' and revision = 0")
    assert "revision 0 is gone" in wrong(books)


def test_late_results_are_named_and_hold_again_once_revised(books: Office) -> None:
    books.late("api", "25 Jan 03:00", "25 Jan 04:00", State.DOWN)
    told = "was unknown when the month was closed and is down now (3,600 s)"
    assert f"api: 2026-01-24T20:00:00Z to 21:00:00Z {told}" in wrong(books)
    for words in (("--objective", "api"), ("--agreement", "acme")):
        assert books.by("dan", "revise", "2026-01", *words, "--reason", "The spool came back").code == 0
    assert books.run("verify").code == 0


def test_a_service_that_was_moved_is_named(books: Office) -> None:
    books.sql("update component set since = since + 86400 where id = 'api'")
    assert any(line.startswith("api: in service 2025-12-31T17:00:00Z to ") for line in wrong(books))


def test_settings_that_were_changed_are_named_by_the_ledger(books: Office) -> None:
    books.sql("update settings_version set body = json_set(body, '$.page.title', 'x')")
    [line] = wrong(books)
    assert line.startswith("settings loaded at 2025-12-31T")
    assert "Z: their digest is " in line
    assert line.endswith(" in ledger entry 1")
    books.sql("delete from settings_version")
    assert [line for line in wrong(books) if line.startswith("settings: ledger entry 1 says some were loaded at 2025-")]


def test_settings_that_were_loaded_behind_the_ledgers_back_are_named(books: Office) -> None:
    books.sql("insert into settings_version (digest, loaded_at, body) select digest, loaded_at + 60, body "
              "from settings_version limit 1")  # fmt: skip
    [line] = wrong(books)
    assert line.endswith(": are stored, and the ledger does not say so")
    books.sql("delete from settings_version where no = (select max(no) from settings_version)")
    books.sql("update settings_version set loaded_at = loaded_at - 60")
    assert " says 2025-12-31T" in wrong(books)[0]


# Spans against results

JANUARY = ("verify", "--from", "2026-01-01", "--to", "2026-02-01")


def test_spans_that_results_still_give_hold(books: Office) -> None:
    done = books.run(*JANUARY)
    assert (done.code, done.err) == (0, "")
    # 31 days of two components.
    said = "spans, 2025-12-31T17:00:00Z to 2026-01-31T17:00:00Z, 5,356,800 s of 2 components: holds"
    assert done.lines[2] == said
    values = books.run(*JANUARY, "--component", "api", "--json").json
    assert values["spans"]["compared_seconds"] == {"api": 2_678_400}
    assert (values["holds"], values["spans"]["different"]) == (True, [])


def test_what_was_and_was_not_checked_is_said(books: Office) -> None:
    told = books.run("verify").lines
    assert told[told.index("Not checked:") + 1] == (
        "- spans against the results they were judged from: `janji verify --from` names the time"
    )
    assert told[-2] == "- tokens, alerts and messages sent"
    told = books.run(*JANUARY).lines
    by_results = "- spans against results, by the terms of their checks, pauses and approved corrections, as stored"
    assert told.index(by_results) < told.index("Not checked:")


def test_a_result_that_was_changed_is_named_by_what_it_made(books: Office) -> None:
    books.sql("update result set outcome = 0 where slot = ?", wib("20 Jan 01:05"))
    assert books.run("verify").code == 0  # no span was touched
    done = books.run(*JANUARY)
    told = "  api: 2026-01-19T18:05:00Z to 2026-01-19T18:10:00Z: stored is down, results give up (300 s)"
    assert (done.code, [line for line in done.lines if line.startswith("  ")]) == (1, [told])
    [found] = books.run(*JANUARY, "--json").json["spans"]["different"]
    assert found == {
        "component": "api",
        "start": "2026-01-19T18:05:00Z",
        "end": "2026-01-19T18:10:00Z",
        "seconds": 300,
        "stored": "down",
        "recomputed": "up",
    }


def test_a_span_that_results_do_not_give_is_named_in_a_month_that_is_not_closed(books: Office) -> None:
    books.sql("update span set state = 0 where start = ?", wib("05 Feb 10:00"))
    done = books.run("verify", "--from", "2026-02-01")
    told = "  api: 2026-02-05T03:00:00Z to 2026-02-05T03:10:00Z: stored is up, results give down (600 s)"
    assert (done.code, [line for line in done.lines if line.startswith("  ")]) == (1, [told])


def test_a_correction_of_one_check_that_was_taken_out_leaves_its_spans_unproven(books: Office) -> None:
    words = [word.replace("01-09 14:00", "02-05 10:00").replace("40m", "10m") for word in WRONG]
    assert books.by("ana", *words, "--check", "http").code == 0
    assert books.by("ben", "correction", "approve", "correction-3").code == 0
    books.late("web", "25 Jan 03:00", "25 Jan 03:00", State.UP)  # judges what waits
    assert books.run("verify", "--from", "2026-02-01").code == 0
    books.sql("delete from decision where request_no = 3")
    told = "  api: 2026-02-05T03:00:00Z to 2026-02-05T03:10:00Z: stored is unknown, results give down (600 s)"
    assert told in books.run("verify", "--from", "2026-02-01").lines


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--to", "2026-02-01"), "name its beginning with --from"),
        (("--component", "api"), "name its beginning with --from"),
        (("--from", "2026-02-01", "--to", "2026-01-01"), "holds no time"),
        (("--from", "2026-02-31"), "is not in the calendar"),
        (("--from", "January"), "is not a time"),
        (("--from", "2026-01-01", "--component", "appi"), "there is no component appi; did you mean api?"),
    ],
)
def test_a_period_that_cannot_be_judged_says_what_to_do(office: Office, words: tuple[str, ...], says: str) -> None:
    done = office.run("verify", *words)
    assert done.code == 2
    assert says in done.err


def test_a_correction_of_one_check_proposes_a_revision_of_the_closed_month(books: Office) -> None:
    words = [word.replace("01-09 14:00", "01-20 01:00").replace("40m", "10m") for word in WRONG]
    assert books.by("ana", *words, "--check", "http").code == 0
    assert books.by("ben", "correction", "approve", "correction-3").code == 0
    books.late("web", "25 Jan 03:00", "25 Jan 03:00", State.UP)  # judges what waits
    assert books.run("explain", "api", "2026-01", "--json").json["down_seconds"] == 3_600
    found = wrong(books)
    told = "api: 2026-01-19T18:00:00Z to 18:10:00Z was down when the month was closed and is unknown now (600 s)"
    assert told in found
    assert any(line.startswith("api: correction-3 (measurement_error of http) ") for line in found)
    for words_ in (("--objective", "api"), ("--agreement", "acme")):
        assert books.by("dan", "revise", "2026-01", *words_, "--reason", "An expired password").code == 0
    assert books.run("verify").code == 0
    assert books.run("explain", "api", "2026-01", "--json").json["down_seconds"] == 3_000
