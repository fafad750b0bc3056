"""Ids of courses and phases that are one but for letter case and blanks: a course that is listed twice."""

from __future__ import annotations

import numpy as np

from reirrad.audit.rows import Rows
from reirrad.engine.batch import Ints
from reirrad.model.names import folded

REASON = "differs_in_letters"


def check_ids(rows: Rows, patient: Ints, course: Ints) -> None:
    """Quarantine courses of a patient, and phases of a course, whose ids a case file would refuse as the same.

    Parameters
    ----------
    rows
        In order.
    patient, course
        For each row the first row of its patient, and of its course.
    """
    for name, group in (("course_id", patient), ("phase_id", course)):
        texts = [folded(text) for text in rows.texts[name]]
        if len(set(texts)) == len(texts):
            continue
        _, same = np.unique(np.array(texts), return_inverse=True)
        code = rows[name]
        key = np.where(code >= 0, group * len(texts) + same.reshape(-1)[code], -1)
        keys, which = np.unique(key, return_inverse=True)
        which = which.reshape(-1)
        low, high = np.full(len(keys), len(texts)), np.full(len(keys), -1)
        np.minimum.at(low, which, code)
        np.maximum.at(high, which, code)
        rows.quarantine((low < high)[which] & (code >= 0), name, REASON)
