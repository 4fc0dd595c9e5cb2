import json

import pytest

from monitor.cli.main import main
from tests.api.asking import Caller
from tests.api.conftest import House
from tests.reports.world import NOW


def printed(house: House, capsys: pytest.CaptureFixture[str], *arguments: str) -> object:
    """What a command prints on the same database, as JSON."""
    return json.loads(printed_text(house, capsys, *arguments))


def printed_text(house: House, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(house.file), *arguments])
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (0, "")
    return out


@pytest.fixture(autouse=True)
def _same_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in ("report", "explain", "evidence", "what_if"):
        monkeypatch.setattr(f"monitor.cli.{command}.now", lambda: NOW)


@pytest.mark.parametrize("month", ["2026-01", "2026-02"])
async def test_a_month_is_what_the_report_prints(
    house: House, api: Caller, capsys: pytest.CaptureFixture[str], month: str
) -> None:
    found = (await api.get(f"/months/{month}")).json
    assert found == printed(house, capsys, "report", month, "--json")
    assert (await api.get(f"/months/{month}/components/api")).json == found["components"][0]
    assert (await api.get(f"/agreements/acme/months/{month}")).json == found["agreements"][0]


async def test_the_figure_is_the_one_worked_out_by_hand(api: Caller) -> None:
    found = (await api.get("/months/2026-01/components/api")).json
    assert (found["availability"], found["availability_percent_trunc4"]) == ("741/742", "99.8652")
    assert (found["down_seconds"], found["measured_seconds"]) == (3_600, 2_671_200)


async def test_a_zone_of_its_own_moves_the_components_month(
    house: House, api: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    found = (await api.get("/months/2026-01", query="zone=UTC")).json
    assert found["components"][0]["month_start"] == "2026-01-01T00:00:00Z"
    assert found == printed(house, capsys, "report", "2026-01", "--zone", "UTC", "--json")


async def test_explanations_are_what_the_command_prints(
    house: House, api: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    component = (await api.get("/months/2026-01/components/api/explanation")).json
    assert component == printed(house, capsys, "explain", "api", "2026-01", "--json")
    agreement = (await api.get("/agreements/acme/months/2026-01/explanation")).json
    assert agreement == printed(house, capsys, "explain", "--agreement", "acme", "2026-01", "--json")


async def test_evidence_is_what_the_command_writes(
    house: House, api: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    component = (await api.get("/months/2026-01/components/api/evidence")).json
    assert component == printed(house, capsys, "evidence", "api", "2026-01")
    agreement = await api.get("/agreements/acme/months/2026-01/evidence")
    assert agreement.json == printed(house, capsys, "evidence", "--agreement", "acme", "2026-01")
    assert "secret-cellar" not in agreement.text
    assert "10.1.2.3" not in agreement.text


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/months/2026-13", "'2026-13' is not a month; write one such as 2026-02"),
        ("/months/2026-03", "2026-03 has not begun; the running month is 2026-02"),
        ("/months/2025-12", "nothing was in service in 2025-12"),
        ("/months/2026-01/components/apy", "there is no component 'apy'; did you mean api?"),
        ("/months/2025-12/components/api", "api was not in service in 2025-12; its first month is 2026-01"),
        ("/months/2026-01/components/web/evidence", "web has no objective to prove; give it one in the settings"),
        ("/agreements/acne/months/2026-01", "there is no agreement 'acne'; did you mean acme?"),
        (
            "/agreements/acme/months/2025-12/explanation",
            "agreement acme does not hold in 2025-12, or a component of it was never measured",
        ),
        ("/agreements/acne", "there is no agreement 'acne'; did you mean acme?"),
        ("/agreements/acne/what-if", "there is no agreement 'acne'; did you mean acme?"),
        ("/periods/2026-11", "'2026-11' is not a quarter or a year; write one such as 2026-Q4 or 2026"),
        ("/periods/0000", "'0000' lies beyond the calendar; the running month is 2026-02"),
        ("/periods/0001-Q1", "'0001-Q1' lies beyond the calendar; the running month is 2026-02"),
        ("/periods/9999", "'9999' lies beyond the calendar; the running month is 2026-02"),
        ("/months/0000-01", "'0000-01' is not a month; write one such as 2026-02"),
        ("/periods/2025", "nothing was in service in 2025"),
        ("/reports/2026-Q3/csv", "2026-Q3 has not begun; the running month is 2026-02"),
        ("/reports/2026-Q5/csv", "'2026-Q5' is not a month; write one such as 2026-02"),
        ("/nothing", "there is nothing at this path; /api/v1/openapi.json lists what there is"),
        ("/months/2026-01/", "there is nothing at this path; /api/v1/openapi.json lists what there is"),
    ],
)
async def test_what_is_not_there_says_what_is(api: Caller, path: str, detail: str) -> None:
    answer = await api.get(path)
    assert (answer.status, answer.detail) == (404, detail)


async def test_a_query_that_is_wrong_is_told_by_its_names(api: Caller) -> None:
    answer = await api.get("/months/2026-01", query="zone=Asia/Jakata")
    assert (answer.status, answer.errors) == (
        422,
        {"?zone": "'Asia/Jakata' is not a time zone; write one such as Asia/Jakarta"},
    )
    assert (await api.get("/months/2026-01", query="zome=UTC")).errors == {"?zome": "unknown key; did you mean zone?"}
    assert (await api.get("/months/2026-01", query="zone=UTC&zone=UTC")).errors == {"?zone": "this is given twice"}


async def test_a_query_that_nothing_reads_is_refused_not_ignored(api: Caller) -> None:
    answer = await api.get("/agreements/acme/months/2026-01", query="zone=UTC")
    assert (answer.status, list(answer.errors)) == (422, ["?zone"])


@pytest.mark.parametrize("period", ["2026-Q1", "2026"])
async def test_a_quarter_or_year_is_what_the_report_prints(
    house: House, api: Caller, capsys: pytest.CaptureFixture[str], period: str
) -> None:
    found = (await api.get(f"/periods/{period}")).json
    assert found == printed(house, capsys, "report", period, "--json")
    assert found["months"] == ["2026-01", "2026-02"]
    # 2,678,400 s of January and 777,600 s of February.
    assert next(item for item in found["agreements"])["total_seconds"] == 3_456_000


async def test_an_explanation_reads_as_the_command_prints_it(
    house: House, api: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    found = (await api.get("/agreements/acme/months/2026-01/explanation")).json
    assert printed_text(house, capsys, "explain", "--agreement", "acme", "2026-01") == "\n".join(found["says"]) + "\n"
    # Side by side: as promised (14 days' notice: nothing is excluded), and as measured.
    assert (found["down_seconds"], found["without_exclusions"]["down_seconds"]) == (6_000, 6_000)
    component = (await api.get("/months/2026-01/components/api/explanation")).json
    assert (component["down_seconds"], component["without_exclusions"]["down_seconds"]) == (3_600, 4_800)


async def test_settings_that_were_replaced_are_in_force_at_once(house: House, api: Caller) -> None:
    house.settings = house.settings.model_copy(update={"agreements": ()})
    assert (await api.get("/agreements")).json == []
    assert (await api.get("/agreements/acme/months/2026-01")).status == 404
