"""Tokens: who may act, and as what. Only hashes are kept."""

import hmac
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import col

from monitor.core.model import Seconds
from monitor.storage import ledger
from monitor.storage.notices import Transaction
from monitor.storage.tables import Token


@dataclass(frozen=True, slots=True)
class TokenRecord:
    no: int
    name: str
    scopes: tuple[str, ...]
    created_at: Seconds
    revoked_at: Seconds | None


class Tokens:
    """Creates, finds and revokes tokens; each change is in the ledger."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def create(self, name: str, scopes: tuple[str, ...], hash_: str, *, now: Seconds, actor: str) -> None:
        """Raises ValueError when a token of that name is in use."""
        with self._transaction() as connection:
            if any(token.name == name and token.revoked_at is None for token in _read(connection)):
                raise ValueError(f"a token named {name} is in use; revoke it first or choose another name")
            connection.execute(insert(Token).values(name=name, scopes=list(scopes), hash=hash_, created_at=now))
            payload = {"name": name, "scopes": list(scopes)}
            ledger.append(connection, at=now, actor=actor, kind="token created", payload=payload)
            ledger.bump(connection, "facts")

    def revoke(self, name: str, *, now: Seconds, actor: str) -> None:
        """Raises ValueError when no token of that name is in use."""
        with self._transaction() as connection:
            changed = connection.execute(
                update(Token).where(col(Token.name) == name, col(Token.revoked_at).is_(None)).values(revoked_at=now)
            )
            if changed.rowcount == 0:
                raise ValueError(f"no token named {name} is in use; `janji token list` shows them")
            ledger.append(connection, at=now, actor=actor, kind="token revoked", payload={"name": name})
            ledger.bump(connection, "facts")

    def all(self) -> list[TokenRecord]:
        with self._transaction() as connection:
            return _read(connection)

    def holder(self, hash_: str) -> TokenRecord | None:
        """The token with this hash, if it is in use."""
        with self._transaction() as connection:
            row = connection.execute(
                select(Token).where(col(Token.hash) == hash_, col(Token.revoked_at).is_(None))
            ).first()
            return _record(row) if row and hmac.compare_digest(row.hash, hash_) else None


def _read(connection: Any) -> list[TokenRecord]:
    return [_record(row) for row in connection.execute(select(Token).order_by(col(Token.no)))]


def _record(row: Any) -> TokenRecord:
    return TokenRecord(row.no, row.name, tuple(row.scopes), row.created_at, row.revoked_at)
