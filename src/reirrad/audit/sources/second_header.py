"""A header that stands among the rows of a CSV file, as where several exports were put together."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache

from reirrad.audit.sources.blocks import Declared
from reirrad.audit.table import DOSES, OPTIONAL, REQUIRED, is_number
from reirrad.engine.codes import MODALITIES
from reirrad.errors import Problem, TableError

BOM = b"\xef\xbb\xbf"
#: Columns of times, which stand together; of a row their cells have digits, or are empty in one way.
_TIMES = (("start", "end"), ("course_number", "months_since_previous"))


class SecondHeader:
    """Finds such lines, whatever the names in them are: what follows one would be read under wrong names."""

    def __init__(
        self, source: str, given: Sequence[str], names: Sequence[str | None], delimiter: str, declared: Declared
    ) -> None:
        self._source, self._given, self._delimiter = source, list(given), delimiter
        self._names_given = frozenset(given)
        self._fractions, self._modality = names.index("n_fractions"), names.index("modality")
        missing = {_folded(text) for text in declared.missing}
        known = (*REQUIRED, *DOSES, *OPTIONAL, *given, *declared.rename.values())
        self._known = {_folded(name) for name in known} - missing - {""}
        dose = next(name for name in DOSES if name in names)
        pairs = [pair for pair in _TIMES if set(pair) <= set(names)]
        self._measured = [[names.index(name) for name in (dose, "n_fractions", *pair)] for pair in pairs]
        self._missing = {_letters(text) for text in declared.missing} | {""}

    def may_be_in(self, fractions: Sequence[str]) -> bool:
        """Whether rows with these numbers of fractions may have such a line among them."""
        return not all(map(self._is_of_a_row, fractions))

    def _is_of_a_row(self, fractions: str) -> bool:
        return _is_number_or_empty(fractions) and fractions.strip() not in self._names_given

    def is_one(self, number: int, line: bytes) -> bool:
        """Whether a line says the names of the columns once more, as they are above.

        Raises
        ------
        TableError
            If it says other names, or the same in another order.
        """
        text = line.removeprefix(BOM).decode(errors="replace")
        cells = text.split(self._delimiter)
        # without looking at quotes: where as many cells are cut out as there should be, they are the cells of the line
        if len(cells) == len(self._given) and self._is_of_a_row(cells[self._fractions].replace('"', "")):
            return False
        if '"' in text:
            try:
                cells = next(csv.reader([text], delimiter=self._delimiter))
            except csv.Error:
                return False
        cells = [cell.strip() for cell in cells]
        if len(cells) != len(self._given) or self._is_of_a_row(cells[self._fractions]):
            return False
        if cells == self._given:
            return True
        what = "in another order" if sorted(cells) == sorted(self._given) else "with other names or in another order"
        if sorted(cells) == sorted(self._given) or self._has_names(cells):
            problem = Problem(f"line {number}", f"a second header, {what}", hint="audit the files one by one")
            raise TableError(self._source, [problem])
        return False

    def _has_names(self, cells: Sequence[str]) -> bool:
        """Whether cells, of which that of the fractions is no number, are names of columns."""
        if cells[self._modality] in MODALITIES:
            return False  # a row, whatever else is in it
        if len({_folded(cell) for cell in cells} & self._known) > 1:
            return True
        # and names of no column that is known
        for places in self._measured:
            words = {_letters(cells[at]) for at in places}
            has_digits = any(cells[at][:1].isdigit() or cells[at][:1] in ("+", "-", ".") for at in places if cells[at])
            # "unknown" stands for all of them; names differ
            if not has_digits and len(words) == len(places) and not words & self._missing:
                return True
        return False


@lru_cache(maxsize=4096)
def _is_number_or_empty(cell: str) -> bool:
    text = cell.replace(",", ".").strip()
    return not text or is_number(text)


def _folded(name: str) -> str:
    return "".join(char for char in name.casefold() if not char.isspace() and char not in "_-")


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalpha())
