from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from monitor.core.failure import SENTENCES
from monitor.core.text import WORDINGS, percent, used_time
from statuspage import catalogues, language
from statuspage.catalogues import LOCALES, MESSAGES, codes
from statuspage.language import load_language

PACKAGE = LOCALES.parent
KEYWORDS = {"_": None, "N_": None, "say": None, "count": (1, 2), "gettext": None, "ngettext": (1, 2)}

Id = str | tuple[str, ...]


def ids_of(file: Path) -> Iterator[Id]:
    # Jinja's own extractor is handed to babel, which knows the arguments that are messages.
    method: Any = babel_extract if file.suffix == ".html" else "python"
    for _, message, _, _ in extract(method, BytesIO(file.read_bytes()), keywords=KEYWORDS, options={}):
        yield message


def ids_in_use() -> set[Id]:
    files = [*PACKAGE.glob("*.py"), *PACKAGE.glob("templates/*.html")]
    return {message for file in files for message in ids_of(file)} | set(SENTENCES.values())


def catalogue(code: str) -> Catalog:
    with (LOCALES / code / "LC_MESSAGES" / "messages.po").open("rb") as lines:
        return read_po(lines, locale=code, abort_invalid=True)


translated = pytest.mark.parametrize("code", codes()[1:])


@translated
def test_every_message_is_translated_and_none_is_fuzzy(code: str) -> None:
    messages = {message.id: message for message in catalogue(code) if message.id}
    texts = {
        found: [message.string] if isinstance(message.string, str) else list(message.string or [""])
        for found, message in messages.items()
    }
    assert ids_in_use() - set(messages) == set()
    assert [found for found, message in messages.items() if message.fuzzy] == []
    assert [found for found, strings in texts.items() if not all(strings)] == []


@translated
def test_a_catalogue_holds_nothing_that_is_not_said(code: str) -> None:
    assert {message.id for message in catalogue(code) if message.id} - ids_in_use() == set()
    assert catalogue(code).obsolete == {}


@translated
def test_every_translation_keeps_the_placeholders(code: str) -> None:
    assert [(message.id, errors) for message in catalogue(code) if (errors := list(message.check()))] == []


def test_indonesian_has_one_plural_form() -> None:
    assert catalogue("id").plural_forms == "nplurals=1; plural=0;"


def test_lists_read_as_people_write_them() -> None:
    names = ["Jakarta", "Singapore", "Frankfurt"]
    assert load_language("en").join(names) == "Jakarta, Singapore and Frankfurt"
    assert load_language("id").join(names) == "Jakarta, Singapore dan Frankfurt"
    assert load_language("en").join(names[:2]) == "Jakarta and Singapore"
    assert load_language("en").join(names[:1]) == "Jakarta"


@translated
def test_numbers_and_units_read_alike_on_the_page_and_on_paper(code: str) -> None:
    assert load_language(code).wording == WORDINGS[code]


def test_a_third_language_is_one_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "de" / MESSAGES.parent
    folder.mkdir(parents=True)
    (folder / MESSAGES.name).write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "English"\nmsgstr "Deutsch"\n\nmsgid "h"\nmsgstr "Std."\n\n'
        'msgid "All services are working"\nmsgstr "Alle Dienste arbeiten"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(catalogues, "LOCALES", tmp_path)
    monkeypatch.setattr(language, "LOCALES", tmp_path)
    assert catalogues.codes() == ("en", "de")
    german = load_language.__wrapped__("de")
    assert (german.name, german.say("All services are working")) == ("Deutsch", "Alle Dienste arbeiten")
    assert german.join(["Jakarta", "Singapur", "Frankfurt"]) == "Jakarta, Singapur und Frankfurt"
    assert percent(Fraction(998611, 1000000), german.wording) == "99,8611"
    assert used_time(7200, german.wording) == "2 Std."


def test_a_language_without_a_catalogue_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="does not speak 'de'; choose from: en, id"):
        load_language("de")
