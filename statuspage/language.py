"""The languages of the page: English message ids, gettext catalogues for the others, compiled when loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

from babel import Locale
from babel.core import UnknownLocaleError
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from monitor.core.text import Wording
from statuspage.catalogues import LOCALES, MESSAGES, codes

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its catalogue, how it writes dates and lists, numbers and units."""

    code: str
    name: str
    locale: Locale
    catalogue: NullTranslations
    wording: Wording

    def say(self, message: str, **values: object) -> str:
        """The message in this language, with `%(name)s` filled in."""
        text = self.catalogue.gettext(message)
        return text % values if values else text

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """The form for that many; the number itself is `%(n)s`."""
        return self.catalogue.ngettext(one, many, number) % {"n": number, **values}

    def join(self, words: Sequence[str]) -> str:
        """`Jakarta, Singapore and Frankfurt`."""
        if len(words) < 3:
            return format_list(list(words), locale=self.locale)
        # Like the design: no comma before the last, as babel would put one in English and Indonesian.
        return f"{', '.join(words[:-1])}{format_list(['', ''], locale=self.locale)}{words[-1]}"


def N_(message: str) -> str:
    """Marks a message id for the catalogues."""
    return message


@cache
def load_language(code: str) -> Language:
    """The language with its catalogue. Raises ValueError for one that has none."""
    if code not in codes():
        raise ValueError(f"the page does not speak {code!r}; choose from: {', '.join(codes())}")
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"nobody knows how {code!r} writes dates: name the catalogue by its language") from error
    catalogue = NullTranslations() if code == ENGLISH else _catalogue(code)
    # The name of a language is what its catalogue calls English.
    name = catalogue.gettext(N_("English"))
    return Language(code, name, locale, catalogue, _wording(locale, catalogue))


def _wording(locale: Locale, catalogue: NullTranslations) -> Wording:
    symbols = locale.number_symbols["latn"]
    return Wording(
        mark=symbols["decimal"],
        separator=symbols["group"],
        day=catalogue.gettext(N_("d")),
        hour=catalogue.gettext(N_("h")),
        minute=catalogue.gettext(N_("min")),
        second=catalogue.gettext(N_("s")),
        millisecond=catalogue.gettext(N_("ms")),
    )


def _catalogue(code: str) -> NullTranslations:
    with (LOCALES / code / MESSAGES).open("rb") as lines:
        catalogue = read_po(lines, locale=code.replace("-", "_"), abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
