"""The public examples as tests read them."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "vectors"


def load(file: str) -> dict[str, Any]:
    """One file of `tests/vectors/`."""
    document: dict[str, Any] = json.loads((FOLDER / f"{file}.json").read_text())
    return document
