"""Patients whose ids look alike: they may be one, and are listed; nothing links them.

Only the shapes of ids are compared. No names and no birth dates are read.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reirrad.audit.id_hash import hash_of
from reirrad.model.inert import inert

LOOK_ALIKE = "look_alike.csv"
Hashes = NDArray[np.uint32]
#: Patients whose ids look alike, in order.
Set = tuple[str, ...]


def shape_of(patient_id: str) -> str:
    r"""Return an id without what is lost or added by typing and export: case, blanks, leading zeros, Unicode forms.

    >>> shape_of(" 00a\u2011 1") == shape_of("A-1")
    True
    >>> shape_of("P10") == shape_of("P1")
    False
    """
    if not patient_id.isascii() or not patient_id.isprintable():
        patient_id = unicodedata.normalize("NFKC", patient_id)
        patient_id = "".join("-" if unicodedata.category(char) == "Pd" else char for char in patient_id)
        patient_id = "".join(char for char in patient_id if unicodedata.category(char) not in ("Cf", "Cc"))
    return "".join(patient_id.casefold().split()).lstrip("0")


def hashes_of(patient_ids: Iterable[str]) -> Hashes:
    """Return a hash of the shape of each id."""
    return np.array([hash_of(shape_of(text)) for text in patient_ids], dtype=np.uint32)


def sets_of(patient_ids: Iterable[str]) -> list[Set]:
    """Return the ids that look like another of them, those that look alike together.

    >>> sets_of(["b", "A1", "a1", "0A1", "c"])
    [('0A1', 'A1', 'a1')]
    """
    by_shape: dict[str, list[str]] = {}
    for text in patient_ids:
        by_shape.setdefault(shape_of(text), []).append(text)
    return sorted(tuple(sorted(texts)) for texts in by_shape.values() if len(texts) > 1)


def sets_among(hashes: Sequence[Hashes], ids: Callable[[int], Sequence[str]]) -> list[Set]:
    """Return the same of ids that are not held at once.

    Parameters
    ----------
    hashes
        Of each part of the ids, see :func:`hashes_of`.
    ids
        Returns the ids of a part by its number; only asked for parts that may hold such ids.
    """
    values, counts = np.unique(np.concatenate([*hashes, np.zeros(0, dtype=np.uint32)]), return_counts=True)
    repeated = values[counts > 1]
    found: list[str] = []
    for number, of_part in enumerate(hashes):
        is_repeated = np.isin(of_part, repeated)
        if is_repeated.any():
            found += [text for text, use in zip(ids(number), is_repeated, strict=True) if use]
    return sets_of(found)


def said_of(sets: Sequence[Set], where: str) -> Iterator[str]:
    """Yield what is said of such ids: how many and where they are listed, not which."""
    if sets:
        n = sum(len(ids) for ids in sets)
        yield (
            f"patient_id: {n} patients have ids that differ in letter case, blanks, leading zeros or the form of "
            f"characters only; they were judged as different patients, see {where}"
        )


def write_sets(path: Path, sets: Iterable[Set]) -> None:
    """Write one line for each id that looks like others, with the number of its set."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["set", "patient_id"])
        for number, ids in enumerate(sets, start=1):
            writer.writerows([number, inert(text)] for text in ids)
