"""A figure as the bytes of a file: the same picture gives the same bytes, and an SVG can stand inside a page."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from xml.sax.saxutils import escape

from reirrad.errors import printable
from reirrad.report.pictures.settings import drawing

#: Suffixes that a picture may have.
FORMS = ("svg", "png", "pdf")
_DOTS_OF_AN_INCH = 192
_CHARACTERS_OF_A_PREFIX = 8

_HEAD = re.compile(r"<svg\b[^>]*>")
_STYLES = re.compile(r"\s*<defs>\s*<style\b.*?</style>\s*</defs>", re.DOTALL)
_INDENTS = re.compile(r"\n +")
_REFERENCES = re.compile(r'(\bid="|href="#|url\(#)')


class _Written:
    """What a writer of files needs of one that is kept in memory."""

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, data: bytes) -> int:
        """Append bytes."""
        if not isinstance(data, bytes | bytearray | memoryview):
            raise TypeError("bytes are written")
        self.content += data
        return len(data)

    def tell(self) -> int:
        """Return where the next byte goes."""
        return len(self.content)

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Refuse: what is written stays, in its order; writers only ask whether there is such a method."""
        raise OSError("written from the beginning to the end")

    def flush(self) -> None:
        """Do nothing: all is there."""


def _drawn(figure: Any, form: str, metadata: dict[str, Any]) -> bytes:
    written = _Written()
    with drawing():
        figure.savefig(written, format=form, dpi=_DOTS_OF_AN_INCH, metadata=metadata)
    return bytes(written.content)


def svg_text(figure: Any, title: str, description: str) -> str:
    """Return a figure as SVG with its text alternatives, to stand inside a page or alone.

    There is no script, no style sheet, no link and no document type in it, and its ids begin with a prefix made of its
    content, so that several can stand in one page.

    Parameters
    ----------
    figure
        A matplotlib figure.
    title, description
        What a screen reader says.
    """
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    text = _drawn(figure, "svg", nothing).decode("utf-8")
    text = _INDENTS.sub("\n", _STYLES.sub("", text[text.index("<svg") :], count=1))
    content = f"{title}\n{description}\n{text}".encode()
    prefix = f"p{hashlib.sha256(content).hexdigest()[:_CHARACTERS_OF_A_PREFIX]}-"
    text = _REFERENCES.sub(lambda match: match.group() + prefix, text)
    alternatives = (
        f'\n<title id="{prefix}title">{_text(title)}</title>\n<desc id="{prefix}desc">{_text(description)}</desc>'
    )
    more = f' role="img" aria-labelledby="{prefix}title {prefix}desc"'
    # what the style sheet of the writer said, for this picture alone
    more += ' stroke-linejoin="round" stroke-linecap="butt">'
    return _HEAD.sub(lambda match: match.group()[:-1] + more + alternatives, text, count=1)


def picture_bytes(figure: Any, form: str, title: str, description: str) -> bytes:
    """Return a figure as the bytes of a file, with its title and description and without a date.

    Parameters
    ----------
    figure
        A matplotlib figure.
    form
        One of ``FORMS``.
    title, description
        What the picture shows, in words.

    Raises
    ------
    ValueError
        If the form is another one.
    """
    if form == "svg":
        return ('<?xml version="1.0" encoding="utf-8"?>\n' + svg_text(figure, title, description)).encode()
    if form == "png":
        return _drawn(
            figure, form, {"Software": None, "Title": printable(title), "Description": printable(description)}
        )
    if form == "pdf":
        told = {"Title": printable(title), "Subject": printable(description)}
        return _drawn(figure, form, told | {"CreationDate": None, "Creator": None, "Producer": None})
    raise ValueError(f"a picture is one of {', '.join(FORMS)}, not {form}")


def _text(text: str) -> str:
    return escape(printable(text))
