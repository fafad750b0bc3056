"""A self-test as one page of HTML that stands by itself: to print, sign and file."""

from __future__ import annotations

from reirrad.model.selftest import SelfTest
from reirrad.report.finding_words import LIMITS_OF_USE
from reirrad.report.page import rendered, require_jinja2
from reirrad.report.selftest_text import AGREES, BY_HAND, DIFFERS, SIGNED, headline, installation, source_of


def selftest_html(answer: SelfTest) -> str:
    """Return a self-test as a page of HTML; equal outcomes give equal pages.

    Raises
    ------
    MissingExtraError
        If jinja2 is not installed.
    """
    values = {
        "answer": answer,
        "headline": headline(answer),
        "words": {True: f"• {AGREES}", False: f"✕ {DIFFERS}"},
        "installation": installation(answer),
        "source_of": source_of,
        "by_hand": BY_HAND,
        "signed": SIGNED,
        "limits_of_use": LIMITS_OF_USE,
    }
    return rendered("selftest.html.j2", values, jinja2=require_jinja2("the HTML record", "report"))
