"""What of a report warns: it goes to standard error, too, for whoever keeps the report in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reirrad.model.finding import Report

#: How notes begin that say what was stated or chosen; any other one says that something may be wrong.
_STATED = (
    "history: complete",
    "history: no earlier",
    "option: ",
    "strict: ",
    "edition ",
    "left out: ",
    "no course is proposed",
)
#: Of a derivation: a note of a course, whose id stands before it, or of an interval; not what an edition notes.
_NOTE = re.compile(r"(?!note of the edition)(?P<of>.*?: )?note: (?P<text>.*)")


def warnings_of(report: Report) -> tuple[str, ...]:
    """Return the notes that warn, and what the derivations note of courses and intervals, each once."""
    return tuple(dict.fromkeys((*those_that_warn(report.notes), *_of_derivations(report))))


def those_that_warn(notes: Iterable[str]) -> Iterator[str]:
    """Yield the notes, of a report or of an audit, that say more than what was stated or chosen."""
    return (text for text in notes if not text.startswith(_STATED))


def _of_derivations(report: Report) -> Iterator[str]:
    for finding in report.findings:
        for line in finding.derivation:
            note = _NOTE.fullmatch(line)
            if note is not None:
                yield (note["of"] or "") + note["text"]
