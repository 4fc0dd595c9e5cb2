"""`janji reported` on a house with Power BI, whose vendor reports it, from January 2026 on in Jakarta.

November 2026 has 30 days: 2,592,000 s. 45 minutes down, 2,700 s, leave 99.8958 %. `acme` promises it alone at 99 %.
"""

from pathlib import Path

import pytest

from monitor.core.calendar import parse_instant
from monitor.core.ledger import first_break
from monitor.hub.wanted import wanted_components
from monitor.settings.loader import load
from tests.cli.house import Done, House

SETTINGS = """\
page: {zone: Asia/Jakarta}
server: {database: "sqlite:///DATABASE"}
components:
  - {id: powerbi, name: Power BI, source: reported, objective: 99%, since: 2026-01-01}
  - id: api
    checks: [{kind: tcp, host: 127.0.0.1, port: 9}]
agreements:
  - {id: acme, customer: Acme, components: [powerbi], target: 99%, since: 2026-01-01}
"""
NOVEMBER = ("--component", "powerbi", "--month", "2026-11", "--source", "Their service history")
OUTAGE = ("--outage", "2026-11-03 10:00/2026-11-03 10:45")
LATER = parse_instant("2026-12-07T02:00:00Z")


class Vendor(House):
    at = LATER

    def by(self, name: str, *arguments: str) -> Done:
        return self.run(*arguments, env={"JANJI_TOKEN": self.tokens[name]})

    def csv(self, text: str, name: str = "november.csv") -> str:
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return str(file)


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vendor:
    made = Vendor(tmp_path)
    for command in ("reported", "explain", "report", "close", "revise", "verify", "evidence"):
        monkeypatch.setattr(f"monitor.cli.{command}.now", lambda: made.at)
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    made.config.write_text(SETTINGS.replace("DATABASE", str(tmp_path / "janji.db")))
    settings = load(made.config, secrets=lambda name: False).settings
    store = made.store()
    wanted = wanted_components(settings)
    at = parse_instant("2026-10-01T00:00:00Z")
    store.adopt(settings.digest, settings.document, wanted, now=at, actor="test")
    store.close()
    made.tokens = {
        name: made.run("token", "create", name, "--scope", scope).out.strip()
        for name, scope in {"ana": "report", "ben": "request", "dan": "close"}.items()
    }
    return made


# Entering


def test_what_changes_is_said_first_and_then_it_stands(vendor: Vendor) -> None:
    done = vendor.by("ana", "reported", "enter", *NOVEMBER, *OUTAGE)
    assert (done.code, done.err) == (0, "")
    change = "0 s down of 0 s measured, no data → 2,700 s down of 2,592,000 s measured, 99.8958 %"
    period = "Sun 1 Nov 2026 00:00 WIB to Tue 1 Dec 2026 00:00 WIB"
    assert done.lines == [
        "This changes:",
        f"  objective of powerbi, 2026-11: {change}",
        f"  agreement acme, 2026-11: {change}",
        f"report-1 is entered: powerbi, {period}, 1 outage, by ana.",
    ]
    shown = vendor.run("explain", "powerbi", "2026-11", "--json").json
    assert (shown["down_seconds"], shown["unknown_seconds"], shown["availability_percent_trunc4"]) == (
        2_700,
        0,
        "99.8958",
    )


def test_no_outage_has_to_be_said(vendor: Vendor) -> None:
    done = vendor.run("reported", "enter", *NOVEMBER)
    assert (done.code, done.err.splitlines()[-1]) == (
        2,
        "Error: give each --outage, or --none alone where there was none",
    )
    done = vendor.by("ana", "reported", "enter", *NOVEMBER, "--none")
    assert done.lines[0] == "No outage: the whole period will count as up."
    assert vendor.run("explain", "powerbi", "2026-11", "--json").json["availability_percent_trunc4"] == "100.0000"


def test_a_later_report_counts_and_says_what_it_takes_the_place_of(vendor: Vendor) -> None:
    vendor.by("ana", "reported", "enter", *NOVEMBER, *OUTAGE)
    done = vendor.by("ana", "reported", "enter", *NOVEMBER, "--outage", "2026-11-03 10:00/2026-11-03 11:00")
    assert done.lines[0] == (
        "report-1 (Their service history) covers part of that time too; where both speak this one counts from now on."
    )
    assert vendor.run("explain", "powerbi", "2026-11", "--json").json["down_seconds"] == 3_600
    assert [item["id"] for item in vendor.run("reported", "list", "--json").json] == ["report-1", "report-2"]


def test_part_of_a_month_can_be_entered(vendor: Vendor) -> None:
    period = ("--start", "2026-11-01 00:00", "--end", "2026-11-10T17:00Z")
    asked = ("--component", "powerbi", "--source", "Mail", *period, "--none")
    assert vendor.by("ana", "reported", "enter", *asked).code == 0
    assert vendor.run("explain", "powerbi", "2026-11", "--json").json["measured_seconds"] == 864_000


def test_without_a_token_the_os_user_enters_it_unproven(vendor: Vendor) -> None:
    assert vendor.run("reported", "enter", *NOVEMBER, "--none").lines[-1].endswith(", 0 outages, by root (unproven).")
    [shown] = vendor.run("reported", "list", "--json").json
    assert (shown["entered_by"], shown["enterer_proven"]) == ("root (unproven)", False)


def test_a_token_needs_the_scope(vendor: Vendor) -> None:
    done = vendor.by("ben", "reported", "enter", *NOVEMBER, "--none")
    assert (done.code, done.err) == (1, "Error: the token ben has no scope report; it has request\n")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--component", "api", "--month", "2026-11"), "api is probed; only a component with `source: reported` takes"),
        (
            ("--component", "powerbl", "--month", "2026-11"),
            "there is no reported component powerbl; did you mean powerbi?",
        ),
        (("--component", "powerbi"), "give --month, or --start and --end of the reported period"),
        (("--component", "powerbi", "--month", "2026-12"), "its period is not over yet; enter what is over"),
        (("--component", "powerbi", "--month", "2027-01"), "2027-01 has not begun"),
        (("--component", "powerbi", "--month", "2025-12"), "powerbi was not in service in that period"),
    ],
)
def test_what_cannot_be_reported_on_is_refused(vendor: Vendor, asked: tuple[str, ...], told: str) -> None:
    done = vendor.by("ana", "reported", "enter", *asked, "--source", "Mail", "--none")
    assert done.code in (1, 2)
    assert told in done.err
    assert vendor.run("reported", "list").out == "No vendor report was entered.\n"


def test_every_wrong_outage_is_named_at_once(vendor: Vendor) -> None:
    wrong = (*OUTAGE, "--outage", "2026-11-03 10:30/2026-11-03 10:50", "--outage", "2026-12-01 10:00/2026-12-01 11:00")
    done = vendor.by("ana", "reported", "enter", *NOVEMBER, *wrong)
    assert done.code == 2
    assert done.err.splitlines()[-3:] == [
        "Error: nothing was written:",
        "  --outage 2026-12-01 10:00/2026-12-01 11:00: it lies outside the report's period; cut it there, and enter "
        "the rest with its own period",
        "  --outage 2026-11-03 10:30/2026-11-03 10:50: it overlaps outage 1; join them",
    ]


def test_a_percentage_alone_cannot_be_entered(vendor: Vendor) -> None:
    done = vendor.by("ana", "reported", "enter", *NOVEMBER, "--outage", "99.95%")
    assert done.code == 2
    assert "a percentage cannot be turned into seconds" in done.err


# Importing


def test_a_csv_is_imported(vendor: Vendor) -> None:
    file = vendor.csv(
        "start,end,state,note\n"
        '2026-11-03 10:00,2026-11-03 10:45,down,"Region West, power"\n'
        "2026-11-04T03:00Z,2026-11-04T03:10Z,degraded,\n"
        "2026-11-05 10:00,2026-11-05 10:01,,\n"
    )
    assert vendor.by("ana", "reported", "import", file, *NOVEMBER).code == 0
    shown = vendor.run("explain", "powerbi", "2026-11", "--json").json
    assert (shown["down_seconds"], shown["degraded_seconds"]) == (2_760, 600)
    assert [each["note"] for each in vendor.run("reported", "show", "report-1", "--json").json["outages"]] == [
        "Region West, power",
        None,
        None,
    ]


def test_a_header_alone_says_that_there_was_no_outage(vendor: Vendor) -> None:
    file = vendor.csv("start,end\n")
    assert vendor.by("ana", "reported", "import", file, *NOVEMBER).code == 0
    assert vendor.run("explain", "powerbi", "2026-11", "--json").json["availability_percent_trunc4"] == "100.0000"


def test_every_wrong_line_is_named_at_once_and_nothing_is_written(vendor: Vendor) -> None:
    file = vendor.csv(
        "start,end,state,note\n"
        "2026-11-03 10:00,2026-11-03 10:45,down,\n"
        "yesterday,2026-11-03 10:45,broken,\n"
        "2026-11-31 10:00,2026-12-01 10:00,down,\n"
        "2026-11-07 10:00,2026-11-07 10:05,down,Region West,power\n"
    )
    done = vendor.by("ana", "reported", "import", file, *NOVEMBER)
    assert done.code == 2
    assert done.err.splitlines()[-5:] == [
        "Error: nothing was written:",
        "  november.csv, line 3: start: 'yesterday' is not a time; write 2026-11-29 01:00, or 2026-11-28T18:00Z",
        "  november.csv, line 3: state: 'broken' is not the state of an outage; write down or degraded",
        "  november.csv, line 4: start: '2026-11-31 10:00' is not in the calendar; write 2026-11-29 01:00",
        "  november.csv, line 5: more cells than columns; quote what holds a comma",
    ]
    assert vendor.run("reported", "list").out == "No vendor report was entered.\n"


def test_an_outage_that_does_not_fit_is_named_with_its_line(vendor: Vendor) -> None:
    file = vendor.csv("start,end\n\n2026-11-03 10:00,2026-11-03 10:45\n2026-11-03 10:30,2026-11-03 11:00\n")
    done = vendor.by("ana", "reported", "import", file, *NOVEMBER)
    assert done.err.splitlines()[-1] == "  november.csv, line 4: it overlaps outage 1; join them"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: the file is empty; begin with the header start,end,state,note"),
        ("month,availability\n2026-11,99.95%\n", "line 1: a percentage cannot be turned into seconds"),
        ("begin,end\n", "line 1: there is no column start; begin with the header start,end,state,note"),
        ("start,end,end,why\n", "line 1: the column end is there twice; keep one"),
        ("start,end,end,why\n", "line 1: the column 'why' is not known; the columns are start, end, state, note"),
        ('start,end\n"2026-11-03 10:00,2026-11-03 10:45\n', "this is no CSV"),
    ],
)
def test_what_is_no_list_of_outages_is_refused(vendor: Vendor, text: str, told: str) -> None:
    done = vendor.by("ana", "reported", "import", vendor.csv(text), *NOVEMBER)
    assert done.code == 2
    assert told in done.err


# Reading, closing, verifying


def test_one_is_shown_with_all_that_is_known_of_it(vendor: Vendor) -> None:
    vendor.by("ana", "reported", "enter", *NOVEMBER, *OUTAGE, "--evidence", "https://vendor.example/november")
    assert vendor.run("reported", "show", "report-1").lines == [
        "report-1: powerbi, Sun 1 Nov 2026 00:00 WIB to Tue 1 Dec 2026 00:00 WIB",
        "  Their service history",
        "  https://vendor.example/november",
        "  Mon 7 Dec 2026 09:00 WIB: entered by ana",
        "  down Tue 3 Nov 2026 10:00 WIB to Tue 3 Nov 2026 10:45 WIB (45 min)",
    ]
    assert (
        vendor.run("reported", "show", "report-2").err
        == "Error: there is no vendor report report-2; did you mean report-1?\n"
    )
    listed = vendor.run("reported", "list", "--component", "powerbi").lines
    assert listed[1].split("  ")[0] == "report-1"
    assert listed[1].endswith("Their service history")


def test_the_explanation_names_the_source(vendor: Vendor) -> None:
    vendor.by("ana", "reported", "enter", *NOVEMBER, *OUTAGE)
    lines = vendor.run("explain", "powerbi", "2026-11").lines
    assert "Outages: 1 (edges as reported)" in lines
    assert "  3 Nov 10:00–10:45 (45 min). Reported by the vendor." in lines
    at = lines.index("powerbi is not probed; its seconds are as reported by its vendor:")
    assert lines[at + 1] == (
        "  1 Nov 00:00–1 Dec 00:00 (2,592,000 s): report-1, Their service history, entered by ana on 7 Dec 2026 09:00"
    )
    assert (
        vendor.run("explain", "powerbi", "2026-10", "--json").json["vendor_reports"][0]["not_reported"][0]["seconds"]
        == 2_678_400
    )


def test_a_month_that_was_not_reported_is_closed_only_with_a_reason(vendor: Vendor) -> None:
    part = ("--start", "2026-11-01 00:00", "--end", "2026-11-30 00:00")
    vendor.by("ana", "reported", "enter", "--component", "powerbi", "--source", "Mail", *part, "--none")
    missing = "powerbi has no report of its vendor for 2026-11-29T17:00:00Z to 2026-11-30T17:00:00Z"
    done = vendor.by("dan", "close", "2026-11", "--all")
    assert done.code == 1
    assert [missing in line for line in done.err.splitlines()] == [True, True]
    done = vendor.by("dan", "close", "2026-11", "--agreement", "acme", "--reason", "The vendor will not say")
    assert done.code == 0
    assert missing in done.out


def test_a_report_after_closing_proposes_a_revision_and_changes_no_figure(vendor: Vendor) -> None:
    vendor.by("ana", "reported", "enter", *NOVEMBER, *OUTAGE)
    assert vendor.by("dan", "close", "2026-11", "--all").code == 0
    done = vendor.by("ana", "reported", "enter", *NOVEMBER, "--outage", "2026-11-03 10:00/2026-11-03 11:00")
    assert "agreement acme 2026-11 is closed: a revision is proposed, the figure stays until it is made." in done.lines
    shown = vendor.run("explain", "--agreement", "acme", "2026-11", "--json").json
    assert (shown["down_seconds"], shown["books"]) == (2_700, "closed")
    changed = "powerbi: 2026-11-03T03:45:00Z to 04:00:00Z was up when the month was closed and is down now (900 s)"
    assert changed in vendor.run("explain", "--agreement", "acme", "2026-11").out


def test_verify_holds_reports_and_their_seconds_against_the_ledger(vendor: Vendor) -> None:
    vendor.by("ana", "reported", "enter", *NOVEMBER, *OUTAGE)
    assert vendor.run("verify").code == 0
    store = vendor.store()
    assert first_break(store.ledger()) is None
    with store.transaction() as connection:
        connection.exec_driver_sql("update vendor_report set source = 'Hearsay'")
    store.close()
    done = vendor.run("verify")
    assert done.code == 1
    assert (
        "vendor report report-1: source is Hearsay and was Their service history in ledger entry" in done.out + done.err
    )


def test_verify_finds_seconds_that_no_report_says(vendor: Vendor) -> None:
    vendor.by("ana", "reported", "enter", *NOVEMBER, *OUTAGE)
    store = vendor.store()
    with store.transaction() as connection:
        connection.exec_driver_sql("update span set state = 0")
    store.close()
    done = vendor.run("verify")
    assert done.code == 1
    assert "powerbi: 2026-11-03T03:00:00Z to 03:45:00Z is up, and its vendor's reports say down" in done.out + done.err


def test_a_reported_component_has_no_check_to_try(vendor: Vendor) -> None:
    done = vendor.run("check", "powerbi")
    assert done.code == 2
    assert "powerbi is not probed, its vendor reports it; see `janji reported list`" in done.err
