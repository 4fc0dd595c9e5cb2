"""From a YAML file to the tree of its nodes, with the mistakes that can be seen in its text."""

from pathlib import Path

from monitor.settings import nodes
from monitor.settings.errors import Remark, SettingsError
from monitor.settings.findings import Findings
from monitor.settings.nodes import MOST_BYTES, Place, Unreadable, shown


def read_file(path: Path, *, named_by: str, first: str) -> Findings:
    """The file's tree and what is wrong so far. Raises SettingsError for a file that cannot be read at all.

    `named_by` is how an operator names another file, `first` the key that every such file begins with.
    """
    early: list[tuple[Place, int, str]] = []
    try:
        root = nodes.read(_text(path, named_by), lambda *mistake: early.append(mistake), first)
    except Unreadable as error:
        said = [Remark(str(path), line, shown(place), message) for place, line, message in early]
        raise SettingsError([*said, Remark(str(path), error.line, "", error.message)]) from None
    findings = Findings(str(path), root)
    for place, line, message in early:
        findings.mistake(place, message, line)
    return findings


def _text(path: Path, named_by: str) -> str:
    """The file's text. Raises Unreadable with the remedy."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise Unreadable(1, f"there is no such file; name one with {named_by}") from None
    except OSError as error:
        option = named_by.partition(" or ")[0]
        raise Unreadable(1, f"the file cannot be read ({error.strerror}); name another with {option}") from None
    if len(content) > MOST_BYTES:
        raise Unreadable(1, "the file is larger than 8 MiB; settings are not")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, "this is not UTF-8; save the file as UTF-8") from None
