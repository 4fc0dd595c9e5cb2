from datetime import timedelta
from typing import Any

from monitor.core.model import digest
from monitor.probes.assignment import read_check
from monitor.probes.sharing import Sharing


def definition(**changed: Any) -> dict[str, Any]:
    return {
        "id": "health",
        "kind": "http",
        "url": "https://api.example/",
        "every": "60s",
        "locations": ["a"],
        **changed,
    }


def test_checks_that_share_their_equal_parts_are_the_checks_they_were() -> None:
    wanted = [
        definition(),
        definition(url="https://web.example/", expect={"slower_than": "2s", "json": {"$.n": 1}}),
        definition(expect={"json": {"$.n": True}}, headers={"x": "1"}),
        {"kind": "tcp", "host": "api.example", "port": 443, "every": "60s"},
    ]
    sharing = Sharing()
    for item in wanted:
        shared, alone = sharing.check(read_check(item)), read_check(item)
        assert shared == alone
        assert digest(shared.definition()) == digest(alone.definition())
        assert shared.model_fields_set == alone.model_fields_set
        assert shared.model_copy(update={"every": timedelta(1)}).model_fields_set == alone.model_fields_set | {"every"}


def test_equal_parts_are_kept_once() -> None:
    sharing = Sharing()
    one, other = (sharing.check(read_check(definition(url=f"https://{name}.example/"))) for name in ("a", "b"))
    assert one.every is other.every
    assert one.expect is other.expect
    assert one.locations is other.locations
    assert one.model_fields_set is other.model_fields_set
