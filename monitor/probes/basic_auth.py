"""Basic credentials (RFC 7617): for servers and for proxies."""

import base64


def basic(username: str, password: str) -> str:
    """The value of an Authorization or Proxy-Authorization header."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
