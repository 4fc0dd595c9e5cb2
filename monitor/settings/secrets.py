"""Secrets stand in the settings as references only. Finds those in clear, and references where none is resolved.

No message repeats a value.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from monitor.core.secret import references, without_references
from monitor.probes import KINDS
from monitor.settings.findings import Findings
from monitor.settings.nodes import Node, Place, walk

_KEY = re.compile(r"(^|[_-])(password|passwd|pwd|passphrase|secret|token|bearer|api[_-]?key)$", re.IGNORECASE)
_HEADER = re.compile(
    r"authorization|cookie|(^|[_-])(token|secret|password|auth|signature)($|[_-])|api-?key|^x-.*key$", re.IGNORECASE
)
_CREDENTIAL = re.compile(r"\s*(bearer|basic|token|apikey)\s+\S{6,}", re.IGNORECASE)
_KNOWN_TOKEN = re.compile(r"\b(sk-|gh[opsu]_|github_pat_|glpat-|xox[abprs]-|eyJ[\w-]{8,}\.|AKIA[0-9A-Z]{12})")
_WEB_USER = re.compile(r"https?://([^/?#\s@]+)@", re.IGNORECASE)
_USERINFO = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*://[^\s@/:]*:(?P<password>[^\s@?]*)@", re.IGNORECASE)
_WORDS = r"password|passwd|pwd|sslpassword|secret|token|access_token|api_?key|sig|signature"
_QUERY = re.compile(rf"[?&](?:{_WORDS}|key|pass)=([^&#\s]*)", re.IGNORECASE)
_DSN_WORD = re.compile(r"(?:^|\s)(?:password|sslpassword)\s*=\s*('[^']*'|\S*)", re.IGNORECASE)
_BODY = re.compile(rf"""["']?\b(?:{_WORDS})["']?\s*[:=]\s*["']?((?:\$\{{\w+\}}|[^\s"'&,}}])+)""", re.IGNORECASE)
_COMMAND = re.compile(r"^\s*(?:AUTH|PASS)\s+(?:[^\r\n]*\s)?(?!LOGIN|PLAIN)(\S+)[^\S\n]*$", re.IGNORECASE | re.MULTILINE)
_CARRIED = re.compile(r"\{\{[a-z][a-z0-9_]*\}\}")
"""A value that an answer gave: as good as a reference."""
_MALFORMED = re.compile(r"\$\{(?![A-Za-z_][A-Za-z0-9_]*\})[^}]*\}?")
_ALMOST = re.compile(r"\$[A-Z_][A-Z0-9_]*\b")
_OPEN_SCHEMES = frozenset({"mailto", "mailtos", "json", "jsons", "xml", "xmls", "form", "forms", "syslog", "rsyslog"})
_LONG_TOKEN = re.compile(r"(?=[A-Za-z_-]*[0-9])(?=[0-9_-]*[A-Za-z])[A-Za-z0-9_-]{16,}")
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1|\[::1\]", re.IGNORECASE)

_PING: Place = ("alerts", "ping")
_MAIL_SERVER: Place = ("subscriptions", "mail", "server")

REMEDY = "write ${NAME} in its place and set NAME in the environment"


def check_secrets(findings: Findings, is_set: Callable[[str], bool], *, strict: bool) -> None:
    """All rules about secrets, over the whole tree. Unset references are warnings, with `strict` mistakes."""
    unset = findings.mistake if strict else findings.warn
    for place, node in walk(findings.root):
        if isinstance(node.value, str):
            _check_text(findings, place, node.value)
            for reference in _resolved(findings.root, place, node.value):
                if not is_set(reference):
                    unset(place, f"{_shown(reference)} is not set; {_how(reference)}")
        elif isinstance(node.value, int | float) and place and _is_secret_key(place):
            findings.mistake(place, f"a secret stands here in clear; {REMEDY}")


def is_loopback(url: str) -> bool:
    """Whether an Apprise URL leads to this machine."""
    try:
        return _LOOPBACK.fullmatch(urlsplit(url).hostname or "") is not None
    except ValueError:
        return False


def _check_text(findings: Findings, place: Place, text: str) -> None:
    field = None if _is_expectation(place) else _secret_place(findings.root, place)
    almost = _MALFORMED.search(text) or (field is None and _ALMOST.fullmatch(text))
    if almost and not _is_expectation(place):
        findings.mistake(place, "this is not a reference; write ${NAME} with letters, digits and _, or file:/path")
    if (wrong := _in_clear(place, text)) is not None:
        findings.mistake(place, f"{wrong}; {REMEDY}")
    if field is not None and references(text):
        findings.mistake(place, f"a reference is not resolved here; {field}")


def _resolved(root: Node, place: Place, text: str) -> tuple[str, ...]:
    """The references that will be resolved at the place."""
    return () if _is_expectation(place) or _secret_place(root, place) is not None else references(text)


def _in_clear(place: Place, text: str) -> str | None:
    """What stands in clear at the place, or None."""
    if _is_address(place):
        return _channel_in_clear(text)
    if place == _PING and not is_loopback(text) and _LONG_TOKEN.search(without_references(text)):
        return "a token stands in this address in clear"
    if "carry" in place:
        return None  # says where a value is found, and holds none
    if "steps" in place:
        text = _CARRIED.sub("${CARRIED}", text)
    if _web_user(text) or any(map(_clear, _passwords(text))):
        return "a password or token stands in this URL in clear"
    if place[-1] == "dsn" and any(_clear(found[1]) for found in _DSN_WORD.finditer(text)):
        return "a password stands in this DSN in clear"
    if _is_secret_key(place) and _clear(text):
        return "a secret stands here in clear"
    if "headers" in place[:-1] and "expect" not in place and _header_in_clear(str(place[-1]), text):
        return "a secret stands in this header in clear"
    if place[-1] in ("body", "send") and _body_in_clear(text):
        return "a secret stands in this text in clear"
    return None


def _is_address(place: Place) -> bool:
    """Whether it is an address of a channel, in either form."""
    return (
        place[:2] == ("alerts", "channels")
        and (len(place) == 4 or (len(place) == 5 and place[3] == "to"))
        and (isinstance(place[-1], int))
    )


def _passwords(text: str) -> list[str]:
    """What stands where an URL may hold a password."""
    found = _USERINFO.match(text)
    return [*([found["password"]] if found else []), *(item[1] for item in _QUERY.finditer(text))]


def _web_user(text: str) -> bool:
    found = _WEB_USER.match(text)
    if found is None:
        return False
    user, _, password = found[1].partition(":")
    return _clear(password) if ":" in found[1] else _clear(user)


def _clear(text: str) -> bool:
    return without_references(text).strip("'\" ") != ""


def _is_secret_key(place: Place) -> bool:
    inside = "headers" in place or "expect" in place or place[-1] == "auth_is_down"
    return not inside and isinstance(place[-1], str) and _KEY.search(place[-1]) is not None


def _header_in_clear(name: str, value: str) -> bool:
    if references(value):
        return _LONG_TOKEN.search(without_references(value)) is not None
    named = _HEADER.search(name) is not None and value.strip() != ""
    return named or _CREDENTIAL.match(value) is not None or _KNOWN_TOKEN.search(value) is not None


def _body_in_clear(text: str) -> bool:
    named = [*_COMMAND.finditer(text), *_BODY.finditer(text)]
    return _KNOWN_TOKEN.search(text) is not None or any(_clear(found[1]) for found in named)


def _channel_in_clear(url: str) -> str | None:
    if url.startswith("file:/") or is_loopback(url):
        return None
    rest = without_references(url)
    open_to_see = url.split("://", 1)[0].lower() in _OPEN_SCHEMES
    if not references(url) and not open_to_see:
        return "the address of a channel is a secret, and stands here in clear"
    user = re.match(r"[a-z0-9+.-]+://([^/\s@]*)@", rest, re.IGNORECASE)
    password = user is not None and _clear(user[1].partition(":")[2])
    token = not open_to_see and _LONG_TOKEN.search(rest) is not None
    if password or token or any(_clear(found[1]) for found in _QUERY.finditer(url)):
        return "a password or token stands in this address in clear"
    return None


def _is_expectation(place: Place) -> bool:
    return "expect" in place


def _is_proxy(place: Place) -> bool:
    return len(place) == 3 and (place[0], place[2]) == ("locations", "proxy")


def _secret_place(root: Node, place: Place) -> str | None:
    """None where references are resolved; else where they would be."""
    if _is_address(place) or _is_proxy(place) or place in (_PING, _MAIL_SERVER, ("server", "database")):
        return None
    if len(place) < 5 or place[0] != "components" or place[2] != "checks":
        places = "server.database, alerts.channels, alerts.ping, subscriptions.mail.server"
        return f"they may stand in {places} and some fields of checks"
    node = root
    for step in place[:4]:
        node = next(child for key, child in node.children() if key == step)
    kind = KINDS.get(node.text("kind") or "")
    if kind is None or place[4] in kind.secret_fields:
        return None
    fields = ", ".join(kind.secret_fields)
    return f"in a check of this kind they may stand in {fields}" if fields else "checks of this kind take none"


def _shown(reference: str) -> str:
    return reference if reference.startswith("file:") else f"${{{reference}}}"


def _how(reference: str) -> str:
    return "write that file" if reference.startswith("file:") else "export it before starting"
