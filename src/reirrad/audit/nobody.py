"""Rows that say of no patient that they are his: they may be about those whose rows stand beside them.

Tables are mostly listed by patient. Where they are not, nothing can tell whose the row is. Lines of which it is not
certain whose they are, because they are not one row each, stand among the rows like rows without an id.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa

from reirrad.audit.beside import ids_beside
from reirrad.audit.sources.blocks import Block
from reirrad.engine.batch import Ints

_NO_LINES: Ints = np.zeros(0, dtype=np.int64)


class RowsOfNobody:
    """Follows the blocks of a source, in order, and says which patients its rows without an id may be about."""

    def __init__(self, missing: Collection[str]) -> None:
        self._missing = {text.strip() for text in missing} | {""}
        self._last: str | None = None
        #: lines of rows at the end of a block, before the id that follows is known
        self._waiting: list[Ints] = []

    def add(self, block: Block, unread: Sequence[int] = ()) -> tuple[list[str], Ints]:
        """Return ids, and the line of the row that each may be about.

        Parameters
        ----------
        block
            Rows, in order.
        unread
            Lines of the block that are no rows, and of which it is not certain whose they are.
        """
        texts, codes = self._codes(block)
        line = block.line
        if len(unread):
            line = np.concatenate([line, np.array(unread, dtype=np.int64)])
            order = np.argsort(line, kind="stable")
            codes = np.concatenate([codes, np.full(len(unread), -1, dtype=np.int64)])[order]
            line = line[order]
        stated = np.flatnonzero(codes >= 0)
        ids: list[str] = []
        lines: list[Ints] = []
        leading, trailing = (stated[0], stated[-1]) if len(stated) else (len(codes), -1)
        if len(stated):
            waiting = np.concatenate([_NO_LINES, *self._waiting])
            ids += [texts[codes[leading]]] * len(waiting)
            lines.append(waiting)
            self._waiting = []
        at, code = ids_beside(codes)
        ids += [texts[one] for one in code]
        lines.append(line[at])
        if self._last is not None:
            ids += [self._last] * int(leading)
            lines.append(line[:leading])
        self._waiting.append(line[trailing + 1 :])
        if len(stated):
            self._last = texts[codes[trailing]]
        return ids, np.concatenate(lines)

    def _codes(self, block: Block) -> tuple[list[str], Ints]:
        """Return the ids of a block, and which of them each row has; -1 where it has none."""
        column = block.table.column("patient_id")
        if column.length() == 0:
            return [], _NO_LINES
        ids: pa.DictionaryArray = column.unify_dictionaries().combine_chunks()
        if isinstance(ids, pa.ChunkedArray):
            ids = ids.chunk(0)
        texts = ids.dictionary.to_pylist()
        is_empty = np.array([text is None or text.strip() in self._missing for text in texts] + [True], dtype=np.bool_)
        codes = ids.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False).astype(np.int64)
        codes[is_empty[codes]] = -1
        return texts, codes
