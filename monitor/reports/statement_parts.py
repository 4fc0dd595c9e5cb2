"""What a statement is made of: figures that matter, and titled blocks of tables and sentences."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.reports.statement_words import Words


class Tone(StrEnum):
    """How a figure is coloured; the words say it too."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Card:
    """A figure that matters."""

    label: str
    value: str
    note: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Block:
    """A titled part: a table, sentences, or both. `right` are columns of numbers; `strong` lines stand out.

    One that stays `together` is not broken over two pages.
    """

    title: str
    sentences: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = (1,)
    right: frozenset[int] = frozenset()
    strong: tuple[tuple[str, ...], ...] = ()
    size: float = 8.5
    together: bool = False

    def align(self, column: int) -> int:
        """As the layout counts: 0 left, 2 right."""
        return 2 if column in self.right else 0

    def after_number(self, column: int) -> bool:
        """Whether a text stands right of a number, and needs to keep its distance."""
        return column not in self.right and column - 1 in self.right


@dataclass(frozen=True, slots=True)
class Told:
    """A statement in words."""

    title: str
    month: str
    customer: str
    subject: str
    period: str
    cards: tuple[Card, ...]
    blocks: tuple[Block, ...]
    footer: str
    words: Words

    def numbered(self, page: int, pages: int) -> str:
        return self.words.say("page", page=str(page), pages=str(pages))
