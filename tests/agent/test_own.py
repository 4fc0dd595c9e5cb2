"""The agent's own file: what it takes, and every mistake in it at once."""

from pathlib import Path

import pytest

from monitor.agent.own import Own, load
from monitor.core.exchange import Shard
from monitor.settings.errors import SettingsError

GOOD = """\
hubs: [https://a.example, "http://127.0.0.1:8001"]
allow: [api.example.com, "*.internal.example", 10.0.0.0/8]
secrets:
  API_TOKEN: [api.example.com]
  file:/run/secrets/dsn: [10.0.0.5]
spool: {folder: /var/lib/janji, size: 2GiB, age: 7d}
shard: 2/3
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "agent.yaml"
    path.write_text(text)
    return path


def mistakes(folder: Path, text: str) -> list[str]:
    path = written(folder, text)
    with pytest.raises(SettingsError) as raised:
        load(path)
    return [str(item).removeprefix(f"{path}:") for item in raised.value.mistakes]


def test_a_file_says_what_the_agent_may_do_and_where_it_keeps_things(tmp_path: Path) -> None:
    own = load(written(tmp_path, GOOD))
    assert own.permit.refusal("a.internal.example", "203.0.113.5") is None
    assert own.permit.refusal("elsewhere.example", "203.0.113.5") is not None
    assert own.permit.may_go("API_TOKEN", "api.example.com")
    assert own.permit.may_go("file:/run/secrets/dsn", "10.0.0.5")
    assert (own.folder, own.size, own.age) == (Path("/var/lib/janji"), 2 * 2**30, 7 * 86_400)
    assert own.shard == Shard(2, 3)
    assert own.hubs == ("https://a.example", "http://127.0.0.1:8001")


def test_a_hub_over_plain_http_is_let_through_where_the_command_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "hubs: [http://hub.example]\n")
    assert load(path, insecure=True).hubs == ("http://hub.example",)
    with pytest.raises(SettingsError, match="--insecure-http"):
        load(path)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("hubs: []\n", "1: hubs: this list is empty"),
        ("hubs: [https://a.example, hub]\n", "1: hubs[1]: write the hub's address, such as https://hub.example.com"),
        ("hubs: [https://a.example, https://a.example/]\n", "1: hubs: https://a.example is named twice"),
    ],
)
def test_a_list_of_hubs_that_cannot_be_is_refused(text: str, mistake: str, tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, text)
    assert found.startswith(mistake)


def test_without_a_file_no_secret_goes_anywhere_and_metadata_is_out_of_reach() -> None:
    own = Own()
    assert own.permit.refusal("api.example.com", "203.0.113.5") is None
    assert own.permit.refusal("169.254.169.254", "169.254.169.254") is not None
    assert not own.permit.may_go("API_TOKEN", "api.example.com")
    assert (own.size, own.age, own.shard) == (256 * 2**20, None, None)


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    text = """\
allow: [https://api.example.com, 10.0.0.1/8]
secrets:
  API_TOKEN: api.example.com
  2FA: [api.example.com]
  JANJI_AGENT_TOKEN: [api.example.com]
ca: /nowhere/ca.pem
spool: {folder: "", size: 12, age: 0s}
shard: 4/3
alow: []
"""
    assert mistakes(tmp_path, text) == [
        "1: allow[0]: 'https://api.example.com' is no host; write one such as api.example.com, *.example.com or "
        "10.0.0.0/8",
        "1: allow[1]: write an address or a network, such as 10.0.0.5 or 10.0.0.0/8",
        "3: secrets.API_TOKEN: write a list, such as [one, two]",
        "4: secrets['2FA']: write the name of a variable, such as API_TOKEN, or file:/path",
        "5: secrets.JANJI_AGENT_TOKEN: the agent's own token goes to its hub alone; take it out",
        "6: ca: there is no such file; name the authority's certificate in PEM form",
        "7: spool.age: 0s is no time at all; leave it out, or write one such as 30m",
        "7: spool.folder: this is empty; write something, or leave the key out",
        "7: spool.size: write a size of at least 1MiB, such as 256MiB or 2GiB",
        "8: shard: write a part of a whole, such as 1/3",
        "9: alow: unknown key; did you mean allow?",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1: the file is empty; it needs at least allow"),
        ("- a\n", "1: the file must be a mapping of keys to values, beginning with allow"),
        ("allow: []\n", "1: allow: this list is empty; write at least one"),
        ("allow: [a]\nallow: [b]\n", "2: allow: allow stands here twice (first on line 1); keep one"),
        (
            "allow: [no]\n",
            '1: allow[0]: no is a switch in YAML 1.1 and a word elsewhere; write false, or "no" for the word',
        ),
    ],
)
def test_one_mistake_gives_one_message_with_its_line(text: str, message: str, tmp_path: Path) -> None:
    assert mistakes(tmp_path, text) == [message]


def test_a_file_that_is_not_there_is_named_with_the_option(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file; name one with --file FILE"):
        load(tmp_path / "nowhere.yaml")
