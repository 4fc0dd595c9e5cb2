"""The statement of an agreement's month as a PDF for the customer: figure, verdict, credit, and what is behind them.

What it says is in `statement_text`, how it is laid out in `paper`. The same closed month gives the same bytes.
"""

from monitor.core.account import Account
from monitor.core.ledger import Entry
from monitor.reports.paper import printed
from monitor.reports.statement_text import told
from monitor.reports.statement_words import WORDS


def statement(account: Account, head: Entry | None, *, issuer: str, language: str = "en") -> bytes:
    """The PDF. `issuer` is who promises; `head` the ledger's newest entry, printed until the books are closed.

    Raises ValueError for an account that is not an agreement's, KeyError for a language that is not there.
    """
    if not account.agreement:
        raise ValueError(f"{account.id} is a component; statements are of agreements")
    return printed(told(account, head, WORDS[language]), issuer=issuer)
