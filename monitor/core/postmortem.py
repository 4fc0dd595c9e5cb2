"""Post-mortems: Markdown with four sections, and preventive actions that each have an owner and a date.

    ## Timeline
    ## Root cause
    ## Contributing factors
    ## Preventive actions
    - Move reports to the replica (owner: Budi, due: 2026-12-05)

Headings may be of any level, in English or Indonesian; other sections may stand beside them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

SECTIONS = {
    "Timeline": ("timeline", "kronologi"),
    "Root cause": ("root cause", "akar masalah", "penyebab utama"),
    "Contributing factors": ("contributing factors", "faktor pendukung", "faktor lain"),
    "Preventive actions": ("preventive actions", "tindakan pencegahan"),
}
"""What has to be there, by its English name, with every heading that it is known by."""

_ACTIONS = "Preventive actions"
_HEADING = re.compile(r"#{1,6}[ \t]+(.+?)[ \t]*#*")
_ITEM = re.compile(r"[-*+][ \t]+(.*)")
_ACTION = re.compile(
    r"(?P<what>.+?)\s*\((?:owner|pemilik):\s*(?P<owner>[^,()]+?)\s*,\s*(?:due|tenggat):\s*(?P<due>\d{4}-\d\d-\d\d)\)\s*\.?",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PreventiveAction:
    """Something that keeps it from happening again: who does it, by when."""

    what: str
    owner: str
    due: date


@dataclass(frozen=True, slots=True)
class Written:
    """A post-mortem as it was read. `wrong` says all that keeps it from being published."""

    actions: tuple[PreventiveAction, ...]
    wrong: tuple[str, ...]


def read(text: str) -> Written:
    """The actions of a post-mortem, and what is missing of it; a sentence for each."""
    found = dict(_sections(text))
    wrong = [
        f"the section {name} is {'missing' if name not in found else 'empty'}"
        for name in SECTIONS
        if not found.get(name, "").strip()
    ]
    actions = []
    for item in _items(found.get(_ACTIONS, "")):
        try:
            actions.append(_action(item))
        except ValueError as error:
            wrong.append(str(error))
    if not actions and not wrong:
        wrong.append("no preventive action is listed; write one a line: - What is done (owner: Budi, due: 2026-12-05)")
    return Written(tuple(actions), tuple(wrong))


def _sections(text: str) -> Iterator[tuple[str, str]]:
    name, body = None, list[str]()
    for line in [*text.splitlines(), "# end"]:
        heading = _HEADING.fullmatch(line.strip())
        if heading is None:
            body.append(line)
            continue
        if name is not None:
            yield name, "\n".join(body)
        title = heading[1].strip(" *_").casefold()
        name, body = next((key for key, titles in SECTIONS.items() if title in titles), None), []


def _items(body: str) -> list[str]:
    """Each item of a list in one text, the lines that go on with it too."""
    items: list[str] = []
    for line in body.splitlines():
        begins = _ITEM.match(line.strip())
        if begins is not None:
            items.append(begins[1])
        elif items and line.strip():
            items[-1] += f" {line.strip()}"
    return items


def _action(item: str) -> PreventiveAction:
    match = _ACTION.fullmatch(item)
    if match is None:
        raise ValueError(f"an action needs an owner and a date: - {item} (owner: Budi, due: 2026-12-05)")
    try:
        return PreventiveAction(match["what"], match["owner"], date.fromisoformat(match["due"]))
    except ValueError:
        raise ValueError(f"{match['due']} is not in the calendar: - {item}") from None
