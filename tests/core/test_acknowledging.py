import pytest

from monitor.core.acknowledging import LASTS, read, signed

KEY = "k" * 43


def test_a_link_is_read_back_with_its_number_and_its_end() -> None:
    assert read(KEY, signed(KEY, 17, 1_000)) == (17, 1_000 + LASTS)


@pytest.mark.parametrize("change", [("17.", "18."), (".87400.", ".97400."), ("17", "017"), ("", "x")])
def test_a_link_that_was_changed_in_any_part_is_none_of_ours(change: tuple[str, str]) -> None:
    token = signed(KEY, 17, 1_000)
    other = token.replace(*change, 1) if change[0] else token + change[1]
    assert other != token
    assert read(KEY, other) is None
    assert read("another" * 5, token) is None


@pytest.mark.parametrize("token", ["", "17", "17.1", "a.b.c", "1.2." + "x" * 22, "\N{ARABIC-INDIC DIGIT ONE}.2.x"])
def test_nonsense_is_no_link(token: str) -> None:
    assert read(KEY, token) is None
