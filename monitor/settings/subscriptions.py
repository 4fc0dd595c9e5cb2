"""What the settings say of subscriptions: from whom mails come and how they are sent, and where webhooks may go."""

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from monitor.core.permit import Hosts
from monitor.core.secret import references
from monitor.settings.findings import Findings
from monitor.settings.section import Section
from monitor.settings.values import Text

_SENDER = re.compile(r"(?:[^<>@\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)")
_SERVER = re.compile(r"smtps?://(?:[^\s/@]+@)?[^\s/?#@]+")


def _sender(text: str) -> str:
    if _SENDER.fullmatch(text) is None:
        raise ValueError("write whom mails come from, such as Example status <status@example.com>")
    return text


def _server(text: str) -> str:
    if references(text) and text.startswith(("${", "file:/")):
        return text
    if _SERVER.fullmatch(text) is None:
        raise ValueError("write smtp://user:${PASSWORD}@mail.example.com:587, or smtps:// for TLS from the first byte")
    return text


def _hosts(entries: tuple[str, ...]) -> tuple[str, ...]:
    Hosts.of(entries)
    return entries


_Sender: TypeAlias = Annotated[str, AfterValidator(_sender)]
_Server: TypeAlias = Annotated[str, AfterValidator(_server)]


class MailSettings(Section):
    """How mails to subscribers are sent: with STARTTLS, or with TLS from the first byte (`smtps`); without only to this
    machine."""

    from_: _Sender = Field(alias="from")
    server: _Server


class Subscriptions(Section):
    """Visitors may subscribe by mail when `mail` is there, and by webhook when `webhooks` says so. `allow` names hosts
    and networks that webhooks may go to although they are not on the public internet, or speak plain HTTP."""

    mail: MailSettings | None = None
    webhooks: bool = False
    allow: Annotated[tuple[Text, ...], AfterValidator(_hosts)] = ()

    @property
    def offered(self) -> bool:
        return self.mail is not None or self.webhooks


def check_subscriptions(findings: Findings) -> None:
    """Links in messages need to know where the page is."""
    section = findings.root.get("subscriptions")
    page = findings.root.get("page")
    if section is not None and (page is None or page.get("url") is None):
        findings.mistake(
            ("subscriptions",), "messages to subscribers hold links; write the page's public address as page.url"
        )
