"""By hand, `acme` in February up to the tenth: 777,600 s measured of 2,419,200, all of it agreed; 600 s down.

The month allows 0.5 %: 12,096 s. At 600 s in 777,600 it lasts the month. No more downtime makes 2,418,600 of 2,419,200,
99.9751 %; four hours more 2,404,200 of 2,419,200, 99.3799 %: 0.12 percent short, at 5 % for each."""

import pytest

from monitor.settings.hub import TermsSettings
from tests.api.asking import Caller
from tests.api.conftest import House
from tests.api.test_months import printed
from tests.reports.world import NOW


@pytest.fixture(autouse=True)
def _same_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.cli.what_if.now", lambda: NOW)


async def test_an_agreement_is_shown_with_its_terms_as_the_settings_hold_them(house: House, api: Caller) -> None:
    (found,) = (await api.get("/agreements")).json
    assert found == (await api.get("/agreements/acme")).json
    assert found["credit"] == {"per": "5%", "below": "99.5%", "step": "linear", "cap": "25%"}
    assert (found["fee"], found["target"], found["notice"]) == ("1000.00 USD", "99.5%", "14d")
    assert (found["target_percent"], found["notice_seconds"]) == ("99.5", 1_209_600)
    assert (found["zone"], found["excludes"]) == ("Asia/Jakarta", ["maintenance", "third_party"])
    assert set(found) == {
        *type(house.settings.agreements[0]).model_fields,
        *("target_percent", "notice_seconds", "min_outage_seconds", "maintenance_cap_seconds"),
    }


async def test_terms_ahead_are_shown_with_what_they_change_alone(house: House, api: Caller) -> None:
    entry = TermsSettings.model_validate({"from": "2026-03", "target": "99.9%", "maintenance_cap": "2h"})
    acme = house.settings.agreements[0].model_copy(update={"terms": (entry,)})
    house.settings = house.settings.model_copy(update={"agreements": (acme,)})
    found = (await api.get("/agreements/acme")).json
    assert found["terms"] == [{"from": "2026-03", "target": "99.9%", "maintenance_cap": "2h"}]


async def test_what_is_left_of_the_month_and_until_when(
    house: House, api: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    found = (await api.get("/agreements/acme/what-if")).json
    assert (found["month_budget_seconds"], found["used_seconds"]) == ("12096", "600")
    assert (found["budget_left_seconds"], found["pace"], found["runs_out_at"]) == ("11496", "1/1296", None)
    assert [item["availability_percent_trunc4"] for item in found["what_if"]] == ["99.9751"]
    assert found == printed(house, capsys, "what-if", "acme", "--json")


async def test_what_more_downtime_would_make_of_it(
    house: House, api: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    found = (await api.get("/agreements/acme/what-if", query="down=20m,4h")).json
    assert [item["down_seconds"] for item in found["what_if"]] == [0, 1_200, 14_400]
    worst = found["what_if"][2]
    assert (worst["availability_percent_trunc4"], worst["verdict"]) == ("99.3799", "breached")
    # 99.5 - 99.37996... = 0.1200396... percent, times 5 % of 1000.00 USD: 6.00 USD.
    assert (worst["credit"], worst["credit_amount"]) == ("owed", "6.00")
    assert found == printed(house, capsys, "what-if", "acme", "--down", "20m", "--down", "4h", "--json")


@pytest.mark.parametrize("down", ["-1s", "20", "1h,x", "500ms", "100d", "9" * 400 + "d", ",", "1s," * 30])
async def test_a_length_that_is_wrong_is_told(api: Caller, down: str) -> None:
    answer = await api.get("/agreements/acme/what-if", query=f"down={down}")
    assert (answer.status, list(answer.errors)) == (422, ["?down"])
