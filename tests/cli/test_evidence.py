import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.figures import Run


def proved(run: Run, folder: Path, *arguments: str) -> dict[str, Any]:
    """What `recompute` makes of what `evidence` writes."""
    file = folder / "bundle.json"
    file.write_text(run("evidence", *arguments))
    (vector,) = json.loads(run("recompute", str(file)))["vectors"]
    result: dict[str, Any] = vector["result"]
    return result


@pytest.mark.parametrize(
    "arguments", [("api", "2026-01"), ("api", "2026-02"), ("--agreement", "acme", "2026-01"), ("--agreement", "acme")]
)
def test_evidence_recomputes_to_exactly_what_explain_and_report_show(
    run: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = proved(run, tmp_path, *arguments)
    explained = json.loads(run("explain", *arguments, "--json"))
    report = json.loads(run("report", explained["month"], "--json"))
    shown = next(each for each in report[f"{explained['kind']}s"] if each["id"] == explained["id"])
    assert {key: explained[key] for key in result} == result
    assert {key: shown[key] for key in result} == result


def test_a_month_that_is_over_comes_out_as_computed_by_hand(run: Run, tmp_path: Path) -> None:
    result = proved(run, tmp_path, "api", "2026-01")
    assert result["availability"] == "741/742"
    assert result["allowed_downtime_seconds"] == "2671.2"
    assert (result["verdict"], result["final"]) == ("breached", True)


def test_a_running_month_states_how_far_it_is_settled_and_its_budget(run: Run, tmp_path: Path) -> None:
    result = proved(run, tmp_path, "api", "2026-02")
    assert json.loads(run("evidence", "api", "2026-02"))["as_of"] == "2026-02-09T17:00:00Z"
    assert result["availability"] == "1295/1296"
    assert (result["month_budget_seconds"], result["budget_left_seconds"]) == ("2415.6", "1815.6")


def test_a_bundle_says_what_made_it_and_what_the_ledgers_head_was(run: Run) -> None:
    bundle = json.loads(run("evidence", "api", "2026-01"))
    assert bundle["name"] == "api-2026-01"
    assert (bundle["zone"], bundle["month_start"], bundle["month_end"]) == (
        "Asia/Jakarta",
        "2025-12-31T17:00:00Z",
        "2026-01-31T17:00:00Z",
    )
    assert bundle["target"] == "99.9"
    assert bundle["tzdata"][:2] == "20"
    assert bundle["engine"].startswith("janji ")
    assert bundle["resolution_seconds"] == 300
    # One entry for the settings, one for each of the three notices.
    assert bundle["ledger_head"]["number"] == 4
    assert len(bundle["ledger_head"]["digest"]) == 64
    assert [each["announced_at"] for each in bundle["exclusions"]] == ["2025-12-31T17:00:00Z", "2026-01-17T17:00:00Z"]


def test_spans_are_cut_to_the_month_so_that_one_that_is_over_stays_the_same(run: Run) -> None:
    spans = json.loads(run("evidence", "api", "2026-01"))["spans"]
    assert (spans[0]["start"], spans[-1]["end"]) == ("2025-12-31T17:00:00Z", "2026-01-31T17:00:00Z")


@pytest.mark.parametrize("arguments", [("api", "2026-01"), ("--agreement", "acme", "2026-01")])
def test_nothing_internal_is_in_a_bundle(run: Run, arguments: tuple[str, ...]) -> None:
    text = run("evidence", *arguments)
    for internal in ("10.1.2", "secret-cellar", "timeout", "janji.db", "Hasty"):
        assert internal not in text


def test_a_bundle_can_be_written_to_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "api.json"
    assert run("evidence", "api", "2026-01", "-o", str(file)) == ""
    assert file.read_text() == run("evidence", "api", "2026-01")


def test_a_file_that_cannot_be_written_is_one_line_and_two(run: Run, tmp_path: Path) -> None:
    said = run.refused("evidence", "api", "2026-01", "-o", str(tmp_path / "none" / "x.json"))
    assert said.endswith("x.json: cannot be written (No such file or directory)")


def test_a_component_without_an_objective_has_nothing_to_prove(run: Run) -> None:
    said = run.refused("evidence", "web", "2026-01")
    assert said == "Error: web has no objective to prove; give it one in the settings"


def test_an_unknown_component_is_one_line_and_two(run: Run) -> None:
    assert run.refused("evidence", "apl") == "Error: there is no component 'apl'; did you mean api?"
