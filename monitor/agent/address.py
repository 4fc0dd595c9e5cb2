"""Where hubs are reached, and whose certificates are believed: over HTTPS, or on this machine."""

import ssl
from collections.abc import Sequence
from pathlib import Path

from yarl import URL

from monitor.core.permit import Hosts

_HERE = Hosts.of(["localhost"])


def hub_address(text: str, *, insecure: bool) -> URL:
    """The hub's address. Raises ValueError saying how to write one."""
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError("write the hub's address, such as https://hub.example.com")
    if url.user is not None or url.query_string or url.fragment:
        raise ValueError("write the hub's address alone; its token comes from $JANJI_AGENT_TOKEN or --token-file")
    if url.scheme == "http" and not insecure and not _HERE.name(url.host):
        raise ValueError(
            "over plain HTTP everyone on the way reads the token; write https://, or add --insecure-http where the "
            "network itself is encrypted"
        )
    return url


def hub_addresses(texts: Sequence[str], *, insecure: bool) -> tuple[str, ...]:
    """The addresses of hubs that work on one database, each once. Raises ValueError as `hub_address` does."""
    urls = [hub_address(text, insecure=insecure) for text in texts]
    places = [str(url).rstrip("/") for url in urls]
    for place in places:
        if places.count(place) > 1:
            raise ValueError(f"{place} is named twice; name each hub once")
    return tuple(str(url) for url in urls)


def trust(ca: Path | None) -> ssl.SSLContext:
    """Verifies the hub's certificate, by the machine's authorities or by this one alone. Raises OSError."""
    context = ssl.create_default_context(cafile=None if ca is None else str(ca))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
