"""The languages that the page can speak: English, and every catalogue that is here. Imports nothing slow."""

from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
MESSAGES = Path("LC_MESSAGES") / "messages.po"


def codes() -> tuple[str, ...]:
    """English first. A further language is a folder with a catalogue in it, and nothing else."""
    found = (folder.name for folder in LOCALES.iterdir() if (folder / MESSAGES).is_file())
    return ("en", *sorted(found))
