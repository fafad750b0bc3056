"""What a caller chooses beside a table, refused before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from reirrad.errors import Problem, TableError, shown


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
    problems = [
        Problem(name, "this is neither true nor false", shown(value), "True or False")
        for name, value in flags.items()
        if not isinstance(value, bool | np.bool_)
    ]
    if rename is not None and not isinstance(rename, Mapping):
        allowed = "our name for each column called otherwise"
        problems.append(Problem("rename", "this is no mapping", shown(rename), allowed))
    else:
        problems += [
            Problem(f"rename.{theirs}", "this is no name of a column", shown(ours), "text, e.g. 'patient_id'")
            for theirs, ours in (rename or {}).items()
            if not isinstance(ours, str)
        ]
    if problems:
        raise TableError("table", problems)
    return rename or {}
