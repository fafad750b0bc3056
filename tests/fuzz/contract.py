"""What holds whatever stands in an input: it is read, or refused in words that can be printed and say where."""

from __future__ import annotations

import re

from reirrad.errors import InputError, ReirradError

#: Statements about a document as a whole, which have no place in it.
_OF_THE_WHOLE = (
    "this is not TOML: ",
    "the file is empty",
    "the document is nested too deeply",
    "a number has thousands of digits",
    "the number is not finite",
    "the key stands ",
    "the document is not an object",
    "the columns are not of one length",
    "there are too many columns",
    "this is not a case",
    "this is a ",  # DICOM, a workbook, an archive
)


def text_of(data: bytes) -> str:
    """Return the text that some bytes stand for; a byte that is none becomes a lone surrogate."""
    return data.decode("utf-8", "surrogateescape")


def check_words(text: str) -> None:
    """Words are there, on one line, and drive no terminal."""
    assert text.strip()
    assert text.isprintable(), ascii(text)
    text.encode()


def check_refusal(error: ReirradError) -> None:
    """A refusal has at least one problem, each in printable words, and says where it is."""
    for line in str(error).split("\n"):
        check_words(line)
    assert isinstance(error, InputError), type(error)
    assert error.source
    assert error.problems
    for problem in error.problems:
        check_words(str(problem))
        assert problem.where or problem.what.startswith(_OF_THE_WHOLE), problem


CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def check_output(text: str) -> None:
    """What is printed, on whatever number of lines, drives no terminal (X18)."""
    found = CONTROLS.search(text)
    assert found is None, ascii(text[max(0, found.start() - 40) : found.end() + 40])
