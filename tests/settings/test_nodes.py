"""How a file is read: what is text, what is a number, and which line is which."""

from pathlib import Path

import pytest

from monitor.settings.errors import SettingsError
from monitor.settings.loader import find, load
from monitor.settings.nodes import Node, Place, read, shown
from tests.settings.loading import ONE_CHECK, loaded, mistakes


def tree(text: str) -> tuple[Node, list[tuple[Place, int, str]]]:
    found: list[tuple[Place, int, str]] = []
    return read(text, lambda *mistake: found.append(mistake)), found


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("ok", "ok"),
        ("true", True),
        ("False", False),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("1.5", 1.5),
        ("2e3", 2000.0),
        ('"12"', "12"),
        ("'no'", "no"),
        ("2026-01-31", "2026-01-31"),
        ("99.9%", "99.9%"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("=", "="),
        ('"~"', "~"),
    ],
)
def test_plain_words_are_read_as_in_json(written: str, value: object) -> None:
    root, found = tree(f"key: {written}")
    assert root.plain() == {"key": value}
    assert type(root.plain()["key"]) is type(value)
    assert found == []


@pytest.mark.parametrize(
    "written",
    ["yes", "No", "ON", "off", "y", "N", "1:30", "190:20:30", "012", "0o14", "0x1F", "0b1", "1_000", ".inf", ".NaN"],
)
def test_what_yaml_1_1_reads_as_something_else_is_refused(written: str) -> None:
    _, found = tree(f"one: 1\nkey: {written}\n")
    assert [(place, line) for place, line, _ in found] == [(("key",), 2)]


def test_keys_are_always_text() -> None:
    root, found = tree("on: down\n404: gone\nno: yes please\n")
    assert root.plain() == {"on": "down", "404": "gone", "no": "yes please"}
    assert found == []


def test_a_value_has_the_line_of_its_key_and_a_member_that_of_its_own() -> None:
    root, _ = tree("\nlist:\n  - a\n  -\n    b: 1\nmap:\n  key: |\n    text\n")
    lines = {shown(place): root_line for place, root_line in _lines(root, ())}
    assert lines == {"": 2, "list": 2, "list[0]": 3, "list[1]": 5, "list[1].b": 5, "map": 6, "map.key": 7}


def _lines(node: Node, place: Place) -> list[tuple[Place, int]]:
    return [(place, node.line), *(line for key, child in node.children() for line in _lines(child, (*place, key)))]


def test_an_alias_stands_for_what_its_anchor_names(tmp_path: Path) -> None:
    text = ONE_CHECK + "        every: &often 30s\n      - {id: second, kind: tcp, host: a.b, port: 1, every: *often}\n"
    first, second = loaded(tmp_path, text).settings.components[0].checks
    assert first.every == second.every


def test_a_path_quotes_keys_that_are_no_words() -> None:
    assert shown(("components", 0, "expect", "json", "$.a")) == "components[0].expect.json['$.a']"


def test_the_unreadable_is_one_message_with_its_remedy(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    with pytest.raises(SettingsError) as raised:
        load(path, secrets=lambda _name: True)
    assert str(raised.value) == f"{path}:1: there is no such file; name one with --config FILE or $JANJI_CONFIG"


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"the file cannot be read \(Is a directory\)"):
        load(tmp_path, secrets=lambda _name: True)


def test_bytes_that_are_not_utf_8_are_told_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "janji.yaml"
    path.write_bytes(b"page:\n  title: caf\xe9\n")
    with pytest.raises(SettingsError) as raised:
        load(path, secrets=lambda _name: True)
    assert str(raised.value) == f"{path}:2: this is not UTF-8; save the file as UTF-8"


def test_a_control_character_is_told_with_its_line(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "page:\n  title: a\x00b\n") == ["2: a control character stands here; remove it"]


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "\ufeff" + ONE_CHECK) == []


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    assert mistakes(tmp_path, ONE_CHECK + "#" * 2**23) == ["1: the file is larger than 8 MiB; settings are not"]


def test_ten_thousand_checks_fit_into_a_file(tmp_path: Path) -> None:
    checks = "".join(f"      - {{kind: tcp, id: c{n}, host: h{n}.example.com, port: 443}}\n" for n in range(200))
    text = "".join(f"  - id: s{n}\n    checks:\n{checks}" for n in range(50))
    settings = loaded(tmp_path, "components:\n" + text).settings
    assert sum(len(component.checks) for component in settings.components) == 10_000


def test_settings_are_found_by_option_then_environment_then_habit() -> None:
    assert find(Path("a.yaml"), {"JANJI_CONFIG": "b.yaml"}) == Path("a.yaml")
    assert find(None, {"JANJI_CONFIG": "b.yaml"}) == Path("b.yaml")
    assert find(None, {"JANJI_CONFIG": ""}) == Path("config/janji.yaml")
    assert find(None, {}) == Path("config/janji.yaml")
