"""What is equal, by JSON type, and how a path into JSON is read."""

from decimal import Decimal

import pytest

from monitor.core.model import FailureKind
from monitor.probes.expect import ValueExpect, json_failure, plain, same, steps, value_failure


@pytest.mark.parametrize(
    ("expected", "actual", "equal"),
    [
        (1, 1, True),
        (1, 1.0, True),
        (True, True, True),
        (True, 1, False),
        (1, True, False),
        (0, False, False),
        ("1", 1, False),
        (None, None, True),
        (None, 0, False),
        (1.5, Decimal("1.5"), True),
        (0.1, Decimal("0.1"), True),
        (2, Decimal("2.00"), True),
        ([1, [True]], [1, [True]], True),
        ([1, [True]], [1, [1]], False),
        ([1], [1, 2], False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
    ],
)
def test_values_are_equal_by_json_type(expected: object, actual: object, equal: bool) -> None:
    assert same(expected, actual) is equal


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("$", ()),
        ("$.status", ("status",)),
        ("$.a.b[0]", ("a", "b", 0)),
        ("$[2][0].x-y", (2, 0, "x-y")),
        ("$['a b'].c", ("a b", "c")),
    ],
)
def test_a_path_leads_into_json(path: str, parts: tuple[object, ...]) -> None:
    assert steps(path) == parts


@pytest.mark.parametrize("path", ["", "a", "a.b", "$a", "$.", "$..a", "$[x]", "$[-1]", "$.a["])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is not a path"):
        steps(path)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ('{"a": [1, 2]}', "$.a[1] is 2, expected 3"),
        ('{"a": [1]}', "$.a[1] is missing, expected 3"),
        ('{"a": {"1": 3}}', "$.a[1] is missing, expected 3"),
        ("[]", "$.a[1] is missing, expected 3"),
        ("{", "the body is not JSON"),
        ("[" * 100_000, "the body is not JSON"),
    ],
)
def test_the_first_path_that_is_wrong_is_named(body: str, detail: str) -> None:
    failure = json_failure({"$.a[1]": 3}, body)
    assert failure is not None
    assert (failure.kind, failure.detail) == (FailureKind.JSON, detail)


@pytest.mark.parametrize(
    ("expect", "first", "rows", "detail"),
    [
        (ValueExpect(), None, 0, None),
        (ValueExpect(value=1), 1, 1, None),
        (ValueExpect(value="x"), b"x", 3, None),
        (ValueExpect(value=0), None, 0, "no row, expected 0"),
        (ValueExpect(value=0), False, 1, "value false, expected 0"),
        (ValueExpect(rows=0), None, 0, None),
        (ValueExpect(rows=2), 1, 1, "1 rows, expected 2"),
    ],
)
def test_a_query_is_held_against_its_first_value_and_rows(
    expect: ValueExpect, first: object, rows: int, detail: str | None
) -> None:
    failure = value_failure(expect, first, rows)
    assert (failure.detail if failure else None) == detail


def test_a_driver_s_own_types_become_plain_values() -> None:
    assert plain(memoryview(b"a")) == "a"
    assert plain({1, 2} & {1}) == "{1}"
