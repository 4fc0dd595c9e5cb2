"""`janji exclusion` and `janji correction` on the written-down months of `tests.reports.world`.

`acme` excludes third-party failures too here. By hand, January, seconds: 6,000 down (9 Jan 14:00–15:00, 12 and 20 Jan
1,200 each), 3,600 unknown, so 2,674,800 measured: 99.7756 %. `api` alone 3,600 of 2,671,200: 99.8652 %.
"""

import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.core.alert import Plan
from monitor.core.ledger import first_break
from monitor.core.model import Span, State
from monitor.reader.page import PageReader
from monitor.reader.snapshot import Snapshot
from monitor.storage.judging import Judge
from tests.cli.house import Done, House
from tests.reports.world import NOW, YAML, build, opened, settings_of, wib

LISTED = YAML.replace("notice: 14d,", "notice: 14d, excludes: [maintenance, third_party],")
PERIOD = ("--component", "api", "--start", "2026-01-09 14:00")
THIRD = ("exclusion", "request", *PERIOD, "--for", "1h", "--kind", "third_party", "--reason", "Their network failed")
WRONG = ("correction", "request", *PERIOD, "--for", "40m", "--reason", "An expired password of ours")
AS_IT_WAS = "6,000 s down of 2,674,800 s measured, 99.7756 %"


@pytest.fixture(scope="session")
def january(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of those months."""
    return build(tmp_path_factory.mktemp("january"), LISTED).parent / "janji.db"


class Desk(House):
    """A house with three people in it: ana requests, ben requests and approves, cho approves."""

    def people(self) -> None:
        scopes = {"ana": ["request"], "ben": ["request", "approve"], "cho": ["approve"]}
        self.tokens = {}
        for name, allowed in scopes.items():
            words = [word for scope in allowed for word in ("--scope", scope)]
            self.tokens[name] = self.run("token", "create", name, *words).out.strip()

    def by(self, name: str, *arguments: str) -> Done:
        return self.run(*arguments, env={"JANJI_TOKEN": self.tokens[name]})

    def kinds(self) -> list[str]:
        store = self.store()
        entries = store.ledger()
        store.close()
        assert first_break(entries) is None
        return [entry.kind for entry in entries if entry.kind.startswith(("exclusion", "correction"))]


@pytest.fixture
def desk(january: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for command in ("cases", "report", "explain", "evidence"):
        monkeypatch.setattr(f"monitor.cli.{command}.now", lambda: NOW)
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    shutil.copy(january, tmp_path / "janji.db")
    (tmp_path / "janji.yaml").write_text(LISTED.replace("DATABASE", str(tmp_path / "janji.db")))
    found = Desk(tmp_path)
    found.people()
    return found


def facts(desk: Desk, *asked: str) -> tuple[int, int, int, str]:
    """Down, excluded and unknown seconds and the percentage of January, as `janji explain` gives them."""
    values = desk.run("explain", *asked, "2026-01", "--json").json
    percent = values["availability_percent_trunc4"]
    return values["down_seconds"], values["excluded_seconds"], values["unknown_seconds"], percent


# Exclusions


def test_a_request_says_first_what_it_would_do_and_changes_nothing(desk: Desk) -> None:
    done = desk.by("ana", *THIRD)
    assert done.lines == [
        "2,400 s of 3,600 s was seen down or degraded: only that can be excluded.",
        "If approved:",
        f"  agreement acme, 2026-01: {AS_IT_WAS} → 4,200 s down of 2,674,800 s measured, 99.8429 %",
        "exclusion-1 (third_party, api, Fri 9 Jan 2026 14:00 WIB to Fri 9 Jan 2026 15:00 WIB) is requested. "
        "Until somebody else approves it (`janji exclusion approve exclusion-1`), downtime in it counts.",
    ]
    assert facts(desk, "--agreement", "acme") == (6_000, 0, 3_600, "99.7756")
    assert desk.kinds() == ["exclusion requested"]


def test_an_approved_exclusion_counts_for_the_agreement_and_never_for_the_objective(desk: Desk) -> None:
    desk.by("ana", *THIRD)
    done = desk.by("ben", "exclusion", "approve", "exclusion-1", "--reason", "Seen on their page")
    assert done.code == 0
    assert done.lines[-1].endswith("is approved by ben.")
    assert facts(desk, "--agreement", "acme") == (4_200, 0, 3_600, "99.8429")  # web was in service all the time
    assert facts(desk, "api") == (3_600, 3_600, 3_600, "99.8652")
    assert desk.kinds() == ["exclusion requested", "exclusion approved"]


def test_whoever_requested_an_exclusion_does_not_approve_it(desk: Desk) -> None:
    desk.by("ben", *THIRD)
    done = desk.by("ben", "exclusion", "approve", "exclusion-1")
    assert (done.code, done.out) == (1, "")
    assert "four eyes: exclusion-1 was requested by ben; somebody else must approve it" in done.err
    assert desk.kinds() == ["exclusion requested"]


def test_deciding_needs_a_token_with_the_scope_approve(desk: Desk) -> None:
    desk.by("ana", *THIRD)
    for verb in (("approve", "exclusion-1"), ("reject", "exclusion-1", "--reason", "no")):
        assert "deciding needs a token" in desk.run("exclusion", *verb).err
        assert "the token ana has no scope approve; it has request" in desk.by("ana", "exclusion", *verb).err
    assert "the token cho has no scope request" in desk.by("cho", *THIRD).err
    assert desk.kinds() == ["exclusion requested"]


def test_a_request_without_a_token_is_marked_and_whoever_approves_is_told(desk: Desk) -> None:
    desk.run(*THIRD)
    done = desk.by("ben", "exclusion", "approve", "exclusion-1")
    assert done.code == 0
    assert "Requested by root (unproven): no token proves that this was somebody other than ben." in done.out
    (case,) = desk.run("exclusion", "list", "--json").json
    assert (case["requested_by"], case["requester_proven"], case["decided_by"]) == ("root (unproven)", False, "ben")


def test_a_rejected_exclusion_changes_nothing_and_is_decided_for_good(desk: Desk) -> None:
    desk.by("ana", *THIRD)
    assert "a rejection needs a reason" in desk.by("ben", "exclusion", "reject", "exclusion-1").err
    assert desk.by("ben", "exclusion", "reject", "exclusion-1", "--reason", "It was ours").code == 0
    again = desk.by("cho", "exclusion", "approve", "exclusion-1")
    assert again.code == 1
    assert "exclusion-1 was already rejected by ben; request it anew" in again.err
    assert facts(desk, "--agreement", "acme") == (6_000, 0, 3_600, "99.7756")
    assert desk.kinds() == ["exclusion requested", "exclusion rejected"]


def test_a_kind_that_no_agreement_lists_cannot_be_chosen(desk: Desk) -> None:
    done = desk.by(
        "ana", "exclusion", "request", *PERIOD, "--for", "1h", "--kind", "force_majeure", "--reason", "flood"
    )
    assert done.code == 2
    assert "no agreement over api lists force_majeure: acme excludes maintenance, third_party" in done.err
    assert desk.kinds() == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"--start": "2026-02-09 23:30"}, "the period is not over yet"),
        ({"--for": "0s"}, "before it starts"),
        ({"--for": None}, "give --end TIME or --for DURATION"),
        ({"--component": "apy"}, "there is no component apy; did you mean api?"),
        ({"--reason": " "}, "a request needs a reason"),
        ({"--evidence": "ftp://x"}, "does not begin with https:// or http://"),
        ({"--check": "http"}, "a check has none of its own; leave the check out"),
        ({"--kind": "maintenance"}, "'maintenance' is not one of"),
        ({"--for": "90ms"}, "not in whole seconds"),
    ],
)
def test_a_request_that_cannot_be_made_says_what_to_do(desk: Desk, change: dict[str, str | None], says: str) -> None:
    options = dict(zip(THIRD[2::2], THIRD[3::2], strict=True)) | change
    words = [word for option, value in options.items() if value is not None for word in (option, value)]
    done = desk.by("ana", "exclusion", "request", *words)
    assert done.code == 2
    assert says in done.err
    assert desk.kinds() == []


def test_an_id_of_the_other_type_is_not_found(desk: Desk) -> None:
    desk.by("ana", *THIRD)
    done = desk.by("ben", "correction", "approve", "exclusion-1")
    assert (done.code, done.err) == (2, "Error: there is no correction exclusion-1; none is known here\n")
    assert "did you mean exclusion-1?" in desk.run("exclusion", "show", "exclusion-2").err


# Corrections


def test_an_approved_correction_makes_its_time_unknown_in_every_figure(desk: Desk) -> None:
    asked = desk.by("ana", *WRONG)
    assert asked.lines[:4] == [
        "2,400 s would become unknown; 2,400 s of it was seen down or degraded.",
        "If approved:",
        f"  agreement acme, 2026-01: {AS_IT_WAS} → 4,200 s down of 2,673,000 s measured, 99.8428 %",
        "  objective of api, 2026-01: 3,600 s down of 2,671,200 s measured, 99.8652 % → "
        "1,200 s down of 2,668,800 s measured, 99.9550 %",
    ]
    assert facts(desk, "api") == (3_600, 3_600, 3_600, "99.8652")
    assert desk.by("ben", "correction", "approve", "correction-1").code == 0
    assert facts(desk, "api") == (1_200, 3_600, 6_000, "99.9550")
    # Of 14:00–14:40 web was down from 14:30 on: only 1,800 s became unknown.
    assert facts(desk, "--agreement", "acme") == (4_200, 0, 5_400, "99.8428")
    assert desk.kinds() == ["correction requested", "correction approved"]


def test_an_approved_correction_is_unknown_on_the_page_too(desk: Desk) -> None:
    settings = settings_of(desk.config)
    store = desk.store()
    page = PageReader(store, settings)  # made before: it must look again
    assert page.page(NOW).components[0].ninety.down_seconds == 4_200
    desk.by("ana", *WRONG)
    desk.by("ben", "correction", "approve", "correction-1")
    ninety = page.page(NOW).components[0].ninety
    assert (ninety.down_seconds, ninety.unknown_seconds) == (1_800, 6_000)
    seen = Snapshot(store, wib("01 Jan 00:00")).spans("api", wib("09 Jan 13:00"), wib("09 Jan 15:00"))
    assert Span(State.UNKNOWN, wib("09 Jan 14:00"), wib("09 Jan 14:40")) in seen
    assert not any(span.state is State.UNKNOWN for span in store.spans("api", *_around()))  # what was measured stays
    store.close()


def test_the_evidence_lists_what_was_decided_without_names_or_reasons(desk: Desk) -> None:
    desk.by("ana", *THIRD)
    desk.by("ben", "exclusion", "approve", "exclusion-1")
    desk.by("ana", "correction", "request", *PERIOD, "--for", "15m", "--reason", "An expired password of ours")
    desk.by("ben", "correction", "approve", "correction-2")
    desk.by("ana", *THIRD)
    written = desk.run("evidence", "--agreement", "acme", "2026-01")
    listed = [
        (item["kind"], item["start"], item["end"], item["approved"])
        for item in written.json["components"][0]["exclusions"]
        if item["kind"] != "maintenance"
    ]
    assert listed == [
        ("measurement_error", "2026-01-09T07:00:00Z", "2026-01-09T07:15:00Z", True),
        ("third_party", "2026-01-09T07:00:00Z", "2026-01-09T08:00:00Z", None),
        ("third_party", "2026-01-09T07:15:00Z", "2026-01-09T07:40:00Z", True),
    ]
    assert not any(word in written.out for word in ("ana", "ben", "expired", "Their network"))
    file = desk.folder / "acme.json"
    file.write_text(written.out)
    result = desk.run("recompute", str(file)).json["vectors"][0]["result"]
    down, excluded, unknown, percent = facts(desk, "--agreement", "acme")
    assert (result["down_seconds"], result["excluded_seconds"]) == (down, excluded)
    assert (result["unknown_seconds"], result["availability_percent_trunc4"]) == (unknown, percent)


def test_an_explanation_lists_what_was_requested_and_what_it_takes(desk: Desk) -> None:
    desk.by("ana", *THIRD)
    text = desk.run("explain", "--agreement", "acme", "2026-01").out
    assert (
        "Exclusions and corrections:\n"
        "  exclusion-1, third_party (api) 9 Jan 14:00–15:00: requested by ana: pending, downtime in it counts\n"
        "    Their network failed\n"
    ) in text
    assert "exclusion-1" not in desk.run("explain", "api", "2026-01").out
    desk.by("ben", "exclusion", "approve", "exclusion-1")
    (listed,) = desk.run("explain", "--agreement", "acme", "2026-01", "--json").json["decisions"]
    taken = {"start": "2026-01-09T07:00:00Z", "end": "2026-01-09T07:40:00Z", "seconds": 2400}
    assert (listed["id"], listed["status"], listed["taken"]) == ("exclusion-1", "approved", [taken])


def test_a_bridged_gap_beside_a_correction_is_pointed_out(desk: Desk) -> None:
    done = desk.by("ana", "correction", "request", *PERIOD, "--for", "15m", "--reason", "An expired password of ours")
    assert done.lines[1] == (
        "Fri 9 Jan 2026 14:15 WIB to Fri 9 Jan 2026 14:25 WIB beside it was bridged: inferred downtime, and it stays. "
        "Take it in if it was wrong too."
    )


def test_a_pending_request_is_known_to_the_account_that_it_concerns(desk: Desk) -> None:
    desk.by("ana", *THIRD)
    desk.by("ana", *WRONG)
    store, accounts = opened(desk.config)
    agreement = accounts.agreement("acme", "2026-01", NOW)
    objective = accounts.month("api", "2026-01", ZoneInfo("Asia/Jakarta"), NOW)
    other = accounts.month("web", "2026-01", ZoneInfo("Asia/Jakarta"), NOW)
    later = accounts.agreement("acme", "2026-02", NOW)
    store.close()
    assert [case.request.id for case in agreement.pending] == ["correction-2", "exclusion-1"]
    assert [case.request.id for case in objective.pending] == ["correction-2"]
    assert (other.pending, later.pending) == ((), ())
    assert (agreement.approved_exclusions, agreement.corrections) == ((), ())


# Reading


def test_the_list_shows_all_or_only_what_is_pending(desk: Desk) -> None:
    assert desk.run("exclusion", "list").lines == ["No exclusion was requested."]
    desk.by("ana", *THIRD)
    desk.by("ana", *THIRD)
    desk.by("ben", "exclusion", "approve", "exclusion-1")
    assert [line.split()[:4] for line in desk.run("exclusion", "list").lines] == [
        ["ID", "STATUS", "KIND", "COMPONENT"],
        ["exclusion-1", "approved", "third_party", "api"],
        ["exclusion-2", "pending", "third_party", "api"],
    ]
    (waiting,) = desk.run("exclusion", "list", "--pending", "--json").json
    assert (waiting["id"], waiting["status"], waiting["decided_by"]) == ("exclusion-2", "pending", None)
    assert desk.run("correction", "list", "--pending").lines == ["No correction is pending."]


# Corrections of one check

CHECK = (*WRONG, "--check", "http")
"""`web` saw 14:30 to 15:00 down: of the agreement those 1,800 s stay down, and 14:00 to 14:30 become unknown."""


def judged(desk: Desk) -> None:
    store = desk.store()
    while store.judge(Judge(Plan()), NOW).more:
        pass
    store.close()


def test_a_correction_of_one_check_says_what_the_component_would_be_and_the_judge_makes_it_so(desk: Desk) -> None:
    asked = desk.by("ana", *CHECK)
    assert (asked.code, asked.err) == (0, "")
    assert asked.lines == [
        "2,400 s of api/http would become unknown, and the component is judged again without it.",
        "If approved:",
        f"  agreement acme, 2026-01: {AS_IT_WAS} → 4,200 s down of 2,673,000 s measured, 99.8428 %",
        "  objective of api, 2026-01: 3,600 s down of 2,671,200 s measured, 99.8652 % → "
        "1,200 s down of 2,668,800 s measured, 99.9550 %",
        "correction-1 (measurement_error, api/http, Fri 9 Jan 2026 14:00 WIB to Fri 9 Jan 2026 14:40 WIB) is requested."
        " Until somebody else approves it (`janji correction approve correction-1`), it counts as it was measured.",
    ]
    done = desk.by("ben", "correction", "approve", "correction-1")
    assert done.code == 0
    assert done.lines[-1].endswith(
        "is approved by ben. `janji up` judges that time again: at once where it runs, else when it starts next."
    )
    assert facts(desk, "api") == (3_600, 3_600, 3_600, "99.8652")  # no hub has run
    judged(desk)
    assert facts(desk, "api") == (1_200, 3_600, 6_000, "99.9550")
    assert facts(desk, "--agreement", "acme") == (4_200, 0, 5_400, "99.8428")
    assert desk.kinds() == ["correction requested", "correction approved"]


def test_a_correction_of_one_check_stands_in_evidence_and_explanation(desk: Desk) -> None:
    desk.by("ana", *CHECK)
    desk.by("ben", "correction", "approve", "correction-1")
    judged(desk)
    [held] = [item for item in desk.run("evidence", "api", "2026-01").json["exclusions"] if "check" in item]
    assert (held["kind"], held["check"], held["approved"]) == ("measurement_error", "http", True)
    assert (held["start"], held["end"]) == ("2026-01-09T07:00:00Z", "2026-01-09T07:40:00Z")
    assert "approved by ben: judged without that check, 2,400 s unknown" in desk.run("explain", "api", "2026-01").out
    [case] = desk.run("correction", "list", "--json").json
    assert (case["component"], case["check"]) == ("api", "http")
    assert case["counts"] == "unknown for that check; the component is judged without it"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"--check": "htp"}, "api has no check htp; did you mean http?"),
        ({"--start": "2025-12-09 14:00"}, "api/http was not in force then"),
        ({"--start": "2026-01-25 03:10", "--for": "20m"}, "no result of api/http is stored for that time"),
    ],
)
def test_a_check_that_was_not_seen_is_not_corrected(desk: Desk, change: dict[str, str], says: str) -> None:
    options = dict(zip(CHECK[2::2], CHECK[3::2], strict=True)) | change
    done = desk.by("ana", "correction", "request", *(word for pair in options.items() for word in pair))
    assert done.code == 2
    assert says in done.err
    assert desk.kinds() == []


def test_an_approval_is_refused_once_the_results_are_gone(desk: Desk) -> None:
    desk.by("ana", *CHECK)
    store = desk.store()
    with store.transaction() as connection:
        connection.exec_driver_sql(f"delete from result where slot = {wib('09 Jan 14:05')}")
    store.close()
    done = desk.by("ben", "correction", "approve", "correction-1")
    assert done.code == 1
    assert "the results stored of 2026-01-09T07:05:00Z to 2026-01-09T07:10:00Z do not give the timeline" in done.err
    assert desk.kinds() == ["correction requested"]


# Shown


def test_one_is_shown_with_everything_that_is_known_of_it(desk: Desk) -> None:
    desk.by("ana", *THIRD, "--evidence", "https://provider.example/incidents/7")
    assert desk.run("exclusion", "show", "exclusion-1").lines == [
        "exclusion-1: pending",
        "  third_party, api, Fri 9 Jan 2026 14:00 WIB to Fri 9 Jan 2026 15:00 WIB (1 h)",
        "  Their network failed",
        "  https://provider.example/incidents/7",
        "  Tue 10 Feb 2026 00:00 WIB: requested by ana",
        "  Pending: downtime in it counts.",
        "If approved:",
        f"  agreement acme, 2026-01: {AS_IT_WAS} → 4,200 s down of 2,674,800 s measured, 99.8429 %",
    ]
    desk.by("ben", "exclusion", "approve", "exclusion-1", "--reason", "Seen on their page")
    assert desk.run("exclusion", "show", "exclusion-1").lines[5:] == [
        "  Tue 10 Feb 2026 00:00 WIB: approved by ben: Seen on their page"
    ]


def test_as_json_a_request_carries_its_figures_before_and_after(desk: Desk) -> None:
    found = desk.by("ana", *THIRD, "--json").json
    assert (found["id"], found["status"], found["seconds"]) == ("exclusion-1", "pending", 3600)
    (effect,) = found["effects"]
    assert (effect["kind"], effect["id"], effect["month"]) == ("agreement", "acme", "2026-01")
    assert (effect["before"]["down_seconds"], effect["before"]["availability_percent"]) == (6_000, "99.7756")
    assert (effect["after"]["down_seconds"], effect["after"]["availability_percent"]) == (4_200, "99.8429")
    decided = desk.by("ben", "exclusion", "approve", "exclusion-1", "--json").json
    assert (decided["status"], decided["decided_by"], decided["decided_at"]) == (
        "approved",
        "ben",
        "2026-02-09T17:00:00Z",
    )


def _around() -> tuple[int, int]:
    return wib("09 Jan 13:00"), wib("09 Jan 15:00")
