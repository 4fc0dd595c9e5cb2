"""`janji summary`: a customer's month, on every way out.

January 2026 of `acme` (api + web), by hand: 6,000 s down of 2,674,800 s measured = 99.7756 % (`tests.reports.world`).
Alone: api 4,800 s of 2,674,800 s down = 99.8205 %, three outages; web 1,800 s of 2,678,400 s = 99.9327 %, one. Every
answer took 20 ms.
"""

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from monitor.core.incident import Action, Impact, IncidentEvent, Phase
from tests.cli.office import Office
from tests.reports.world import NOW, wib


@pytest.fixture
def told(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Two incidents of January: one of api, resolved, and one of web that is still a draft."""
    monkeypatch.setattr("monitor.cli.summary.now", lambda: NOW)
    store = office.store()
    start, end = wib("09 Jan 14:00"), wib("09 Jan 14:45")
    for id_, component, public in (("abc234", "api", True), ("abc345", "web", False)):
        store.incidents.append(
            (
                id_,
                IncidentEvent(
                    start + 60, "ana", Action.OPEN, start + 60, since=start,
                    title={"en": "No answers"}, text={"en": "We look."},
                    phase=Phase.INVESTIGATING, severity=1, impacts={component: Impact.DOWN}, public=public,
                ),
            )
        )  # fmt: skip
    resolved = IncidentEvent(
        end, "ana", Action.UPDATE, end, text={"en": "It works."}, phase=Phase.RESOLVED, impacts={"api": Impact.NONE}
    )
    store.incidents.append(("abc234", resolved))
    store.close()
    return office


def test_a_customer_reads_availability_incidents_response_times_credit_and_trend(told: Office) -> None:
    done = told.run("summary", "acme", "2026-01")
    assert (done.code, done.err) == (0, "")
    said = [" ".join(line.split()) for line in done.lines]
    assert said[0] == "Monthly summary: January 2026"
    assert "Availability: 99.7756 %" in said
    assert "Production API 99.8205 % 1 h 20 min 3 20 ms 20 ms" in said
    assert "Web dashboard 99.9327 % 30 min 1 20 ms 20 ms" in said
    assert "Critical No answers 9 Jan 2026 14:00 9 Jan 2026 14:45 Production API –" in said
    assert "1 in all: 1 × Critical." in said
    assert "This agreement provides for no credit." in said
    assert "January 2026 99.5 % 99.7756 % Met 1 h 40 min –" in said


def test_the_running_month_has_the_month_before_it_beside_it(told: Office) -> None:
    found = json.loads(told.run("summary", "acme", "2026-02", "--json").out)
    assert [each["month"] for each in found["trend"]] == ["2026-01", "2026-02"]
    assert (found["final"], found["incidents"], found["incidents_by_severity"]) == (False, [], {})


def test_json_says_the_same(told: Office) -> None:
    found = told.run("summary", "acme", "2026-01", "--json").json
    assert found["availability_percent_trunc4"] == "99.7756"
    assert found["services"][0] == {
        "id": "api",
        "name": "Production API",
        "availability_percent_trunc4": "99.8205",
        "measured_seconds": 2_674_800,
        "down_seconds": 4800,
        "outages": 3,
        "answers": 8900,  # 8,928 slots − 14 not seen − 14 that failed
        "p50_ms": 20,
        "p95_ms": 20,
    }
    assert found["incidents_by_severity"] == {"Critical": 1}
    assert [(item["id"], item["resolved"]) for item in found["incidents"]] == [("abc234", "2026-01-09T07:45:00Z")]


def test_the_pdf_speaks_indonesian_and_leaks_nothing(told: Office, tmp_path: Path) -> None:
    file = tmp_path / "summary.pdf"
    assert told.run("summary", "acme", "2026-01", "--pdf", str(file), "--language", "id").code == 0
    said = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(file).pages)
    assert "Ringkasan bulanan" in said
    assert "Tingkat Insiden Mulai Sampai Komponen Tinjauan insiden" in said
    assert [word for word in ("secret-cellar", "10.1.2", "Services", "Response") if word in said] == []


def test_what_is_not_there_is_one_line(told: Office) -> None:
    for arguments, said in (
        (("acne",), "there is no agreement 'acne'; did you mean acme?"),
        (("acme", "2027-01"), "2027-01 has not begun"),
        (("acme", "2026-01", "--send", "nobody"), "there is no channel nobody"),
    ):
        done = told.run("summary", *arguments)
        assert (done.code, done.out) == (2, "")
        assert said in done.err


def test_the_review_tells_the_incidents_by_severity(told: Office) -> None:
    said = [" ".join(line.split()) for line in told.run("report", "2026-01", "--review").lines]
    assert "Critical No answers 9 Jan 2026 14:00 9 Jan 2026 14:45 Production API –" in said
    assert "1 in all: 1 × Critical." in said
    assert told.run("report", "2026-01", "--review", "--json").json["incidents_by_severity"] == {"Critical": 1}
