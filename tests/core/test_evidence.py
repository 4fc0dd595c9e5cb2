import copy
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.core.bundle import EvidenceError, Node, documents, read_bundle
from monitor.core.evidence import Difference, differences, recompute, write
from tests.core.vectors import load

DOCUMENTS = {file: load(file) for file in ("availability", "combined")}
VECTORS = [
    pytest.param(file, index, id=f"{file}-{vector['name']}")
    for file, document in DOCUMENTS.items()
    for index, vector in enumerate(document["vectors"])
]

APRIL: dict[str, Any] = {
    "zone": "Asia/Jakarta",
    "month": "2026-04",
    "target": "99.9",
    "spans": [
        {"state": "up", "start": "2026-03-31T17:00:00Z", "end": "2026-04-10T00:00:00Z"},
        {"state": "down", "start": "2026-04-10T00:00:00Z", "end": "2026-04-10T00:20:00Z"},
        {"state": "up", "start": "2026-04-10T00:20:00Z", "end": "2026-04-30T17:00:00Z"},
    ],
}


def one(document: Mapping[str, object]) -> dict[str, Any]:
    output: Any = recompute(document, ZoneInfo, default_name="bundle")
    result: dict[str, Any] = output["vectors"][0]["result"]
    return result


def only(file: str, index: int) -> dict[str, Any]:
    document = DOCUMENTS[file]
    return {"schedules": document["schedules"], "vectors": [document["vectors"][index]]}


@pytest.mark.parametrize(("file", "index"), VECTORS)
def test_every_field_of_an_example_is_recomputed(file: str, index: int) -> None:
    assert one(only(file, index)) == DOCUMENTS[file]["vectors"][index]["expected"]


@pytest.mark.parametrize(("file", "index"), VECTORS)
def test_what_is_written_as_evidence_is_recomputed_to_the_same_result(file: str, index: int) -> None:
    (node,), shared = documents(only(file, index))
    written = write(read_bundle(node, ZoneInfo, default_name="x", shared=shared))
    assert one(written) == node.need("expected").value


def test_a_file_that_computes_as_it_expects_has_no_differences() -> None:
    document = DOCUMENTS["availability"]
    assert differences(document, recompute(document, ZoneInfo, default_name="x")) == ()


def test_a_difference_names_the_vector_the_field_and_both_values() -> None:
    document = {"vectors": [APRIL | {"name": "april", "expected": {"down_seconds": 1201, "met": True}}]}
    assert differences(document, recompute(document, ZoneInfo, default_name="x")) == (
        Difference("april", "down_seconds", 1201, 1200),
    )


def test_a_number_is_not_taken_for_a_truth_value() -> None:
    document = APRIL | {"expected": {"met": 1, "budget_left_seconds": None}}
    found = differences(document, recompute(document, ZoneInfo, default_name="x"))
    assert [each.field for each in found] == ["met", "budget_left_seconds"]


def test_one_bundle_without_a_name_takes_the_default() -> None:
    output: Any = recompute(APRIL, ZoneInfo, default_name="april-acme")
    assert [each["name"] for each in output["vectors"]] == ["april-acme"]


def test_written_borders_govern_over_the_zone() -> None:
    borders = {"month_start": "2026-04-01T00:00:00Z", "month_end": "2026-05-01T00:00:00Z"}
    result = one(APRIL | borders | {"zone": "Nowhere/Land"})
    assert (result["window_start"], result["window_end"]) == ("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z")
    assert result["unknown_seconds"] == 7 * 3600


def test_evidence_as_of_the_end_of_the_month_is_final() -> None:
    assert one(APRIL | {"as_of": "2026-04-30T17:00:00Z"})["final"] is True
    running = one(APRIL | {"as_of": "2026-04-30T16:59:59Z"})
    assert running["final"] is False
    # Nothing was unknown so far: 0.1 % of 2,592,000 s less 1,200 s of downtime.
    assert running["budget_left_seconds"] == "1392"


def test_a_month_that_has_not_begun_has_no_data() -> None:
    result = one(APRIL | {"as_of": "2026-03-01T00:00:00Z"})
    assert (result["total_seconds"], result["availability"], result["verdict"]) == (0, None, None)
    assert result["month_budget_seconds"] == "2592"


def test_time_unknown_so_far_earns_no_budget() -> None:
    late = APRIL["spans"][1:]
    result = one(APRIL | {"spans": late, "as_of": "2026-04-20T00:00:00Z"})
    # Unknown: 31 March 17:00 to 10 April 00:00, 9 days and 7 hours, 802,800 s.
    assert result["unknown_seconds"] == 802_800
    assert result["month_budget_seconds"] == "1789.2"


def test_a_kind_that_the_agreement_does_not_list_is_not_excluded() -> None:
    window = {"start": "2026-04-10T00:00:00Z", "end": "2026-04-10T00:20:00Z"}
    outage = {"kind": "force_majeure", "approved": True} | window
    assert one(APRIL | {"exclusions": [outage]})["excluded_seconds"] == 1200
    assert one(APRIL | {"exclusions": [outage], "excludes": ["maintenance"]})["excluded_seconds"] == 0


def test_an_unknown_kind_is_never_excluded_even_when_it_is_listed() -> None:
    window = {"start": "2026-04-10T00:00:00Z", "end": "2026-04-10T00:20:00Z"}
    document = APRIL | {"exclusions": [{"kind": "solar_flare", "approved": True} | window]}
    assert one(document | {"excludes": ["solar_flare"]})["excluded_seconds"] == 0


@pytest.mark.parametrize(("notice", "excluded"), [(691_200, 0), (604_800, 1200), (0, 1200)])
def test_an_agreement_may_demand_more_notice_but_never_less(notice: int, excluded: int) -> None:
    window = {"kind": "maintenance", "start": "2026-04-10T00:00:00Z", "end": "2026-04-10T00:20:00Z"}
    document = APRIL | {"exclusions": [window | {"announced_at": "2026-04-03T00:00:00Z"}]}
    assert one(document | {"notice_seconds": notice})["excluded_seconds"] == excluded
    late = APRIL | {"exclusions": [window | {"announced_at": "2026-04-03T00:00:01Z"}]}
    assert one(late | {"notice_seconds": notice})["excluded_seconds"] == 0


def test_an_agreements_service_bounds_that_of_each_component() -> None:
    component = {"id": "api", "spans": APRIL["spans"], "service_from": "2026-04-02T17:00:00Z"}
    terms = {key: APRIL[key] for key in ("zone", "month", "target")}
    agreement = terms | {"components": [component], "service_from": "2026-04-05T17:00:00Z"}
    assert one(agreement)["window_start"] == "2026-04-05T17:00:00Z"


def test_a_credit_is_null_where_somebody_has_to_decide() -> None:
    terms = {"schedules": {"A": {"bands": [["0", "99.9", 10]]}}, "credit_schedules": ["A"]}
    unseen = APRIL | {"spans": APRIL["spans"][:2]}
    assert one(unseen | terms)["verdict"] == "indeterminate"
    assert one(unseen | terms)["credit_percent"] == {"A": None}


def test_a_weight_that_never_ends_is_exact_in_the_availability() -> None:
    spans = copy.deepcopy(APRIL["spans"])
    spans[1]["state"] = "degraded"
    result = one(APRIL | {"spans": spans, "degraded_weight": "1/7"})
    # 1200/7 s of 2,592,000 s.
    assert result["availability"] == "15119/15120"
    assert result["downtime_equivalent_seconds"] == "171.428571"


def at(path: str, value: object) -> dict[str, Any]:
    """APRIL with one value changed, or taken away by `...`."""
    document: Any = copy.deepcopy(APRIL)
    *way, last = (int(part) if part.isdigit() else part for part in path.split("."))
    place = document
    for part in way:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    result: dict[str, Any] = document
    return result


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (at("target", ...), "'target' is missing"),
        (at("target", "100.1"), "target: must lie between 0 and 100"),
        (at("target", "high"), 'target: \'high\' is not a number; write one like "99.9" or "3/10"'),
        (at("zone", "Asia/Atlantis"), "zone: 'Asia/Atlantis' is not a time zone"),
        (at("zone", "../etc/passwd"), "zone: '../etc/passwd' is not a time zone"),
        (at("month", "April"), "month: 'April' is not a month; write 2026-11"),
        (at("spans", ...), "'spans' is missing"),
        (at("spans", {}), "spans: must be a list"),
        (at("spans.1", "down"), "spans[1]: must be an object"),
        (
            at("spans.1.state", "broken"),
            "spans[1].state: 'broken' is not a state; write one of up, degraded, down, unknown",
        ),
        (at("spans.1.end", "2026-04-09T00:00:00Z"), "spans[1]: ends before it starts"),
        (
            at("spans.1.start", "2026-04-10"),
            "spans[1].start: '2026-04-10' is not an instant; write whole seconds with a zone: 2026-04-01T00:00:00Z",
        ),
        (at("min_outage_seconds", -1), "min_outage_seconds: must be a whole number of seconds, not negative"),
        (at("degraded_weight", "3/2"), "degraded_weight: must lie between 0 and 1"),
        (at("credit_schedules", ["A"]), "credit_schedules[0]: there is no schedule 'A'"),
        (at("components", []), "'spans' belongs to each component where there are components"),
        (at("exclusions", [{"start": "x"}]), "exclusions[0].start: 'x' is not an instant"),
    ],
)
def test_a_mistake_is_named_with_its_place(document: dict[str, Any], message: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        recompute(document, ZoneInfo, default_name="x")
    assert str(caught.value).startswith(message)


def test_spans_that_overlap_are_refused_by_name() -> None:
    document = {"vectors": [APRIL, at("spans.1.end", "2026-04-10T00:20:01Z")]}
    with pytest.raises(EvidenceError, match=r"vectors\[1\]\.spans: spans overlap: down \[.*\) and up \["):
        recompute(document, ZoneInfo, default_name="x")


def test_two_components_with_one_id_are_refused() -> None:
    component = {"id": "api", "spans": []}
    terms = {key: APRIL[key] for key in ("zone", "month", "target")}
    with pytest.raises(EvidenceError, match="two components have the same id"):
        recompute(terms | {"components": [component, component]}, ZoneInfo, default_name="x")


def test_a_band_needs_three_numbers_in_order() -> None:
    for band in (["99", "98", 10], ["99", 10], ["98", "99", "ten"]):
        terms = {"schedules": {"A": {"bands": [band]}}, "credit_schedules": ["A"]}
        with pytest.raises(EvidenceError, match=r"schedules\.A\.bands\[0\]"):
            recompute(APRIL | terms, ZoneInfo, default_name="x")


def test_a_null_is_the_same_as_nothing_written() -> None:
    assert Node({"as_of": None}, "").get("as_of") is None
    assert one(APRIL | {"as_of": None, "exclusions": None, "excludes": None}) == one(APRIL)
