import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from tests.cli.figures import Run


def test_the_running_month_in_the_pages_zone_is_the_default(run: Run) -> None:
    assert run("report").startswith("February 2026 in Asia/Jakarta, from 1 Feb 2026 00:00: running\n")


def test_a_table_is_plain_and_aligned_when_piped(run: Run) -> None:
    text = run("report", "2026-01")
    assert "\x1b" not in text
    title, head, api, web, *_ = text.splitlines()
    assert title == "January 2026 in Asia/Jakarta, from 1 Jan 2026 00:00: over"
    assert head.index("Outcome") == api.index("breached") == web.index("not judged")
    assert "3 × 300 s" in api
    assert "Resolution is outages × slot: an outage's edges are known to one slot of the probing." in text


def test_one_figure_reads_the_same_everywhere(run: Run, tmp_path: Path) -> None:
    """741/742 is 99.86522… %, on every way out."""
    table = run("report", "2026-01")
    assert "99.8652 %" in table
    rows = {row["id"]: row for row in csv.DictReader(StringIO(run("report", "2026-01", "--csv"), newline=""))}
    report = json.loads(run("report", "2026-01", "--json"))["components"][0]
    explained = json.loads(run("explain", "api", "2026-01", "--json"))
    text = run("explain", "api", "2026-01")
    file = tmp_path / "api.json"
    assert run("evidence", "api", "2026-01", "-o", str(file)) == ""
    (vector,) = json.loads(run("recompute", str(file)))["vectors"]
    proved = vector["result"]
    assert proved["availability"] == report["availability"] == explained["availability"] == "741/742"
    assert rows["api"]["availability_percent"] == proved["availability_percent_trunc4"] == "99.8652"
    assert "1 − 3,600 ÷ 2,671,200 = 99.8652 %. Allowed at 99.9 %: 2,671 s. Missed by 929 s." in text
    for key, value in proved.items():
        assert (report[key], explained[key]) == (value, value)
    parts = ("total", "up", "degraded", "down", "unknown", "excluded")
    assert {key: int(rows["api"][f"{key}_seconds"]) for key in parts} == {
        "total": 2_678_400,
        "up": 2_667_600,
        "degraded": 0,
        "down": 3600,
        "unknown": 3600,
        "excluded": 3600,
    }
    assert all(proved[f"{key}_seconds"] == int(rows["api"][f"{key}_seconds"]) for key in parts)


def test_a_zone_of_its_own_moves_the_month(run: Run) -> None:
    report = json.loads(run("report", "2026-01", "--zone", "UTC", "--json"))
    assert report["components"][0]["month_start"] == "2026-01-01T00:00:00Z"
    assert report["agreements"][0]["month_start"] == "2025-12-31T17:00:00Z"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["2026-13"], "Error: '2026-13' is not a month; write one such as 2026-02"),
        (["2026-03"], "Error: 2026-03 has not begun; the running month is 2026-02"),
        (["2025-12"], "Error: nothing was in service in 2025-12"),
        (["--zone", "Asia/Jakata"], "Error: 'Asia/Jakata' is not a time zone; write one such as Asia/Jakarta"),
    ],
)
def test_what_is_not_there_is_one_line_and_two(run: Run, arguments: list[str], said: str) -> None:
    assert run.refused("report", *arguments) == said


def test_csv_and_json_together_are_refused(run: Run) -> None:
    code, _, err = run.ended("report", "--csv", "--json")
    assert code == 2
    assert "choose one of --csv, --journal, --xlsx, --pdf and --json" in err
