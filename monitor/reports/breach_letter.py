"""What is said when a promised month is lost, or about to be: to the people named, and to the customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.alert import Message
from monitor.core.alerting.phrases import month_name
from monitor.core.allowance import Outlook
from monitor.core.model import Seconds
from monitor.core.text import left_time, percent, target_percent, used_time
from monitor.reports.statement_words import WORDS

_MOST_LISTED = 10

_ENGLISH = {
    "lost": "{customer}: the promise for {month} is broken",
    "at_risk": "{customer}: the promise for {month} is at risk",
    "promised": "Promised: {target} % for {components}.",
    "so_far": "So far, up to {at}: {figure} %, {used} of downtime; {budget} are allowed in the whole month.",
    "forecast": "At this pace the month ends with {forecast} of downtime.",
    "unknown": "{unknown} were not measured.",
    "outages": "Outages of this month:",
    "outage": "- {component}: {start}, {length}",
    "more": "- and {count} more",
    "told": "The customer is told at the same time, by {channels}.",
    "prepared": "Prepared for the customer; say what is being done before you send it:",
    "dear": "Dear {customer},",
    "customer_lost": "in {month} we will not keep the {target} % that we promised you for {components}.",
    "customer_at_risk": "in {month} we may not keep the {target} % that we promised you for {components}.",
    "customer_figure": "Up to {at} it was {figure} %, with {used} of downtime.",
    "credit": "What is owed to you for the month is computed and told without a claim once it is over.",
    "lead": "{lead} leads the work on it.",
    "updates": "You hear from us every {updates} until it is resolved.",
    "regards": "{issuer}",
}
_INDONESIAN = {
    "lost": "{customer}: janji untuk {month} tidak terpenuhi",
    "at_risk": "{customer}: janji untuk {month} terancam",
    "promised": "Dijanjikan: {target} % untuk {components}.",
    "so_far": "Sejauh ini, sampai {at}: {figure} %, waktu henti {used}; dalam sebulan penuh diizinkan {budget}.",
    "forecast": "Dengan laju ini bulan berakhir dengan waktu henti {forecast}.",
    "unknown": "{unknown} tidak terukur.",
    "outages": "Gangguan bulan ini:",
    "outage": "- {component}: {start}, {length}",
    "more": "- dan {count} lainnya",
    "told": "Pelanggan diberi tahu pada saat yang sama, melalui {channels}.",
    "prepared": "Disiapkan untuk pelanggan; tuliskan apa yang sedang dikerjakan sebelum dikirim:",
    "dear": "Yth. {customer},",
    "customer_lost": "pada {month} kami tidak dapat memenuhi {target} % yang kami janjikan untuk {components}.",
    "customer_at_risk": "pada {month} kami mungkin tidak memenuhi {target} % yang kami janjikan untuk {components}.",
    "customer_figure": "Sampai {at} angkanya {figure} %, dengan waktu henti {used}.",
    "credit": "Hak Anda untuk bulan itu dihitung dan diberitahukan tanpa klaim setelah bulan berakhir.",
    "lead": "{lead} memimpin penanganannya.",
    "updates": "Kami memberi kabar setiap {updates} sampai selesai.",
    "regards": "{issuer}",
}
_WORDS: Mapping[str, Mapping[str, str]] = {"en": _ENGLISH, "id": _INDONESIAN}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a breach is told: in what language, by whom, who leads, how often the customer hears of it."""

    issuer: str
    language: str
    lead: str = ""
    updates: Seconds | None = None
    customer: tuple[str, ...] = ()  # the channels by which the customer is told


def inside(account: Account, outlook: Outlook, manner: Manner) -> Message:
    """The message to the people named: the figures, the outages, and the text for the customer."""
    words, places = _words(manner), _places(account, manner)
    lines = [words["promised"].format(**places), words["so_far"].format(**places)]
    if outlook is Outlook.AT_RISK:
        lines.append(words["forecast"].format(**places))
    if account.figure.unknown_seconds:
        unknown = used_time(account.figure.unknown_seconds, manner.language)
        lines.append(words["unknown"].format(unknown=unknown))
    lines += ["", words["outages"], *_outages(account, manner), ""]
    if manner.customer:
        lines.append(words["told"].format(channels=", ".join(manner.customer)))
    else:
        lines += [words["prepared"], "", *_letter(account, outlook, manner)]
    return Message(
        "failure" if outlook is Outlook.LOST else "warning", _title(outlook, words, places), "\n".join(lines)
    )


def outside(account: Account, outlook: Outlook, manner: Manner) -> Message:
    """The message to the customer."""
    words, places = _words(manner), _places(account, manner)
    return Message("info", _title(outlook, words, places), "\n".join(_letter(account, outlook, manner)))


def _letter(account: Account, outlook: Outlook, manner: Manner) -> list[str]:
    words, places = _words(manner), _places(account, manner)
    said = [words[f"customer_{outlook}"], words["customer_figure"]]
    if account.credit_terms.schedule is not None:
        said.append(words["credit"])
    if manner.lead:
        said.append(words["lead"])
    if manner.updates is not None:
        said.append(words["updates"])
    body = " ".join(line.format(**places) for line in said)
    return [words["dear"].format(**places), "", body, "", words["regards"].format(**places)]


def _outages(account: Account, manner: Manner) -> list[str]:
    words, zone, names = _words(manner), ZoneInfo(account.zone), {part.component: part.name for part in account.parts}
    said = WORDS.get(manner.language, WORDS["en"])
    lines = [
        words["outage"].format(
            component=names.get(item.component, item.component),
            start=said.moment(item.start, zone),
            length=used_time(item.end - item.start, manner.language, detail=True),
        )
        for item in account.outages[:_MOST_LISTED]
    ]
    rest = len(account.outages) - _MOST_LISTED
    return lines if rest <= 0 else [*lines, words["more"].format(count=rest)]


def _title(outlook: Outlook, words: Mapping[str, str], places: Mapping[str, str]) -> str:
    return words[outlook.value].format(**places)


def _places(account: Account, manner: Manner) -> dict[str, str]:
    language, allowance, figure = manner.language, account.allowance, account.figure
    said = WORDS.get(language, WORDS["en"])
    forecast = allowance.forecast if allowance is not None else None
    return {
        "customer": account.name,
        "month": month_name(account.label, language),
        "target": "" if account.target is None else target_percent(account.target, language),
        "components": ", ".join(part.name for part in account.parts),
        "at": said.moment(min(account.as_of, account.month.end), ZoneInfo(account.zone)),
        "figure": "–" if figure.availability is None else percent(figure.availability, language),
        "used": used_time(figure.downtime_equivalent, language),
        "budget": "–" if allowance is None else left_time(allowance.budget, language),
        "forecast": "–" if forecast is None else used_time(forecast, language),
        "lead": manner.lead,
        "updates": used_time(manner.updates or 0, language),
        "issuer": manner.issuer,
    }


def _words(manner: Manner) -> Mapping[str, str]:
    return _WORDS.get(manner.language, _ENGLISH)
