"""Files for finance: the bytes that the commands write, rendered in a reader's thread."""

from monitor.api.months import asked_zone
from monitor.api.operation import Answer, Call, Desk, File, Operation
from monitor.api.proofs import EvidencePeriod
from monitor.api.queries import Written, Zoned
from monitor.core.account import Account
from monitor.core.alert import Message
from monitor.reader import asking
from monitor.reader.summary import summary
from monitor.reader.told_incidents import told_incidents
from monitor.reports import evidence
from monitor.reports.report import Report, report

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


def _csv(desk: Desk, call: Call) -> File:
    found = _report(desk, call)
    return File(found.csv().encode(), f"janji-{found.period}.csv")


def _journal(desk: Desk, call: Call) -> File:
    found = _report(desk, call)
    return File(found.journal().encode(), f"janji-{found.period}-journal.csv")


def _workbook(desk: Desk, call: Call) -> File:
    found = _report(desk, call)
    return File(found.workbook(desk.settings.page.title), f"janji-{found.period}.xlsx")


def _report(desk: Desk, call: Call) -> Report:
    return report(desk.accounts, call.path["period"], asked_zone(desk, call), desk.now)


def _statement(desk: Desk, call: Call) -> File:
    # Imported only now: the layout of the PDF takes long, and most processes never write one.
    from monitor.reports.statement import statement

    page = desk.settings.page
    account = asking.agreement(desk.accounts, desk.settings, call.path["id"], call.path["month"], desk.now)
    language = call.asked(Written).language or page.written
    content = statement(account, desk.store.ledger_head(), issuer=page.title, language=language)
    return File(content, f"{account.id}-{account.label}-statement-{language}.pdf")


def _review(desk: Desk, call: Call) -> File:
    from monitor.reports.letters import review_letter

    page, month = desk.settings.page, asking.month(call.path["month"], desk.zone, desk.now)
    accounts = asking.everything(desk.accounts, month, desk.zone, desk.now)
    incidents = told_incidents(desk.store, desk.settings, accounts[0].settled, desk.now)
    language = call.asked(Written).language or page.written
    letter = review_letter(accounts, desk.store.ledger_head(), incidents, issuer=page.title, language=language)
    return _attached(letter, f"janji-{month}-review-{language}.pdf")


def _summary(desk: Desk, call: Call) -> File:
    from monitor.reports.letters import summary_letter

    page, id_, month = desk.settings.page, call.path["id"], call.path["month"]
    found = summary(desk.store, desk.accounts, desk.settings, id_, month, desk.now)
    language = call.asked(Written).language or page.written
    letter = summary_letter(found, issuer=page.title, language=language)
    return _attached(letter, f"{id_}-{month}-summary-{language}.pdf")


def _attached(letter: Message, name: str) -> File:
    if letter.attachment is None:
        raise AssertionError("a letter carries its file")
    return File(letter.attachment.content, name)


def _component_evidence(desk: Desk, call: Call) -> Answer:
    period, id_, zone = call.path["period"], call.path["id"], asked_zone(desk, call)
    found = asking.component_months(desk.accounts, desk.facts.components(), id_, period, zone, desk.now)
    return _evidence(desk, call, found)


def _agreement_evidence(desk: Desk, call: Call) -> Answer:
    period, id_ = call.path["period"], call.path["id"]
    return _evidence(desk, call, asking.agreement_months(desk.accounts, desk.settings, id_, period, desk.now))


def _evidence(desk: Desk, call: Call, accounts: list[Account]) -> Answer:
    period = call.path["period"]
    try:
        document = evidence.of_months(period, accounts, desk.store.ledger_head())
    except evidence.NoTarget as error:
        raise asking.NotThere(str(error)) from None
    return Answer(document, file=f"{call.path['id']}-{period}-evidence.json")


_REPORT = "/reports/{period}"

OPERATIONS = (
    Operation(
        "GET",
        f"{_REPORT}/csv",
        "report_csv",
        "read",
        "A line for each component and agreement (RFC 4180)",
        None,
        _csv,
        query=Zoned,
        media_type=CSV,
        costly=True,
    ),
    Operation(
        "GET",
        f"{_REPORT}/journal",
        "journal",
        "read",
        "What is owed: a line for each agreement and month (RFC 4180)",
        None,
        _journal,
        query=Zoned,
        media_type=CSV,
        costly=True,
    ),
    Operation(
        "GET",
        f"{_REPORT}/xlsx",
        "report_xlsx",
        "read",
        "A spreadsheet with live formulas, a sheet for each month",
        None,
        _workbook,
        query=Zoned,
        media_type=XLSX,
        costly=True,
    ),
    Operation(
        "GET",
        "/agreements/{id}/months/{month}/statement",
        "statement",
        "read",
        "The customer's statement as a PDF",
        None,
        _statement,
        query=Written,
        media_type=PDF,
        costly=True,
    ),
    Operation(
        "GET",
        "/months/{month}/review",
        "review",
        "read",
        "The monthly review as a PDF: everything of a month side by side",
        None,
        _review,
        query=Written,
        media_type=PDF,
        costly=True,
    ),
    Operation(
        "GET",
        "/agreements/{id}/months/{month}/summary",
        "summary",
        "read",
        "What a customer is told of a month, as a PDF: figure, incidents, response times, the months before",
        None,
        _summary,
        query=Written,
        media_type=PDF,
        costly=True,
    ),
    Operation(
        "GET",
        "/periods/{period}/components/{id}/evidence",
        "component_period_evidence",
        "read",
        "Everything that a component's figures of a month, quarter or year are made of",
        EvidencePeriod,
        _component_evidence,
        query=Zoned,
        costly=True,
    ),
    Operation(
        "GET",
        "/agreements/{id}/periods/{period}/evidence",
        "agreement_period_evidence",
        "read",
        "Everything that an agreement's figures of a month, quarter or year are made of",
        EvidencePeriod,
        _agreement_evidence,
        costly=True,
    ),
)
