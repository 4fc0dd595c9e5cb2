"""By hand, `acme` in January, seconds: 6,000 down of 2,674,800 measured: 99.7756 %; 2,400 seen down on 9 January
between 14:00 and 15:00 WIB, 1,800 of them with `web`."""

from typing import Any

import pytest

from monitor.core.ledger import first_break
from tests.api.asking import Caller
from tests.api.conftest import House

PERIOD = {"component": "api", "start": "2026-01-09T07:00:00Z", "end": "2026-01-09T15:00:00+07:00"}
THIRD: dict[str, Any] = {**PERIOD, "kind": "third_party", "reason": "Their network failed"}
WRONG: dict[str, Any] = {**PERIOD, "reason": "An expired password of ours", "evidence": "https://wiki.example/7"}


async def acme(api: Caller) -> tuple[int, str]:
    """Down seconds and the percentage of January."""
    found = (await api.get("/agreements/acme/months/2026-01")).json
    return found["down_seconds"], found["availability_percent_trunc4"]


async def test_a_request_says_what_an_approval_would_do_and_changes_nothing(house: House, api: Caller) -> None:
    answer = await api.post("/exclusions", "ana", THIRD)
    assert (answer.status, answer.headers["location"]) == (201, "/api/v1/exclusions/exclusion-1")
    found = answer.json
    assert (found["id"], found["status"], found["requested_by"]) == ("exclusion-1", "pending", "ana")
    assert (found["requester_proven"], found["seconds"], found["end"]) == (True, 3_600, "2026-01-09T08:00:00Z")
    (effect,) = found["effects"]
    assert (effect["before"]["down_seconds"], effect["after"]["down_seconds"]) == (6_000, 4_200)
    assert found["says"][0] == "2,400 s of 3,600 s was seen down or degraded: only that can be excluded."
    assert await acme(api) == (6_000, "99.7756")
    assert house.actors("exclusion") == [("exclusion requested", "ana")]


async def test_somebody_else_approves_and_the_figure_changes(house: House, api: Caller) -> None:
    await api.post("/exclusions", "ana", THIRD)
    answer = await api.post("/exclusions/exclusion-1/approve", "ben", {"reason": "Seen on their page"})
    assert answer.status == 200
    decided = answer.json
    assert (decided["status"], decided["decided_by"]) == ("approved", "ben")
    assert decided["decision_reason"] == "Seen on their page"
    assert await acme(api) == (4_200, "99.8429")
    assert house.actors("exclusion") == [("exclusion requested", "ana"), ("exclusion approved", "ben")]
    assert first_break(house.store.ledger()) is None


async def test_a_decision_needs_no_body_where_it_needs_no_reason(api: Caller) -> None:
    await api.post("/corrections", "ana", WRONG)
    assert (await api.ask("POST", "/corrections/correction-1/approve", "ben")).json["status"] == "approved"


async def test_whoever_requested_does_not_approve(house: House, api: Caller) -> None:
    await api.post("/exclusions", "ben", THIRD)
    answer = await api.post("/exclusions/exclusion-1/approve", "ben", {})
    assert (answer.status, answer.detail) == (
        403,
        "four eyes: exclusion-1 was requested by ben; somebody else must approve it",
    )
    assert house.actors("exclusion") == [("exclusion requested", "ben")]


async def test_whoever_requested_may_take_it_back(api: Caller) -> None:
    await api.post("/exclusions", "ben", THIRD)
    answer = await api.post("/exclusions/exclusion-1/reject", "ben", {"reason": "It was ours"})
    assert (answer.status, answer.json["status"]) == (200, "rejected")
    assert await acme(api) == (6_000, "99.7756")


async def test_what_was_decided_is_not_decided_again(house: House, api: Caller) -> None:
    await api.post("/exclusions", "ana", THIRD)
    await api.post("/exclusions/exclusion-1/reject", "ben", {"reason": "It was ours"})
    answer = await api.post("/exclusions/exclusion-1/approve", "cho", {})
    assert (answer.status, answer.detail) == (
        409,
        "exclusion-1 was already rejected by ben; request it anew",
    )
    assert len(house.actors("exclusion")) == 2


async def test_a_rejection_needs_a_reason(api: Caller) -> None:
    await api.post("/exclusions", "ana", THIRD)
    answer = await api.post("/exclusions/exclusion-1/reject", "ben", {})
    assert (answer.status, answer.errors) == (422, {"#/reason": "this key is missing"})


async def test_all_mistakes_of_a_request_are_told_at_once(house: House, api: Caller) -> None:
    wrong = {
        "component": "apy",
        "kind": "maintenance",
        "start": "2026-01-09 14:00",
        "end": "2026-02-09T17:00:01Z",
        "reason": " ",
        "evidence": "ftp://x",
        "check": "http",
    }
    answer = await api.post("/exclusions", "ana", wrong)
    assert answer.status == 422
    assert answer.detail == "7 things are wrong; `errors` says what and where"
    assert answer.errors == {
        "#/component": "there is no component apy; did you mean api?",
        "#/kind": "write customer_caused, force_majeure or third_party",
        "#/start": "'2026-01-09 14:00' is not an instant; write whole seconds with a zone: 2026-04-01T00:00:00Z",
        "#/end": "the period is not over yet, and nothing is decided in advance; ask when it is",
        "#/reason": "this is blank; write something",
        "#/evidence": "evidence is a link, and 'ftp://x' does not begin with https:// or http://",
        "#/check": "unknown key; known here: component, start, end, kind, reason, evidence",
    }
    assert house.actors("exclusion") == []


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        ({"end": "2026-01-09T07:00:00Z"}, "#/end", "a period ends after it starts"),
        ({"start": "2025-01-01T00:00:00Z"}, "#/end", "a period is no longer than 366 days; split it"),
        ({"start": 1_767_942_000}, "#/start", "write an instant as a text: 2026-04-01T00:00:00Z"),
        ({"start": "1999-12-31T23:59:59Z"}, "#/start", "'1999-12-31T23:59:59Z' does not lie between 2000 and 2100"),
        ({"reason": "a\u0000b"}, "#/reason", "control characters cannot be shown; leave them out"),
        (
            {"kind": "force_majeure"},
            "#/kind",
            "no agreement over api lists force_majeure: acme excludes maintenance, third_party",
        ),
    ],
)
async def test_a_mistake_is_told_at_its_place(api: Caller, change: dict[str, Any], place: str, says: str) -> None:
    assert (await api.post("/exclusions", "ana", THIRD | change)).errors == {place: says}


async def test_a_correction_makes_its_time_unknown(house: House, api: Caller) -> None:
    asked = (await api.post("/corrections", "ana", WRONG)).json
    assert [(effect["kind"], effect["id"]) for effect in asked["effects"]] == [
        ("agreement", "acme"),
        ("component", "api"),
    ]
    assert (await api.post("/corrections/correction-1/approve", "cho", {})).status == 200
    found = (await api.get("/months/2026-01/components/api")).json
    assert (found["down_seconds"], found["unknown_seconds"]) == (1_200, 7_200)
    assert house.actors("correction") == [("correction requested", "ana"), ("correction approved", "cho")]


async def test_a_correction_of_one_check_names_it_and_says_what_it_would_do(house: House, api: Caller) -> None:
    answer = await api.post("/corrections", "ana", WRONG | {"check": "http"})
    assert (answer.status, answer.json["component"], answer.json["check"]) == (201, "api", "http")
    # web saw the second half hour down: of the agreement's hour only the first one is lost.
    after = {effect["id"]: effect["after"]["down_seconds"] for effect in answer.json["effects"]}
    assert after == {"acme": 4_200, "api": 1_200}
    decided = await api.post("/corrections/correction-1/approve", "cho", {})
    assert decided.json["counts"] == "unknown for that check; the component is judged without it"
    assert list(house.store.waiting()) == ["api"]


async def test_a_check_that_is_not_there_is_told_at_its_place(house: House, api: Caller) -> None:
    wrong = {"#/check": "api has no check htp; did you mean http?"}
    assert (await api.post("/corrections", "ana", WRONG | {"check": "htp"})).errors == wrong
    assert (await api.post("/exclusions", "ana", THIRD | {"check": "http"})).status == 422
    assert house.actors("correction") == []


async def test_lists_show_all_or_only_what_is_pending(api: Caller) -> None:
    assert (await api.get("/exclusions")).json == []
    await api.post("/exclusions", "ana", THIRD)
    await api.post("/exclusions", "ana", {**THIRD, "reason": "Their power failed"})
    await api.post("/exclusions/exclusion-1/approve", "ben", {})
    assert [case["status"] for case in (await api.get("/exclusions")).json] == ["approved", "pending"]
    (waiting,) = (await api.get("/exclusions", query="pending=true")).json
    assert waiting["id"] == "exclusion-2"
    assert (await api.get("/corrections")).json == []
    assert len((await api.get("/exclusions/exclusion-2")).json["effects"]) == 1


async def test_an_id_that_is_not_there_names_the_nearest(api: Caller) -> None:
    await api.post("/exclusions", "ana", THIRD)
    assert (await api.get("/exclusions/exclusion-2")).detail == (
        "there is no exclusion exclusion-2; did you mean exclusion-1?"
    )
    answer = await api.post("/corrections/exclusion-1/approve", "ben", {})
    assert (answer.status, answer.detail) == (404, "there is no correction exclusion-1; none is known here")


async def test_a_request_that_is_sent_again_is_the_one_that_is_there(house: House, api: Caller) -> None:
    first = await api.post("/exclusions", "ana", THIRD)
    house.now += 60
    again = await api.post("/exclusions", "ana", THIRD)
    assert (again.status, again.json, again.headers["location"]) == (200, first.json, first.headers["location"])
    assert len(house.actors("exclusion")) == 1
    other = await api.post("/exclusions", "ben", THIRD)
    assert (other.status, other.json["id"]) == (201, "exclusion-2")
    await api.post("/exclusions/exclusion-1/reject", "cho", {"reason": "Ours"})
    anew = await api.post("/exclusions", "ana", THIRD)
    assert (anew.status, anew.json["id"]) == (201, "exclusion-3")
