"""Rows that say of no patient that they are his: they may be about those whose rows stand beside them.

Tables are mostly listed by patient. Where they are not, nothing can tell whose the row is.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow as pa

from reirrad.audit.beside import ids_beside
from reirrad.audit.sources.blocks import Block

REASON = "missing"


class RowsOfNobody:
    """Follows the blocks of a source, in order, and says which patients its rows without an id may be about."""

    def __init__(self, missing: Collection[str]) -> None:
        self._missing = {text.strip() for text in missing} | {""}
        self._last: str | None = None
        #: lines of rows at the end of a block, before the id that follows is known
        self._waiting: list[int] = []

    def add(self, block: Block) -> list[tuple[str, int]]:
        """Return ids with the line of the row that each may be about."""
        column = block.table.column("patient_id")
        if column.length() == 0:
            return []
        ids: pa.DictionaryArray = column.unify_dictionaries().combine_chunks()
        if isinstance(ids, pa.ChunkedArray):
            ids = ids.chunk(0)
        texts = ids.dictionary.to_pylist()
        is_empty = np.array([text is None or text.strip() in self._missing for text in texts] + [True], dtype=np.bool_)
        codes = ids.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False).astype(np.int64)
        codes[is_empty[codes]] = -1
        stated = np.flatnonzero(codes >= 0)
        found = []
        if len(stated):
            first = texts[codes[stated[0]]]
            found = [(first, line) for line in self._waiting]
            self._waiting = []
        at, code = ids_beside(codes)
        found += [(texts[one], int(block.line[row])) for row, one in zip(at, code, strict=True)]
        leading, trailing = (stated[0], stated[-1]) if len(stated) else (len(codes), -1)
        if self._last is not None:
            found += [(self._last, int(line)) for line in block.line[:leading]]
        self._waiting += [int(line) for line in block.line[trailing + 1 :]]
        if len(stated):
            self._last = texts[codes[stated[-1]]]
        return found
