"""Remarks on a settings file, and the error that carries all mistakes at once."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One mistake or warning. Holds no value of a field in which a secret may stand."""

    file: str
    line: int
    path: str  # "" for the file as a whole
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.path, self.message) if part)


class SettingsError(Exception):
    """The settings cannot be used. `mistakes` are all of them, by line; the text is one a line."""

    def __init__(self, mistakes: Sequence[Remark]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("\n".join(map(str, self.mistakes)))
