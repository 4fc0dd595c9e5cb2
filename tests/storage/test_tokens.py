from hashlib import sha256

import pytest

from monitor.core.ledger import first_break
from monitor.storage.store import Store
from tests.storage.builders import T0

HASH = sha256(b"a secret").hexdigest()


def test_a_token_is_found_by_its_hash_while_it_is_in_use(store: Store) -> None:
    store.tokens.create("ci", ("close", "revise"), HASH, now=T0, actor="root")
    found = store.tokens.holder(HASH)
    assert found is not None
    assert (found.name, found.scopes, found.created_at, found.revoked_at) == ("ci", ("close", "revise"), T0, None)
    assert store.tokens.holder(sha256(b"another").hexdigest()) is None
    store.tokens.revoke("ci", now=T0 + 60, actor="root")
    assert store.tokens.holder(HASH) is None
    assert [token.revoked_at for token in store.tokens.all()] == [T0 + 60]


def test_a_name_is_given_once_at_a_time(store: Store) -> None:
    store.tokens.create("ci", (), HASH, now=T0, actor="root")
    with pytest.raises(ValueError, match="a token named ci is in use; revoke it first or choose another name"):
        store.tokens.create("ci", (), "0" * 64, now=T0, actor="root")
    store.tokens.revoke("ci", now=T0 + 60, actor="root")
    store.tokens.create("ci", (), "0" * 64, now=T0 + 61, actor="root")
    assert len(store.tokens.all()) == 2


def test_a_token_that_is_not_in_use_cannot_be_revoked(store: Store) -> None:
    with pytest.raises(ValueError, match="no token named ci is in use; `janji token list` shows them"):
        store.tokens.revoke("ci", now=T0, actor="root")
    assert store.ledger() == []


def test_tokens_made_and_revoked_are_in_the_ledger_without_their_hashes(store: Store) -> None:
    store.tokens.create("ci", ("close",), HASH, now=T0, actor="root")
    store.tokens.revoke("ci", now=T0 + 60, actor="ana")
    entries = store.ledger()
    assert [(item.kind, item.actor, item.at) for item in entries] == [
        ("token created", "root", T0),
        ("token revoked", "ana", T0 + 60),
    ]
    assert HASH not in repr(entries)
    assert first_break(entries) is None
    assert store.facts_version() == 2
