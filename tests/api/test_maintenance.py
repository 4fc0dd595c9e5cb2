from typing import Any

from tests.api.asking import Caller
from tests.api.conftest import House
from tests.reports.world import NOW

DAY = 86_400
DISKS: dict[str, Any] = {
    "title": "More disks",
    "components": ["web", "api", "web"],
    "start": "2026-03-01T18:00:00Z",
    "end": "2026-03-01T20:00:00Z",
}
ID = "m-2026-03-02-more-disks"


async def test_an_announcement_says_whether_its_time_will_count(house: House, api: Caller) -> None:
    answer = await api.post("/maintenance", "dewi", DISKS)
    assert (answer.status, answer.headers["location"]) == (201, f"/api/v1/maintenance/{ID}")
    found = answer.json
    assert (found["id"], found["status"], found["published_at"]) == (ID, "not published yet", None)
    assert [part["id"] for part in found["components"]] == ["web", "api"]
    assert found["says"][1] == "Announced 20 days ahead: its time will not count."
    assert found["says"][2] == "Agreement acme: Announced 20 days ahead: its time will not count."
    assert found["says"][3].startswith("Not published yet: ")


async def test_a_late_announcement_is_taken_and_said_to_count(api: Caller) -> None:
    late = DISKS | {"start": "2026-02-16T17:00:00Z", "end": "2026-02-16T18:00:00Z"}
    says = (await api.post("/maintenance", "dewi", late)).json["says"]
    assert says[1].startswith("Only 6 days' notice (7 days needed, latest moment was Tue 10 Feb 2026 00:00 WIB")


async def test_a_notice_counts_from_when_the_page_showed_it(house: House, api: Caller) -> None:
    await api.post("/maintenance", "dewi", DISKS)
    assert house.publish(NOW + 2) == 1
    found = (await api.get(f"/maintenance/{ID}")).json
    assert (found["status"], found["published_at"]) == ("announced", "2026-02-09T17:00:02Z")
    assert found["events"] == [{"action": "announce", "at": "2026-02-09T17:00:02Z", "published": True, "actor": "dewi"}]
    assert house.actors("notice")[-1] == ("notice", "dewi")


async def test_two_of_one_day_and_title_get_ids_of_their_own(api: Caller) -> None:
    await api.post("/maintenance", "dewi", DISKS)
    assert (await api.post("/maintenance", "dewi", {**DISKS, "description": "Rack 2"})).json["id"] == f"{ID}-2"


async def test_an_announcement_that_is_sent_again_is_the_one_that_is_there(house: House, api: Caller) -> None:
    first = await api.post("/maintenance", "dewi", DISKS)
    house.now += 60
    again = await api.post("/maintenance", "dewi", DISKS)
    assert (first.status, again.status) == (201, 200)
    assert again.headers["location"] == first.headers["location"]
    house.publish(house.now)
    await api.post(f"/maintenance/{ID}/cancel", "dewi", {})
    assert (await api.post("/maintenance", "dewi", DISKS)).json["id"] == f"{ID}-2"


async def test_a_revision_says_what_it_keeps_and_what_is_new(house: House, api: Caller) -> None:
    await api.post("/maintenance", "dewi", DISKS)
    house.publish(NOW + 2)
    house.now = NOW + 15 * DAY
    answer = await api.post(f"/maintenance/{ID}/revise", "dewi", {"end": "2026-03-01T21:00:00Z"})
    assert answer.json["says"][1:3] == [
        "web, Mon 2 Mar 2026 01:00 WIB to Mon 2 Mar 2026 03:00 WIB: "
        "kept, announced Tue 10 Feb 2026 00:00:02 WIB: its time will not count.",
        "web, Mon 2 Mar 2026 03:00 WIB to Mon 2 Mar 2026 04:00 WIB: new notice. "
        "Only 5 days' notice (7 days needed, latest moment was Mon 23 Feb 2026 03:00 WIB = Sun 22 Feb 2026 20:00 UTC): "
        "downtime in it will count. Probing goes on.",
    ]


async def test_a_revision_without_a_change_or_with_none_that_can_be_is_refused(api: Caller) -> None:
    await api.post("/maintenance", "dewi", DISKS)
    for nothing in ({}, {"title": None}):
        answer = await api.post(f"/maintenance/{ID}/revise", "dewi", nothing)
        assert answer.errors == {"#": "there is nothing to change; name what shall be otherwise"}
    backwards = await api.post(f"/maintenance/{ID}/revise", "dewi", {"start": "2026-03-01T22:00:00Z"})
    assert backwards.status == 409


async def test_what_was_never_shown_is_not_ended(api: Caller) -> None:
    await api.post("/maintenance", "dewi", DISKS)
    for verb in ("complete", "cancel"):
        answer = await api.post(f"/maintenance/{ID}/{verb}", "dewi", {})
        assert answer.status == 409
        assert "not published yet, and what was never shown cannot be ended" in answer.detail


async def test_the_first_ending_stands(house: House, api: Caller) -> None:
    await api.post("/maintenance", "dewi", DISKS)
    house.publish(NOW)
    cancelled = (await api.post(f"/maintenance/{ID}/cancel", "dewi", {})).json
    assert (cancelled["status"], cancelled["closed_at"]) == ("cancelled", "2026-02-09T17:00:00Z")
    assert cancelled["says"] == [
        "Cancelled Tue 10 Feb 2026 00:00 WIB = Mon 9 Feb 2026 17:00 UTC, before its start: nothing of it is left."
    ]
    for verb, body in (("complete", {}), ("cancel", {}), ("revise", {"title": "Other"})):
        answer = await api.post(f"/maintenance/{ID}/{verb}", "dewi", body)
        assert (answer.status, answer.detail) == (409, "this maintenance was already cancelled; announce a new one")


async def test_completing_cuts_the_window_where_it_is(house: House, api: Caller) -> None:
    house.now = NOW + 10 * DAY + 5_400  # 20 Feb 01:30, in the window "New disks"
    done = (await api.post("/maintenance/new-disks/complete", "dewi", {})).json
    assert done["status"] == "completed"
    assert done["components"][0]["notices"][0]["counts_until"] == "2026-02-19T18:30:00Z"


async def test_the_list_shows_what_is_not_over(api: Caller) -> None:
    assert [item["id"] for item in (await api.get("/maintenance")).json] == ["new-disks"]
    everything = (await api.get("/maintenance", query="all=true")).json
    assert [item["id"] for item in everything] == ["database-upgrade", "hasty-fix", "new-disks"]


async def test_all_mistakes_of_an_announcement_are_told_at_once(house: House, api: Caller) -> None:
    wrong = {
        "title": "",
        "components": ["api", "wep", "db"],
        "start": "2026-01-01T00:00:00Z",
        "end": "2026-01-01T01:00:00Z",
        "description": 5,
        "published_at": "2026-01-01T00:00:00Z",
    }
    before = len(house.store.notices.all())
    answer = await api.post("/maintenance", "dewi", wrong)
    assert answer.status == 422
    assert answer.errors == {
        "#/title": "this is empty; write something, or leave the key out",
        "#/components/1": "there is no component wep; did you mean web?",
        "#/components/2": "there is no component db; known here: api, web",
        "#/end": "this would have ended already; look at the date",
        "#/description": "write a text, in quotes where it looks like something else",
        "#/published_at": "unknown key; known here: title, components, start, end, description",
    }
    assert len(house.store.notices.all()) == before


async def test_a_maintenance_that_is_not_there_names_the_nearest(api: Caller) -> None:
    answer = await api.post("/maintenance/new-disk/cancel", "dewi", {})
    assert (answer.status, answer.detail) == (404, "there is no maintenance new-disk; did you mean new-disks?")


async def test_a_preview_of_a_revision_says_what_it_is_worth_and_changes_nothing(house: House, api: Caller) -> None:
    await api.post("/maintenance", "dewi", DISKS)
    house.publish(NOW + 2)
    house.now = NOW + 15 * DAY
    asked = {"end": "2026-03-01T21:00:00Z", "preview": True}
    answer = await api.post(f"/maintenance/{ID}/revise", "dewi", asked)
    assert answer.json["says"][0] == "This change has 5 days' notice: its 1 h will count."
    assert (await api.get(f"/maintenance/{ID}")).json["end"] == "2026-03-01T20:00:00Z"


async def test_a_recurrence_is_announced_once_and_what_is_to_come_is_called_off(house: House, api: Caller) -> None:
    weekly = {**DISKS, "repeat": "FREQ=WEEKLY;COUNT=3"}
    first = await api.post("/maintenance/series", "dewi", weekly)
    assert (first.status, first.json["series"], len(first.json["maintenances"])) == (201, ID, 3)
    assert first.json["says"][0].startswith("3 occurrences, from Mon 2 Mar 2026 01:00 WIB")
    again = await api.post("/maintenance/series", "dewi", weekly)
    assert (again.status, again.json["series"]) == (200, ID)
    assert (await api.post(f"/maintenance/{ID}/cancel-series", "dewi", {})).status == 409
    house.publish(NOW + 2)
    assert len((await api.post(f"/maintenance/{ID}/cancel-series", "dewi", {})).json["maintenances"]) == 3
    assert (await api.post(f"/maintenance/{ID}/cancel-series", "dewi", {})).status == 409
    wrong = await api.post("/maintenance/series", "dewi", {**DISKS, "repeat": "FREQ=HOURLY"})
    assert "has no FREQ of" in wrong.errors["#/repeat"]
