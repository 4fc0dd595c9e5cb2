"""Text from outside, made fit for HTML, XML, calendars and JSON alike."""

import re

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def plain(text: str) -> str:
    """Without control characters and whatever else XML 1.0 refuses or discourages; markup is left to be escaped."""
    return _UNFIT.sub("", text)
