"""Whose a line is that is not one row: the id that stands at its place, and else every id that it may have."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from reirrad.audit.sources.blocks import DELIMITERS, NUMBERS, BadLine
from reirrad.audit.table import is_number
from reirrad.model.metric import MetricError, UnknownMetricError, parse_metric


class Whose(NamedTuple):
    """Ids that a line surely has, ids that it may have, and whether it can be about no other patient."""

    own: list[str]
    perhaps: list[str]
    is_certain: bool


class LineReader:
    """Looks for the patients of the bad lines of one source.

    A line has its id for certain if its metric stands at its place, behind the id: then no cell before it was lost,
    torn or put in. Of a line that lost its beginning, the first cell is anything.
    """

    def __init__(self, names: Sequence[str | None], delimiter: str, missing: Collection[str]) -> None:
        self._at, self._metric, self._n_columns = names.index("patient_id"), names.index("metric"), len(names)
        self._numbers = [position for position, name in enumerate(names) if name in NUMBERS]
        self._delimiters = [delimiter, *(other for other in DELIMITERS if other != delimiter)]
        self._missing = {text.strip() for text in missing} | {""}

    def whose(self, line: BadLine) -> Whose:
        """Return whose a line is, or may be."""
        # one line of a file with other line ends is rows of many patients
        found = [self._whose(part) for part in line.raw.split("\r") if part.strip()]
        own = dict.fromkeys(text for part in found for text in part.own)
        perhaps = dict.fromkeys(text for part in found for text in part.perhaps if text not in own)
        # a NUL may stand in the place of a block that was lost, line ends and all
        is_certain = "\0" not in line.raw and all(part.is_certain for part in found)
        return Whose(list(own), list(perhaps), is_certain)

    def _whose(self, text: str) -> Whose:
        own: list[str] = []
        perhaps: list[str] = []
        for delimiter in self._delimiters:
            if delimiter not in text and delimiter != self._delimiters[0]:
                continue
            cells = _cells(text, delimiter)
            if not self._is_in_place(cells):
                perhaps += _perhaps_ids(cells, self._at, self._n_columns)
            elif delimiter == self._delimiters[0]:
                near = _perhaps_ids(cells, self._at, self._n_columns)
                return Whose([cells[self._at]], near, is_certain=self._is_one_row(cells))
            elif len(cells) == self._n_columns:
                own.append(cells[self._at])
        return Whose(own, perhaps, is_certain=False)

    def _is_in_place(self, cells: Sequence[str]) -> bool:
        """Whether the cells up to the metric, the id among them, are where they should be."""
        if not self._at < self._metric < len(cells) or not _is_metric(cells[self._metric]):
            return False
        text = cells[self._at]
        return text.strip() not in self._missing and text.isprintable()

    def _is_one_row(self, cells: Sequence[str]) -> bool:
        """Whether what follows the metric is of the same row: a line end that was lost puts two rows into one line."""
        if any(_is_metric(text) for position, text in enumerate(cells) if position != self._metric):
            return False
        surplus = len(cells) - self._n_columns
        if surplus >= 0:
            # at most each number was torn by a decimal comma
            return surplus <= len(self._numbers)
        # of a line that was cut, the last cell may be anything
        in_place = [cells[position] for position in self._numbers if self._metric < position < len(cells) - 1]
        return all(text.strip() in self._missing or is_number(text.replace(",", ".")) for text in in_place)


@lru_cache(maxsize=65_536)
def _is_metric(text: str) -> bool:
    for spelling in (text, f"{text.strip()}[Gy]"):
        try:
            parse_metric(spelling)
        except MetricError:
            continue
        except UnknownMetricError:
            return False
        return True
    return False


def _cells(text: str, delimiter: str) -> list[str]:
    if '"' in text:
        try:
            return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        except csv.Error:
            return [cell.strip().strip('"') for cell in text.split(delimiter)]
    return text.split(delimiter)


def _perhaps_ids(cells: Sequence[str], at: int, n_columns: int) -> list[str]:
    """Return the cells that may be the patient id: cells too many or too few may stand before it or after it."""
    extra = len(cells) - n_columns
    if at:
        return [
            text for cell in cells[max(0, at + min(extra, 0) - 1) : at + max(extra, 0) + 2] if (text := _seen(cell))
        ]
    # nothing stands before the first column but delimiters too many
    return next(([text] for cell in cells if (text := _seen(cell))), [])


def _seen(cell: str) -> str:
    """Return what is seen of a cell: a NUL within an id is not of it."""
    text = cell if cell.isprintable() else "".join(filter(str.isprintable, cell))
    return text.strip().strip('"')
