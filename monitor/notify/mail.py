"""One mail to one subscriber over SMTP, with what mail programs need to offer unsubscribing (RFC 8058).

No text that leaves this file holds an address, a host's name or a credential.
"""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

from monitor.core.alert import Attachment
from monitor.core.bounce import of_recipient, status_of
from monitor.core.model import Seconds
from monitor.notify.deliver import Delivery

PATIENCE = 20.0
"""Seconds for each answer of the server."""

_UNFOLDED = policy.SMTP.clone(max_line_length=998)
"""Mail programs read links that are not broken over lines; 998 is the most that SMTP takes (RFC 5322, 2.1.1)."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Mail:
    """What one mail says. `unsubscribe` is where one click, or one POST, ends it; empty in a mail that confirms.

    `attachment` is a calendar (RFC 5545) that is published, not an invitation to answer.
    """

    sender: str
    to: str
    subject: str
    text: str
    language: str
    name: str  # the same at every try, so that a mail program knows a mail that comes twice
    unsubscribe: str = ""
    attachment: Attachment | None = None


def send_mail(server: str, mail: Mail, now: Seconds, *, patience: float = PATIENCE) -> Delivery:
    """One try. `server` is smtp:// (STARTTLS, but on this machine) or smtps:// with its secrets resolved."""
    try:
        with _connection(server, patience) as connection:
            connection.send_message(_message(mail, now))
    except smtplib.SMTPRecipientsRefused as error:
        return _refused(*next(iter(error.recipients.values())))
    except smtplib.SMTPResponseException as error:
        return Delivery(delivered=False, error=f"the mail server answered {error.smtp_code}")
    except ssl.SSLError:
        return Delivery(delivered=False, error="the mail server's certificate or TLS was refused")
    except smtplib.SMTPNotSupportedError:
        return Delivery(delivered=False, error="the mail server does not offer STARTTLS, a login, or UTF-8")
    except (OSError, smtplib.SMTPException) as error:
        return Delivery(delivered=False, error=f"the mail server could not be used ({type(error).__name__})")
    return Delivery(delivered=True)


def _refused(code: int, answer: bytes) -> Delivery:
    said = answer.decode("ascii", "replace")
    shown = f"{code} {status_of(said)}".rstrip()  # the rest may name anybody
    return Delivery(
        delivered=False,
        error=f"the mail server refused the recipient ({shown})",
        permanent=500 <= code < 600,
        bounce=of_recipient(code, said),
    )


@contextlib.contextmanager
def _connection(server: str, patience: float) -> Iterator[smtplib.SMTP]:
    parts = urlsplit(server)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "smtps":
        made: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=patience, context=ssl.create_default_context())
    else:
        made = smtplib.SMTP(host, port or 587, timeout=patience)
    with made as connection:
        if parts.scheme != "smtps" and host not in _LOOPBACK:
            connection.starttls(context=ssl.create_default_context())
        if parts.username is not None:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        yield connection


def _message(mail: Mail, now: Seconds) -> EmailMessage:
    made = EmailMessage(policy=_UNFOLDED)
    made["From"], made["To"], made["Subject"] = mail.sender, mail.to, " ".join(mail.subject.split())
    made["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
    domain = parseaddr(mail.sender)[1].rpartition("@")[2]
    made["Message-ID"] = f"<{mail.name}@{domain}>" if mail.name else make_msgid(domain=domain)
    # Out-of-office replies and mailing lists leave it alone (RFC 3834).
    made["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        made["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(mail.text)
    made["Content-Language"] = mail.language
    if mail.attachment is not None:
        # The method in the part's type, too, lets a mail program offer the event (RFC 6047, 2.4).
        published = {"charset": "utf-8", "method": "PUBLISH"}
        content, name = mail.attachment.content, mail.attachment.name
        made.add_attachment(content, maintype="text", subtype="calendar", filename=name, params=published)
    return made
