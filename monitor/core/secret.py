"""References to secrets: how they are written, found and put in place. Looking one up is the caller's work.

A reference is `${NAME}` anywhere in a text, or a whole text `file:/path`. Settings, stored versions and agents
only ever hold references; `resolve` is called where a value is used.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

Lookup: TypeAlias = Callable[[str], str]
"""Gives a reference's value (`NAME`, or `file:/path`); raises SecretMissing."""

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class SecretMissing(Exception):
    """A reference that cannot be resolved; its text is the reference, never a value."""


def references(text: str) -> tuple[str, ...]:
    """The references in a text, in order: `NAME` for `${NAME}`, the whole text for `file:/path`."""
    if text.startswith("file:/"):
        return (text,)
    return tuple(_NAME.findall(text))


def resolve(text: str, lookup: Lookup) -> str:
    """The text with every reference replaced by its value. Raises SecretMissing naming the reference."""
    if text.startswith("file:/"):
        return lookup(text)
    return _NAME.sub(lambda match: lookup(match[1]), text)


def without_references(text: str) -> str:
    """The text with every `${NAME}` removed: what is written in clear."""
    return "" if text.startswith("file:/") else _NAME.sub("", text)
