"""A self-test as one page of HTML that stands by itself: to print, sign and file."""

from __future__ import annotations

from reirrad.errors import MissingExtraError, printable
from reirrad.model.selftest import SelfTest
from reirrad.report.finding_words import LIMITS_OF_USE
from reirrad.report.selftest_text import AGREES, DIFFERS, SIGNED, headline


def selftest_html(answer: SelfTest) -> str:
    """Return a self-test as a page of HTML; equal outcomes give equal pages.

    Raises
    ------
    MissingExtraError
        If jinja2 is not installed.
    """
    try:
        import jinja2
    except ImportError:
        raise MissingExtraError("the HTML record needs jinja2: pip install 'reirrad[report]'") from None
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("reirrad.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: printable(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("selftest.html.j2").render(
        answer=answer,
        headline=headline(answer),
        words={True: f"• {AGREES}", False: f"✕ {DIFFERS}"},
        signed=SIGNED,
        limits_of_use=LIMITS_OF_USE,
    )
