"""Whatever is sent to any operation, it answers as its description says: never 5xx, and refuses with problem details.

`Caller` holds each answer against the description; here it is asked with what people and programs get wrong.
"""

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.api.app import operations
from monitor.api.operation import Operation
from monitor.core.token import hash_token
from tests.api.asking import Caller
from tests.api.conftest import House
from tests.reports.world import NOW

SOME = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])

NAMES = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1, max_size=40)
GIVEN = {
    "month": st.sampled_from(
        ["2026-01", "2026-02", "2026-03", "2025-12", "0000-01", "0001-01", "9999-12", "2026-1", "２０２６-01"]
    ),
    "period": st.sampled_from(["2026", "2026-Q1", "2026-Q4", "2026-01", "0000", "0001", "9999", "9999-Q4", "2026-Q5"]),
    "id": st.sampled_from(["acme", "api", "web", "exclusion-1", "correction-1", "database-upgrade", "hasty-fix"]),
    "no": st.sampled_from(["1", "0", "-1", "x", "²", "9" * 30]),
    "revision": st.sampled_from(["0", "1", "-1", "00", "²", "9" * 30]),
}
WORDS = st.sampled_from(["zone", "pending", "all", "language", "down", "reason", "objectives", "agreements", "early"])
VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["UTC", "../etc/passwd", "Asia", "true", "maybe", "id", "20m", "1h,2h", "-5m", "9" * 50 + "d", "\0"]
    ),
)
FIELDS = [
    "component",
    "components",
    "start",
    "end",
    "kind",
    "reason",
    "title",
    "evidence",
    "description",
    "all",
    "early",
]
FIELDS += ["agreements", "objectives"]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["api", "acme", "third_party", "2026-01-09T07:00:00Z", "2026-01-09T08:00:00Z", "9999-12-31T00:00:00Z"]
    ),
    st.lists(st.sampled_from(["api", "web", "acme", 1, None]), max_size=3),
)
BODIES = st.one_of(
    st.dictionaries(st.sampled_from(FIELDS), LEAVES, max_size=8).map(lambda body: json.dumps(body).encode()),
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3)).map(lambda body: json.dumps(body).encode()),
    st.binary(max_size=60),
    st.just(b"[" * 20_000),
    st.just(b'{"reason": "\\ud800"}'),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "content_type": st.sampled_from(["application/json", "application/json; charset=latin-1", "text/plain", ""]),
        "content_length": st.sampled_from(["0", "-1", "x", "99999999999", "²"]),
        "if_none_match": st.sampled_from(["*", '"x"', "", 'W/"', ","]),
        "accept": st.sampled_from(["text/html", "application/pdf"]),
    },
)


@pytest.fixture
def all_powerful(house: House) -> Caller:
    """Somebody whose token allows everything: nothing is refused for want of a scope."""
    token = f"janji_root_{'x' * 20}"
    scopes = sorted({operation.scope for operation in operations() if operation.scope})
    house.store.tokens.create("root", scopes, hash_token(token), now=NOW, actor="test")
    house.caller.tokens["root"] = token
    return house.caller


async def ask(house: House, operation: Operation, path: str, **sent: Any) -> int:
    house.ticks += 60_000  # never too often
    return (await house.caller.ask(operation.method, path, "root", **sent)).status


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.name)
@SOME
@given(data=st.data())
async def test_whatever_is_sent_is_answered_as_described(
    house: House, all_powerful: Caller, operation: Operation, data: st.DataObject
) -> None:
    names = {name: data.draw(st.one_of(values, NAMES), label=name) for name, values in GIVEN.items()}
    pairs = data.draw(st.lists(st.tuples(st.one_of(WORDS, NAMES), VALUES), max_size=3), label="query")
    body = data.draw(BODIES, label="body") if operation.method == "POST" else b""
    headers = data.draw(HEADERS, label="headers")
    query = urlencode(pairs, quote_via=quote)
    status = await ask(house, operation, operation.path.format(**names), body=body, query=query, **headers)
    assert status < 500


@pytest.mark.parametrize("operation", [item for item in operations() if item.query], ids=lambda item: item.name)
@SOME
@given(value=st.one_of(VALUES, st.text(max_size=200)))
async def test_any_value_of_a_query_is_taken_or_refused_by_its_name(
    house: House, all_powerful: Caller, operation: Operation, value: str
) -> None:
    path = operation.path.format(month="2026-01", period="2026-01", id="acme", no="1", revision="0")
    for name in operation.query.model_fields if operation.query else ():
        assert await ask(house, operation, path, query=urlencode({name: value})) in (200, 404, 422)


@pytest.mark.parametrize(
    "raw", ["%", "a=%ff%fe", "=", "&&&", "&".join(f"a{n}=1" for n in range(30)), "zone=%00", "\xff"]
)
async def test_a_query_that_cannot_be_read_is_refused(house: House, all_powerful: Caller, raw: str) -> None:
    for operation in operations():
        path = operation.path.format(month="2026-01", period="2026-01", id="acme", no="1", revision="0")
        assert await ask(house, operation, path, query=raw) < 500
