"""Closing and revising over HTTP, on the written-down January. By hand, seconds: `api` 3,600 down of 2,671,200
measured, 99.8652 %; `acme` 6,000 of 2,674,800, 99.7756 %. The grace ends on 6 February 00:00 WIB; it is the tenth."""

import json
from typing import Any

import pytest

from monitor.core.ledger import first_break
from monitor.core.model import digest
from monitor.storage.books import ClosedBooks
from tests.api.asking import Caller
from tests.api.conftest import House
from tests.api.test_cases import THIRD
from tests.api.test_months import printed
from tests.reports.world import NOW, wib

ACME = "/agreements/acme/months/2026-01"
API = "/months/2026-01/components/api"


@pytest.fixture(autouse=True)
def _same_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for command in ("evidence", "report", "verify"):
        monkeypatch.setattr(f"monitor.cli.{command}.now", lambda: NOW)


async def closed(api: Caller) -> list[dict[str, Any]]:
    answer = await api.post("/months/2026-01/close", "dan", {"all": True})
    assert answer.status == 200
    found: list[dict[str, Any]] = answer.json["closed"]
    return found


async def approved(api: Caller) -> None:
    await api.post("/exclusions", "ana", THIRD)
    await api.post("/exclusions/exclusion-1/approve", "ben", {})


async def test_a_month_is_closed_of_everything_by_the_holder_of_the_token(house: House, api: Caller) -> None:
    found = await closed(api)
    assert [(item["subject"], item["id"], item["by"]) for item in found] == [
        ("agreement", "acme", "dan"),
        ("objective", "api", "dan"),
    ]
    assert [item["figures"]["down_seconds"] for item in found] == [6_000, 3_600]
    assert house.actors("month") == [("month closed", "dan")] * 2
    line = (await api.get(ACME)).json
    assert (line["books"], line["digest"], line["closed_by"]) == ("closed", found[0]["digest"], "dan")
    again = await api.post("/months/2026-01/close", "dan", {"all": True})
    assert (again.status, again.json) == (200, {"month": "2026-01", "closed": [], "refused": []})
    assert (await api.get("/months/2026-01/closings")).json == found


async def test_closing_twice_is_refused_and_says_why(house: House, api: Caller) -> None:
    await closed(api)
    answer = await api.post("/months/2026-01/close", "dan", {"agreements": ["acme"]})
    assert (answer.status, answer.detail) == (409, "nothing was closed; `refused` says why of each")
    why = ["it is closed already; a revision accepts what changed since"]
    assert answer.json["refused"] == [{"subject": "agreement", "id": "acme", "why": why}]
    assert len(house.actors("month")) == 2


async def test_whoever_is_slower_is_refused_though_both_looked_before(
    house: House, api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ClosedBooks.append

    def slow(books: ClosedBooks, made: Any) -> Any:
        monkeypatch.setattr(ClosedBooks, "append", store)
        store(books, made)
        return store(books, made)

    monkeypatch.setattr(ClosedBooks, "append", slow)
    answer = await api.post("/months/2026-01/close", "dan", {"agreements": ["acme"]})
    assert answer.status == 409
    assert "agreement acme 2026-01 is closed already" in answer.json["refused"][0]["why"][0]
    assert len(house.actors("month")) == 1


async def test_what_speaks_against_one_does_not_keep_the_others_open(api: Caller) -> None:
    await api.post("/exclusions", "ana", THIRD)
    answer = await api.post("/months/2026-01/close", "dan", {"all": True})
    assert answer.status == 200
    assert [item["id"] for item in answer.json["closed"]] == ["api"]
    why = ["exclusion-1 (third_party) is pending", "a reason answers it"]
    assert answer.json["refused"] == [{"subject": "agreement", "id": "acme", "why": why}]
    told = {"agreements": ["acme"], "reason": "They do not answer"}
    found = (await api.post("/months/2026-01/close", "dan", told)).json["closed"][0]
    assert (found["reason"], found["overruled"]) == ("They do not answer", why[:1])


async def test_within_the_grace_it_takes_early_and_a_reason(house: House, api: Caller) -> None:
    house.now = wib("05 Feb 23:59")
    body = {"objectives": ["api"], "reason": "The customer waits"}
    refused = await api.post("/months/2026-01/close", "dan", body)
    assert refused.json["refused"][0]["why"] == [
        "late results and approvals are waited for until 2026-02-05T17:00:00Z; closing it early takes a reason"
    ]
    assert (await api.post("/months/2026-01/close", "dan", {**body, "early": True})).status == 200


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"#": "name what to close: agreements, objectives, or all alone"}),
        ({"all": True, "agreements": ["acme"]}, {"#": "name what to close: agreements, objectives, or all alone"}),
        (
            {"agreements": ["acme", "acne"], "objectives": ["web"]},
            {
                "#/agreements/1": "there is no agreement 'acne' to close in 2026-01; did you mean acme?",
                "#/objectives/0": "there is no objective 'web' to close in 2026-01; known here: api",
            },
        ),
    ],
)
async def test_all_that_is_wrong_with_what_to_close_is_told_at_once(
    house: House, api: Caller, body: object, errors: dict[str, str]
) -> None:
    answer = await api.post("/months/2026-01/close", "dan", body)
    assert (answer.status, answer.errors) == (422, errors)
    assert house.actors("month") == []


async def test_the_running_month_is_not_closed_and_one_to_come_is_not_there(api: Caller) -> None:
    running = await api.post("/months/2026-02/close", "dan", {"all": True, "early": True, "reason": "x"})
    assert (running.status, len(running.json["refused"])) == (409, 2)
    assert (await api.post("/months/2026-03/close", "dan", {"all": True})).status == 404


async def test_a_late_approval_is_proposed_and_revised_with_its_difference(house: House, api: Caller) -> None:
    await closed(api)
    assert (await api.get("/months/2026-01/proposals")).json == []
    await approved(api)
    (proposed,) = (await api.get("/months/2026-01/proposals")).json
    assert (proposed["subject"], proposed["id"], proposed["revision"]) == ("agreement", "acme", 0)
    assert {"field": "down_seconds", "old": 6_000, "new": 4_200} in proposed["figures"]
    assert "is approved by ben" in proposed["facts"][0]
    assert (await api.get(ACME)).json["down_seconds"] == 6_000
    answer = await api.post(f"{ACME}/revise", "dan", {"reason": "Approved late"})
    assert (answer.status, answer.json["revision"], answer.json["reason"]) == (200, 1, "Approved late")
    assert {"field": "down_seconds", "old": 6_000, "new": 4_200} in answer.json["difference"]
    assert (await api.get(ACME)).json["down_seconds"] == 4_200
    assert house.actors("month revised") == [("month revised", "dan")]
    assert first_break(house.store.ledger()) is None
    again = await api.post(f"{ACME}/revise", "dan", {"reason": "Approved late"})
    assert again.status == 409
    assert "nothing that is stored differs from the closed books" in again.detail


async def test_every_revision_stays_readable_in_full_and_proves_its_digest(api: Caller) -> None:
    await closed(api)
    await approved(api)
    await api.post(f"{ACME}/revise", "dan", {"reason": "Approved late"})
    history = (await api.get(f"{ACME}/revisions")).json
    assert [(item["revision"], item["figures"]["down_seconds"]) for item in history] == [(0, 6_000), (1, 4_200)]
    for number, item in enumerate(history):
        whole = (await api.get(f"{ACME}/revisions/{number}")).json
        assert whole == {**item, **{part: whole[part] for part in ("digests", "bundle", "inputs", "terms")}}
        parts = {part: digest(whole[part]) for part in ("bundle", "inputs", "terms")}
        outside = {"figures", "digest", "ledger_entry", "digests", *parts}
        header = {name: value for name, value in whole.items() if name not in outside}
        assert (parts, digest([header, whole["figures"], parts])) == (whole["digests"], whole["digest"])
    missing = await api.get(f"{ACME}/revisions/2")
    assert (missing.status, missing.detail) == (404, "there is no revision '2'; the newest is 1")
    assert (await api.get(f"{API}/revisions")).json[0]["figures"]["down_seconds"] == 3_600


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        (f"{ACME}/revise", 409, "agreement acme 2026-01 is not revised: it is not closed"),
        (f"{API}/revise", 409, "objective api 2026-01 is not revised: it is not closed"),
        ("/agreements/acne/months/2026-01/revise", 404, "there is no agreement 'acne' to close in 2026-01; did you"),
        ("/months/2026-01/components/web/revise", 404, "there is no objective 'web' to close in 2026-01"),
    ],
)
async def test_what_is_not_closed_is_not_revised(api: Caller, path: str, status: int, detail: str) -> None:
    answer = await api.post(path, "dan", {"reason": "x"})
    assert answer.status == status
    assert answer.detail.startswith(detail)


async def test_a_revision_takes_a_reason_and_the_scope(api: Caller) -> None:
    await closed(api)
    assert (await api.post(f"{ACME}/revise", "dan", {"reason": " "})).status == 422
    assert (await api.post(f"{ACME}/revise", "ben", {"reason": "x"})).json["scope"] == "close"


async def test_verification_is_what_the_command_prints_and_names_what_differs(
    house: House, api: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (await api.get("/months/2026-01/verification")).detail == "nothing is closed in 2026-01"
    await closed(api)
    found = (await api.get("/months/2026-01/verification")).json
    assert found == printed(house, capsys, "verify", "2026-01", "--json")
    assert (found["holds"], len(found["months"])) == (True, 2)
    await approved(api)
    found = (await api.get("/months/2026-01/verification")).json
    assert (found["holds"], found["ledger"]["wrong"]) == (False, [])
    assert "exclusion-1 (third_party)" in found["months"][0]["wrong"][0]


async def test_the_evidence_of_a_closed_month_names_its_books(
    house: House, api: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    first, _ = await closed(api)
    found = await api.get(f"{ACME}/evidence")
    assert found.json["books"] == {"state": "closed", "revision": 0, "digest": first["digest"]}
    assert found.json["fee"] == {"amount": "1000.00", "currency": "USD"}
    assert found.json == printed(house, capsys, "evidence", "--agreement", "acme", "2026-01")
    assert json.loads(found.text)["ledger_head"] == first["ledger_entry"]
