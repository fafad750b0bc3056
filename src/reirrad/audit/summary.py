"""The summary of an audit: counts of all buckets added up, what was read and how (``reirrad-audit/1``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import inf
from typing import Any

from reirrad import __version__
from reirrad.audit.tally import WORST
from reirrad.engine.check import editions_used
from reirrad.library import Library
from reirrad.model.audit_summary import AUDIT_SCHEMA

_VERDICTS = ("violated", "not_evaluated", "met")
_STATUSES = ("violated", "met", "not_evaluated", "not_applicable")


def summary_of(
    *,
    counts: Counter[tuple[Any, ...]],
    worst: Iterable[Sequence[Any]],
    rows: Mapping[str, int],
    patients: int,
    inputs: Sequence[Mapping[str, Any]],
    options: Mapping[str, Any],
    assumptions: Sequence[str],
    library: Library,
) -> dict[str, Any]:
    """Return the summary as plain data, in a fixed order."""
    return {
        "schema": AUDIT_SCHEMA,
        **rows,
        "patients": patients,
        "verdicts": {word: counts["verdicts", word] for word in _VERDICTS},
        "verdicts_without_rule": {word: counts["verdicts_without_rule", word] for word in _VERDICTS},
        "without_rule": _table(counts, "without_rule", ("structure",), _VERDICTS),
        "noted": _table(counts, "noted", ("kind",), _VERDICTS),
        "findings": _table(counts, "findings", ("constraint_id", "structure", "edition", "advisory"), _STATUSES),
        "by_year": _table(counts, "by_year", ("constraint_id", "structure", "year"), _STATUSES[:3]),
        "reasons": _table(counts, "reasons", ("constraint_id", "structure", "reason"), (), "findings"),
        "worst": _worst(worst),
        "editions_alone": _table(counts, "editions_alone", ("edition",), _STATUSES),
        "quarantine": _table(counts, "quarantine", ("column", "reason"), (), "rows"),
        "unknown": {
            kind: [
                {"name": key[2], "rows": n}
                for key, n in sorted(counts.items(), key=lambda item: str(item[0]))
                if key[:2] == ("unknown", kind)
            ]
            for kind in ("structures", "metrics")
        },
        "assumptions": list(assumptions),
        "editions": [
            {"id": edition.id, "digest": edition.digest, "origin": edition.origin} for edition in editions_used(library)
        ],
        "inputs": [
            {key: item[key] for key in ("name", "kind", "bytes", "sha256", "rows", "delimiter")} for item in inputs
        ],
        "options": dict(options),
        "reirrad_version": __version__,
    }


def _table(
    counts: Counter[tuple[Any, ...]], what: str, names: Sequence[str], words: Sequence[str], number: str = ""
) -> list[dict[str, Any]]:
    """Return the counts about one thing as rows: one column for each word, or one number."""
    keys = {key[1 : 1 + len(names)] for key in counts if key[0] == what}
    rows = []
    for key in sorted(keys, key=lambda key: tuple((item is None, str(item)) for item in key)):
        row: dict[str, Any] = dict(zip(names, key, strict=True))
        row |= {word: counts[what, *key, word] for word in words} if words else {number: counts[what, *key]}
        rows.append(row)
    return rows


def _worst(found: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    by_name: dict[tuple[str, str], list[Sequence[Any]]] = {}
    for item in found:
        by_name.setdefault((item[0], item[1]), []).append(item)
    return [
        {
            "constraint_id": constraint,
            "structure": structure,
            "patient_id": item[3],
            "value": item[4],
            "limit": item[5],
            "margin": item[2],
            "unit": item[6],
        }
        for (constraint, structure), items in sorted(by_name.items())
        for item in sorted(items, key=_least_room)[:WORST]
    ]


def _least_room(item: Sequence[Any]) -> tuple[float, float, str]:
    """Return by what a violation is ranked: its margin, what is beyond the limit for certain, the patient."""
    return -inf if item[2] is None else item[2], item[7], item[3]
