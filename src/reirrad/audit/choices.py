"""What a caller chooses beside a table, or declares about it, refused before anything is read."""

from __future__ import annotations

import codecs
import datetime as dt
import os
import re
from collections.abc import Mapping
from typing import Any

from reirrad.engine.arguments import flag_problems
from reirrad.errors import Problem, TableError, shown

#: Encodings of CSV files by the names that Python has for them: one byte or several, a line end is always the same one.
ENCODINGS = {"utf-8": "utf-8", "iso8859-1": "latin-1", "cp1252": "cp1252", "ascii": "ascii"}


def check_choices(rename: Any, **flags: Any) -> Mapping[str, str]:
    """Return the mapping of names, an empty one if there is none.

    Parameters
    ----------
    rename
        Our name for each column that is called otherwise, or ``None``.
    **flags
        Choices that are yes or no, by name.

    Raises
    ------
    TableError
        If the mapping is none of text to text, or a flag is neither true nor false: the text "no" would be true.

    Examples
    --------
    >>> check_choices({"pid": "patient_id"}, strict=True), check_choices(None, strict=False)
    ({'pid': 'patient_id'}, {})
    """
    problems = flag_problems(**flags) + ([] if rename is None else rename_problems(rename))
    if problems:
        raise TableError("table", problems)
    return rename or {}


def rename_problems(rename: Any) -> list[Problem]:
    """Return what is wrong with a mapping of names."""
    if not isinstance(rename, Mapping):
        return [Problem("rename", "this is no mapping", shown(rename), "our name for each column called otherwise")]
    what, allowed = "this is no name of a column", "text, e.g. 'patient_id'"
    problems = [Problem("rename", what, shown(theirs), allowed) for theirs in rename if not isinstance(theirs, str)]
    return problems + [
        Problem(f"rename.{theirs}", what, shown(ours), allowed)
        for theirs, ours in rename.items()
        if not isinstance(ours, str)
    ]


def text_problems(**lists: Any) -> list[Problem]:
    """Return what is wrong with lists of texts: of a single text each letter would be taken for one.

    >>> [str(problem) for problem in text_problems(missing="NA", keep=("site",))]
    ["missing: this is no list of texts; given: 'NA'; allowed: a tuple of texts, e.g. ('NA',)"]
    """
    return [
        Problem(name, "this is no list of texts", shown(value), "a tuple of texts, e.g. ('NA',)")
        for name, value in lists.items()
        if not isinstance(value, list | tuple) or not all(isinstance(text, str) for text in value)
    ]


def path_problems(name: str, value: Any, example: str) -> list[Problem]:
    """Return what is wrong with a list of paths: of a single text each letter would be taken for one.

    >>> [str(problem) for problem in path_problems("inputs", "a.csv", "('a.csv',)")]
    ["inputs: this is no list of paths; given: 'a.csv'; allowed: a tuple of paths, e.g. ('a.csv',)"]
    """
    if not isinstance(value, list | tuple):
        return [Problem(name, "this is no list of paths", shown(value), f"a tuple of paths, e.g. {example}")]
    return [
        Problem(f"{name}[{place}]", "this is no path", shown(path), "text, or a pathlib.Path")
        for place, path in enumerate(value)
        if not isinstance(path, str | os.PathLike)
    ]


def wrong_date_format(form: object) -> str:
    """Return what is wrong with a format of dates, as words that follow it, or nothing.

    >>> wrong_date_format("%d.%m.%Y"), wrong_date_format("%d.%m.%y")
    ('', 'must have %d, %m and %Y, e.g. %d.%m.%Y (years of two digits are refused)')
    """
    # %% is a percent sign, whatever stands behind it
    if not isinstance(form, str) or any(part not in form.replace("%%", "") for part in ("%d", "%m", "%Y")):
        return "must have %d, %m and %Y, e.g. %d.%m.%Y (years of two digits are refused)"
    try:
        dt.datetime.strptime("", form)
    except re.error:
        return "is no format of dates: a part of it stands twice"
    except ValueError as error:
        # of a format that is one, only the empty text is wrong
        if "does not match format" not in str(error):
            return f"is no format of dates: {error}"
    return ""


def wrong_delimiter(delimiter: object) -> str:
    """Return what is wrong with a delimiter, as words that follow it, or nothing.

    >>> wrong_delimiter(";"), wrong_delimiter(";;")
    ('', 'is not one ASCII character, e.g. ; or tab')
    """
    is_one = isinstance(delimiter, str) and len(delimiter) == 1 and delimiter.isascii() and delimiter not in '"\r\n\0'
    return "" if is_one else "is not one ASCII character, e.g. ; or tab"


def encoding_of(name: object) -> str | None:
    """Return our name of an encoding, or ``None`` if it is none that is read.

    >>> encoding_of("UTF8"), encoding_of("latin-1"), encoding_of("utf-16")
    ('utf-8', 'latin-1', None)
    """
    try:
        return ENCODINGS.get(codecs.lookup(name).name) if isinstance(name, str) else None
    except (LookupError, ValueError):  # ValueError: a NUL is in the name
        return None
