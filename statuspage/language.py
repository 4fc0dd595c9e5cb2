"""The languages of the page: English message ids, gettext catalogues for the others, compiled when loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"

NAMES = {"en": "English", "id": "Bahasa Indonesia"}
"""Every language the page can speak, by its own name."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its catalogue, and how it writes dates and lists."""

    code: str
    name: str
    locale: Locale
    catalogue: NullTranslations

    def say(self, message: str, **values: object) -> str:
        """The message in this language, with `%(name)s` filled in."""
        text = self.catalogue.gettext(message)
        return text % values if values else text

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """The form for that many; the number itself is `%(n)s`."""
        return self.catalogue.ngettext(one, many, number) % {"n": number, **values}

    def join(self, words: Sequence[str]) -> str:
        """`Jakarta, Singapore and Frankfurt`."""
        if self.code == "en" and len(words) > 2:
            return f"{', '.join(words[:-1])} and {words[-1]}"
        return format_list(list(words), locale=self.locale).replace(", dan ", " dan ")


def N_(message: str) -> str:
    """Marks a message id for the catalogues."""
    return message


@cache
def load_language(code: str) -> Language:
    """The language with its catalogue. Raises ValueError for one that has none."""
    if code not in NAMES:
        raise ValueError(f"the page does not speak {code!r}; choose from: {', '.join(NAMES)}")
    return Language(code, NAMES[code], Locale(code), _catalogue(code))


def _catalogue(code: str) -> NullTranslations:
    source = LOCALES / code / "LC_MESSAGES" / "messages.po"
    if code == "en":
        return NullTranslations()
    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=code, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
