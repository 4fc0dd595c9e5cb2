"""A year of everything that a contract meets, and one number of it wherever somebody looks.

Every reader is held against an oracle that counts single seconds; so they agree with each other too.
"""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.reports.sheets import sheet
from tests.year import commands, served
from tests.year.commands import MONTHS, SAMPLED
from tests.year.conftest import Told
from tests.year.reading import Readings
from tests.year.world import PROPOSED, Year

pytestmark = pytest.mark.slow

Key = tuple[str, str]


def agrees(readings: Readings, told: Told, keys: set[Key]) -> None:
    """Whether a reader shows exactly these months, and each as the oracle has it."""
    assert readings.said.keys() == keys
    wrong = {
        key: {
            name: (value, told.figures[key][name]) for name, value in said.items() if value != told.figures[key][name]
        }
        for key, said in readings.said.items()
    }
    assert {key: fields for key, fields in wrong.items() if fields} == {}, "reader's value, oracle's value"


@pytest.fixture(scope="session")
def everything(told: Told) -> set[Key]:
    return set(told.figures)


def test_the_year_holds_everything_that_a_contract_meets(told: Told, year: Year) -> None:
    figures = told.figures.values()
    assert {each["outcome"] for each in figures} >= {"met", "breached", "indeterminate", "no data", "not judged", None}
    assert {each["stage"] for each in figures} == {"running", "provisional", "closed", "revised"}
    assert {each["credit"] for each in figures} == {None, "owed", "nothing", "needs decision", "running"}
    assert any(each["excluded"] for each in figures)
    assert max(each["revision"] or 0 for each in figures) == 2
    assert {asked.approved for asked in year.history.asked} == {True, False, None}
    assert {step.action for step in year.history.steps} == {"announce", "revise", "complete", "cancel"}
    lengths = {told.figures["acme", month]["total"] for month in ("2026-03", "2026-11")}
    assert lengths == {31 * 86_400 - 3600, 30 * 86_400 + 3600}  # the clocks of New York change in both


def test_the_five_parts_tile_every_month(told: Told) -> None:
    for each in told.figures.values():
        assert sum(each[part] for part in ("up", "degraded", "down", "unknown", "excluded")) == each["total"]


def test_the_report_as_json_says_it(documents: dict[str, Any], told: Told, everything: set[Key]) -> None:
    agrees(commands.json_report(documents), told, everything)


def test_the_terminal_says_it(year: Year, told: Told, everything: set[Key]) -> None:
    agrees(commands.table(year), told, everything)


def test_the_csv_says_it(year: Year, told: Told, everything: set[Key]) -> None:
    agrees(commands.csv_report(year), told, everything)


def test_the_journal_says_it_of_agreements(year: Year, told: Told) -> None:
    agrees(commands.journal(year), told, told.of(agreement=True))


def test_explain_says_it_in_words(year: Year, told: Told, everything: set[Key]) -> None:
    sampled = {month: ids for month, ids in told.subjects.items() if month in SAMPLED}
    agrees(commands.explanations(year, sampled), told, {key for key in everything if key[1] in SAMPLED})


@pytest.mark.parametrize(("language", "path"), [("en", "/uptime/"), ("id", "/id/uptime/")])
def test_the_page_says_it_of_components(site: Any, told: Told, language: str, path: str) -> None:
    agrees(served.uptime_view(site[0][path], language), told, told.of(agreement=False))


def test_the_public_api_says_it_of_the_running_month(site: Any, told: Told) -> None:
    agrees(served.summary(site[0]["/api/v1/summary"]), told, told.of(agreement=False, months=1))


def test_the_api_says_it(answers: dict[str, Any], documents: dict[str, Any], told: Told, everything: set[Key]) -> None:
    agrees(commands.json_report({month: answers[f"/months/{month}"] for month in MONTHS}), told, everything)
    assert {month: answers[f"/months/{month}"] for month in MONTHS} == documents
    for document in documents.values():
        for line in [*document["components"], *document["agreements"]]:
            own = served.own_path(line["id"], line["month"], agreement=line["kind"] == "agreement")
            assert answers[own] == line
            explained = answers[f"{own}/explanation"]
            assert {name: explained[name] for name in line} == line
            for part in ("down", "excluded"):
                assert sum(piece["seconds"] for piece in explained[part]) == line[f"{part}_seconds"]


def test_whoever_has_the_evidence_computes_it_again(answers: dict[str, Any], told: Told, folder: Path) -> None:
    agreed = told.of(agreement=True)
    keys = sorted(told.of(agreement=False, objective=True) | agreed)
    bundles = {key: answers[f"{served.own_path(*key, agreement=key in agreed)}/evidence"] for key in keys}
    file = folder / "year.json"
    file.write_text(json.dumps({"vectors": list(bundles.values())}))
    command = [sys.executable, "-m", "monitor", "recompute", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    readings = Readings()
    for key, found in zip(bundles, json.loads(done.stdout)["vectors"], strict=True):
        assert found["name"] == "-".join(key)
        readings.put(*key, **commands.of_result(found["result"], key[0]))
    agrees(readings, told, set(keys))


def test_page_api_and_command_hand_out_the_same_evidence(
    bundles: dict[Key, Any], answers: dict[str, Any], site: Any, told: Told
) -> None:
    agreed = told.of(agreement=True)
    for key, found in bundles.items():
        assert answers[f"{served.own_path(*key, agreement=key in agreed)}/evidence"] == found
    assert {key: found for key, found in site[1].items() if key in bundles} == {
        key: found for key, found in bundles.items() if key not in agreed
    }


def test_the_spreadsheet_says_it_and_libreoffice_computes_it(
    computed: bytes, workbook: bytes, told: Told, everything: set[Key]
) -> None:
    for content in (workbook, computed):
        readings = Readings()
        for month in MONTHS:
            for line in sheet(content, month):
                readings.put(line["Id"], month, **commands.of_sheet(line))
        agrees(readings, told, everything)


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_statement_says_it(statements: dict[tuple[str, str, str], bytes], told: Told, language: str) -> None:
    readings = Readings()
    for (agreement, month, spoken), content in statements.items():
        if spoken == language:
            readings.put(agreement, month, **commands.statement(content, language))
    keys = told.of(agreement=True)
    agrees(readings, told, {key for key in keys if (key[1] in SAMPLED) == (language == "en")})


@pytest.mark.parametrize("period", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026"])
def test_quarters_and_years_sum_seconds_and_amounts(year: Year, told: Told, period: str) -> None:
    months = [month for month in MONTHS if period == "2026" or (int(month[5:]) + 2) // 3 == int(period[-1])]
    for found in (commands.period_json(year, period), commands.period_csv(year, period)):
        assert found.keys() == {subject for subject, month in told.figures if month in months}
        for subject, said in found.items():
            lines = [told.figures[subject, month] for month in months if (subject, month) in told.figures]
            summed = {part: sum(line[part] for line in lines) for part in commands.PARTS}
            assert {part: said[part] for part in commands.PARTS} == summed, subject
            measured, lost = sum(line["measured"] for line in lines), sum(line["downtime"] for line in lines)
            assert said["percent"] == commands.cut_off(1 - Fraction(lost) / measured if measured else None)
            assert said["outages"] == sum(line["outages"] for line in lines)
            assert said["credits"] == sum(line["credit_amount"] or 0 for line in lines), subject


def test_a_closed_month_is_the_same_file_again(year: Year, statements: dict[tuple[str, str, str], bytes]) -> None:
    for month in ("2026-02", "2026-04", PROPOSED):
        assert commands.file(year, month, "--xlsx") == commands.file(year, month, "--xlsx")
        again = commands.file(year, month, "--pdf", options=("--agreement", "acme", "--language", "en"))
        assert again == statements["acme", month, "en"]
        first = [commands.said(year, "evidence", "--agreement", "acme", month) for _ in range(2)]
        assert first[0] == first[1]


def test_late_facts_only_propose_and_the_closed_figure_stands(documents: dict[str, Any]) -> None:
    lines = [*documents[PROPOSED]["components"], *documents[PROPOSED]["agreements"]]
    proposed = [line for line in lines if line.get("revision_proposed")]
    assert proposed
    assert {line["books"] for line in proposed} == {"closed"}


def test_verify_names_what_the_report_proposes_and_nothing_else(year: Year, documents: dict[str, Any]) -> None:
    found = year.run("verify", "--json").json
    assert found["ledger"]["wrong"] == []
    differing = {(month["id"], month["month"]) for month in found["months"] if not month["holds"]}
    lines = [line for found in documents.values() for line in [*found["components"], *found["agreements"]]]
    assert differing == {(line["id"], line["month"]) for line in lines if line.get("revision_proposed")}
    assert PROPOSED in {month for _, month in differing}
