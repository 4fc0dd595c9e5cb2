import json
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from monitor.cli.main import main
from tests.api.asking import Caller
from tests.api.conftest import House
from tests.api.test_months import printed, printed_text
from tests.reports.world import NOW

CSV = "text/csv; charset=utf-8"
STATEMENT = "/agreements/acme/months/2026-01/statement"


@pytest.fixture(autouse=True)
def _same_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in ("report", "evidence", "summary"):
        monkeypatch.setattr(f"monitor.cli.{command}.now", lambda: NOW)


def written(house: House, file: Path, *arguments: str) -> bytes:
    """What a command writes on the same database."""
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(house.file), *arguments, str(file)])
    assert ended.value.code == 0
    return file.read_bytes()


@pytest.mark.parametrize("period", ["2026-01", "2026-Q1", "2026"])
@pytest.mark.parametrize(("form", "end"), [("csv", ""), ("journal", "-journal")])
async def test_a_csv_is_what_the_command_prints(
    house: House, api: Caller, capsysbinary: pytest.CaptureFixture[bytes], period: str, form: str, end: str
) -> None:
    answer = await api.get(f"/reports/{period}/{form}")
    with pytest.raises(SystemExit):
        main(["--config", str(house.file), "report", period, f"--{form}"])
    assert answer.content == capsysbinary.readouterr().out
    assert answer.headers["content-type"] == CSV
    assert answer.headers["content-disposition"] == f'attachment; filename="janji-{period}{end}.csv"'


@pytest.mark.parametrize("period", ["2026-01", "2026"])
async def test_a_spreadsheet_is_what_the_command_writes(house: House, api: Caller, tmp_path: Path, period: str) -> None:
    answer = await api.get(f"/reports/{period}/xlsx")
    assert answer.content == written(house, tmp_path / "x.xlsx", "report", period, "--xlsx")
    assert "2026-01" in load_workbook(BytesIO(answer.content)).sheetnames
    assert answer.headers["content-disposition"] == f'attachment; filename="janji-{period}.xlsx"'


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize(
    ("path", "arguments"),
    [
        ("/months/2026-01/review", ("report", "2026-01", "--review")),
        ("/agreements/acme/months/2026-01/summary", ("summary", "acme", "2026-01")),
    ],
)
async def test_review_and_summary_are_what_the_commands_write(
    house: House, api: Caller, tmp_path: Path, path: str, arguments: tuple[str, ...], language: str
) -> None:
    answer = await api.get(path, query=f"language={language}")
    assert answer.content == written(house, tmp_path / "x.pdf", *arguments, "--language", language, "--pdf")
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.parametrize(("query", "language"), [("", "en"), ("language=en", "en"), ("language=id", "id")])
async def test_a_statement_is_what_the_command_writes(
    house: House, api: Caller, tmp_path: Path, query: str, language: str
) -> None:
    answer = await api.get(STATEMENT, query=query)
    made = ("report", "2026-01", "--agreement", "acme", "--language", language, "--pdf")
    assert answer.content == written(house, tmp_path / "x.pdf", *made)
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="acme-2026-01-statement-{language}.pdf"'


async def test_a_language_or_agreement_that_is_not_there_is_told(api: Caller) -> None:
    assert list((await api.get(STATEMENT, query="language=fr")).errors) == ["?language"]
    answer = await api.get("/agreements/acne/months/2026-01/statement")
    assert (answer.status, answer.detail) == (404, "there is no agreement 'acne'; did you mean acme?")


async def test_evidence_of_a_quarter_holds_each_month_and_recomputes(
    house: House, api: Caller, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answer = await api.get("/agreements/acme/periods/2026-Q1/evidence")
    assert answer.headers["content-disposition"] == 'attachment; filename="acme-2026-Q1-evidence.json"'
    assert answer.json == printed(house, capsys, "evidence", "--agreement", "acme", "2026-Q1")
    months = [(await api.get(f"/agreements/acme/months/{month}/evidence")).json for month in ("2026-01", "2026-02")]
    assert answer.json == {"period": "2026-Q1", "vectors": months}
    file = tmp_path / "bundle.json"
    file.write_bytes(answer.content)
    found = json.loads(printed_text(house, capsys, "recompute", str(file)))["vectors"]
    assert [item["result"]["down_seconds"] for item in found] == [6_000, 600]


async def test_evidence_of_a_components_year_leaves_out_months_that_are_not_there(
    house: House, api: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    found = (await api.get("/periods/2026/components/api/evidence", query="zone=UTC")).json
    # Service began on 1 January in Jakarta, the evening before in UTC: 2025 holds hours of it.
    assert [item["month"] for item in found["vectors"]] == ["2026-01", "2026-02"]
    assert found == printed(house, capsys, "evidence", "api", "2026", "--zone", "UTC")
    for path, detail in (
        ("/periods/2025/components/api/evidence", "api was not in service in 2025-12; its first month is 2026-01"),
        ("/periods/2026/components/web/evidence", "web has no objective to prove; give it one in the settings"),
        ("/agreements/acne/periods/2026/evidence", "there is no agreement 'acne'; did you mean acme?"),
    ):
        answer = await api.get(path)
        assert (answer.status, answer.detail) == (404, detail)


@pytest.mark.parametrize(
    "path",
    [
        "/reports/2026-01/csv",
        "/reports/2026-01/journal",
        "/reports/2026-01/xlsx",
        STATEMENT,
        "/agreements/acme/months/2026-01/evidence",
        "/months/2026-01/components/api/evidence",
    ],
)
async def test_a_file_of_a_closed_month_is_the_same_bytes_and_is_not_sent_twice(
    house: House, api: Caller, path: str
) -> None:
    assert (await api.post("/months/2026-01/close", "dan", {"all": True})).status == 200
    first = await api.get(path)
    house.now += 86_400
    again = await api.get(path)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    for known in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        kept = await api.get(path, if_none_match=known)
        assert (kept.status, kept.headers["etag"]) == (304, first.headers["etag"])
    assert (await api.get(path, if_none_match='"other"')).status == 200


async def test_what_changed_has_another_tag(house: House, api: Caller) -> None:
    before = await api.get("/exclusions")
    body = {"component": "api", "kind": "third_party", "start": "2026-01-09T07:00:00Z", "end": "2026-01-09T08:00:00Z"}
    await api.post("/exclusions", "ana", {**body, "reason": "Theirs"})
    after = await api.get("/exclusions", if_none_match=before.headers["etag"])
    assert (after.status, len(after.json)) == (200, 1)


async def test_files_are_asked_for_less_often_than_figures(house: House, api: Caller) -> None:
    for number in range(60):
        house.ticks += 500
        api.host = f"10.0.0.{number}"
        assert (await api.get("/reports/2025/csv")).status == 404
    # 60 at once, and one more every 3 s: 59 × 500 ms brought nine back.
    for _ in range(9):
        assert (await api.get("/reports/2025/csv")).status == 404
    refused = await api.get("/reports/2025/csv")
    assert (refused.status, refused.headers["retry-after"]) == (429, "1")
    assert (await api.get("/agreements")).status == 200
