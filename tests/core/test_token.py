"""What a token may allow."""

import pytest

from monitor.core.token import ANY_LOCATION, allows, location_of, wrong_with


@pytest.mark.parametrize(
    ("scopes", "location"),
    [
        (("location:singapore",), "singapore"),
        (("location:singapore", "read"), None),
        (("location:",), None),
        (("singapore",), None),
        ((), None),
    ],
)
def test_a_token_speaks_for_one_location_or_for_none(scopes: tuple[str, ...], location: str | None) -> None:
    assert location_of(scopes) == location
    assert allows(scopes, ANY_LOCATION) is (location is not None)


def test_the_token_of_a_location_opens_nothing_else() -> None:
    assert not allows(("location:singapore",), "read")
    assert not allows(("read", "approve"), ANY_LOCATION)
    assert allows(("read", "approve"), "approve")


def test_scopes_that_open_nothing_are_said() -> None:
    assert wrong_with(("read", "close")) is None
    assert wrong_with(("location:singapore",)) is None
    assert str(wrong_with(("write",))).startswith("there is no scope write; choose from read, ")
    assert str(wrong_with(("location:",))).startswith("there is no scope location:")
    assert wrong_with(("read", "location:a")) == (
        "a token of a location can do nothing else; make another one for the rest"
    )
