"""`janji token`: shown once, kept as a hash, revoked for good; each step in the ledger."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.cli.house import SETTINGS, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    found = House(tmp_path)
    found.settings()
    return found


def test_a_token_is_32_random_bytes_and_alone_on_stdout(house: House) -> None:
    first = house.run("token", "create", "budi", "--scope", "maintenance", "--scope", "approve")
    second = house.run("token", "create", "sari", "--scope", "maintenance")
    assert first.code == 0
    assert re.fullmatch(r"janji_[A-Za-z0-9_-]{43}\n", first.out)
    assert first.out != second.out
    assert "the token of budi (maintenance, approve)" in first.err


def test_only_the_hash_of_a_token_is_stored(house: House) -> None:
    token = house.run("token", "create", "budi", "--scope", "maintenance").out.strip()
    store = house.store()
    held = store.tokens.holder(hashlib.sha256(token.encode()).hexdigest())
    store.close()
    assert held is not None
    assert (held.name, held.scopes) == ("budi", ("maintenance",))
    for path in house.folder.iterdir():
        assert token.encode() not in path.read_bytes()


def test_tokens_are_entered_in_the_ledger_with_their_actor(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    admin = house.run("token", "create", "admin", "--scope", "token").out.strip()
    house.run("token", "create", "budi", "--scope", "maintenance", env={"JANJI_TOKEN": admin})
    house.run("token", "revoke", "budi", env={"JANJI_TOKEN": admin})
    store = house.store()
    entries = [(entry.actor, entry.kind, entry.payload["name"]) for entry in store.ledger()]
    store.close()
    assert entries == [
        ("root (unproven)", "token created", "admin"),
        ("admin", "token created", "budi"),
        ("admin", "token revoked", "budi"),
    ]


def test_a_name_in_use_is_refused_until_it_is_revoked(house: House) -> None:
    house.run("token", "create", "budi", "--scope", "maintenance")
    again = house.run("token", "create", "budi", "--scope", "maintenance")
    assert again.code == 1
    assert "a token named budi is in use" in again.err
    assert again.out == ""
    house.run("token", "revoke", "budi")
    assert house.run("token", "create", "budi", "--scope", "maintenance").code == 0


def test_a_revoked_token_is_no_longer_taken(house: House) -> None:
    token = house.run("token", "create", "budi", "--scope", "token").out.strip()
    house.run("token", "revoke", "budi")
    done = house.run("token", "create", "sari", "--scope", "maintenance", env={"JANJI_TOKEN": token})
    assert done.code == 1
    assert "the token in $JANJI_TOKEN is not in use" in done.err
    assert token not in done.err


def test_a_token_without_the_scope_creates_none(house: House) -> None:
    token = house.run("token", "create", "budi", "--scope", "maintenance").out.strip()
    done = house.run("token", "create", "sari", "--scope", "approve", env={"JANJI_TOKEN": token})
    assert done.code == 1
    assert "has no scope token" in done.err


def test_the_list_shows_names_and_scopes_and_no_hash(house: House) -> None:
    house.run("token", "create", "budi", "--scope", "maintenance", "--scope", "close")
    house.run("token", "create", "sari", "--scope", "approve")
    house.run("token", "revoke", "sari")
    (only,) = house.run("token", "list", "--json").json
    assert (only["name"], only["scopes"], only["revoked_at"]) == ("budi", ["maintenance", "close"], None)
    assert only.keys() == {"name", "scopes", "created_at", "revoked_at"}
    assert [row.split()[0] for row in house.run("token", "list", "--all").lines] == ["NAME", "budi", "sari"]


def test_a_scope_that_does_not_exist_is_refused(house: House) -> None:
    assert house.run("token", "create", "budi", "--scope", "everything").code == 2
    assert house.run("token", "create", "budi").code == 2


def test_a_name_with_spaces_is_refused(house: House) -> None:
    assert house.run("token", "create", "budi hartono", "--scope", "close").code == 2


def test_revoking_what_is_not_in_use_says_so(house: House) -> None:
    done = house.run("token", "revoke", "nobody")
    assert done.code == 1
    assert "no token named nobody is in use" in done.err


def test_closing_and_revising_are_one_scope(house: House) -> None:
    done = house.run("token", "create", "budi", "--scope", "revise")
    assert done.code == 2
    assert "there is no scope revise; choose from read, " in done.err
    assert house.run("token", "create", "budi", "--scope", "close").code == 0


def test_the_token_of_an_agent_names_a_location_of_the_settings(house: House) -> None:
    house.settings(SETTINGS + "locations: [{{name: jakarta}}, {{name: singapore, agent: true}}]\n")
    made = house.run("token", "create", "singapore", "--scope", "location:singapore")
    assert (made.code, "the token of singapore (location:singapore)" in made.err) == (0, True)
    for scope, why in (
        ("location:singapura", "there is no location singapura with an agent in the settings; did you mean singapore?"),
        ("location:jakarta", "there is no location jakarta with an agent"),
        ("location:", "there is no scope location:"),
        ("read-all", "there is no scope read-all; choose from read, maintenance"),
    ):
        refused = house.run("token", "create", "other", "--scope", scope)
        assert (refused.code, why in refused.err) == (2, True), refused.err


def test_the_token_of_an_agent_allows_nothing_else(house: House) -> None:
    house.settings(SETTINGS + "locations: [{{name: singapore, agent: true}}]\n")
    both = house.run("token", "create", "singapore", "--scope", "location:singapore", "--scope", "read")
    assert (both.code, "a token of a location can do nothing else" in both.err) == (2, True)
