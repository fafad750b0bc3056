"""Small integers for words, so that columns stay columns."""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import get_args

from reirrad.model.case import Basis, Modality, Role, Technique
from reirrad.model.finding import StatusWord

TECHNIQUES: tuple[str, ...] = get_args(Technique)
MODALITIES: tuple[str, ...] = get_args(Modality)
#: By whether a course is proposed.
ROLES: tuple[Role, ...] = get_args(Role)
BASES: tuple[str, ...] = get_args(Basis)

#: Code of what was not stated.
UNSTATED = -1


class Status(IntEnum):
    """The outcome of a finding; a larger one is worse, and the worst of several is reported."""

    NOT_APPLICABLE = 0
    MET = 1
    NOT_EVALUATED = 2
    VIOLATED = 3

    @property
    def word(self) -> StatusWord:
        """The status as reports write it."""
        return _STATUS_WORDS[self]


_STATUS_WORDS: dict[Status, StatusWord] = {
    Status.NOT_APPLICABLE: "not_applicable",
    Status.MET: "met",
    Status.NOT_EVALUATED: "not_evaluated",
    Status.VIOLATED: "violated",
}


class Cause(IntFlag):
    """Why a value is a range, or why a constraint cannot be evaluated.

    The order is that of the reason given: of several causes the first is the reason.
    """

    ROW_QUARANTINED = 1 << 17
    TECHNIQUE_UNKNOWN = 1 << 0
    N_FRACTIONS_UNKNOWN = 1 << 1
    PRESCRIPTION_UNKNOWN = 1 << 18
    INTERVAL_CONDITION_UNKNOWN = 1 << 2
    TARGET_DISTANCE_UNKNOWN = 1 << 19
    ALPHA_BETA_NOT_STATED = 1 << 3
    METRIC_NOT_SUMMABLE = 1 << 4
    DISTRIBUTION_NEEDED = 1 << 20
    ORDER_UNKNOWN = 1 << 5
    FIRST_COURSE_UNKNOWN = 1 << 23
    HISTORY_UNKNOWN = 1 << 6
    MODALITY_NOT_SUPPORTED = 1 << 7
    SCHEDULE_UNKNOWN = 1 << 8
    DOSE_UNKNOWN = 1 << 9
    METRIC_BOUND_ONLY = 1 << 10
    DOSE_RANGE = 1 << 11
    REPAIR_UNKNOWN = 1 << 12
    INTERVAL_UNKNOWN = 1 << 13
    RECOVERY_NOT_STATED = 1 << 14
    SUM_NOT_PROVEN = 1 << 15
    SOURCE_RANGE = 1 << 16
    OUTSIDE_MODEL = 1 << 21
    OTHER_FRACTIONATION = 1 << 22

    @property
    def word(self) -> str:
        """The cause as reports write it."""
        return (self.name or "").lower()


class Exclusion(IntEnum):
    """Why a constraint does not apply."""

    NONE = 0
    NO_COURSE = 1
    FEWER_THAN_TWO_COURSES = 2
    OTHER_TECHNIQUE = 3
    OTHER_N_FRACTIONS = 4
    OTHER_INTERVAL = 5
    OTHER_PRESCRIPTION = 6
    OTHER_TARGET_DISTANCE = 7

    @property
    def word(self) -> str:
        """The exclusion as reports write it."""
        return self.name.lower()


def reason_word(*, status: int, causes: int, exclusion: int) -> str | None:
    """Return the reason code of a finding; ``None`` where a status needs none."""
    if status == Status.NOT_APPLICABLE:
        return Exclusion(exclusion).word
    if status == Status.NOT_EVALUATED:
        return next(cause.word for cause in Cause if cause & causes)
    return None
