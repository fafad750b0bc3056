"""Judges of one constraint on a few small cases, and what they find as plain numbers.

Every course has fractions of 2 Gy unless its schedule is given: at alpha/beta 2 its BED is twice its dose, and its EQD2
its dose.
"""

from typing import Any, NamedTuple

import numpy as np

from engine.house_edition import house_edition
from property.example_cases import case, cord, course
from reirrad.engine.batch import Batch
from reirrad.engine.codes import Cause, Exclusion, Status
from reirrad.engine.from_cases import prepare
from reirrad.engine.judge import Judge
from reirrad.engine.judged import Judged
from reirrad.engine.view import View
from reirrad.ingest import parse_case
from reirrad.library import Library, load_library
from reirrad.model.metric import parse_metric

Raw = dict[str, Any]
Ends = tuple[float, float]
INF = float("inf")
NOTHING: Ends = (INF, -INF)
MET, OPEN, VIOLATED, OUT = Status.MET, Status.NOT_EVALUATED, Status.VIOLATED, Status.NOT_APPLICABLE


def at(name: str, start: str | None, end: str | None, gray: Any, metric: str = "Max[Gy]", **more: Any) -> Raw:
    """Return a course in fractions of 2 Gy, of the larger end where its dose is a range."""
    most = gray[1] if isinstance(gray, list) else gray
    given = {"role": "delivered", "schedule": f"{most} Gy / {most // 2}", "dose": cord(gray, metric=metric)}
    return course(name, start=start, end=end, **given | more)


def first(gray: Any = 10, **more: Any) -> Raw:
    """Return a course that ended on 5 February 2010."""
    return at(**{"name": "a", "start": "2010-01-04", "end": "2010-02-05", "gray": gray} | more)


def second(gray: Any = 20, **more: Any) -> Raw:
    """Return one that began exactly nine months later."""
    return at(**{"name": "b", "start": "2010-11-05", "end": "2010-12-05", "gray": gray} | more)


def third(gray: Any = 30, **more: Any) -> Raw:
    """Return one that is to begin exactly 24 months after the second, and 34 months after the first."""
    return at(**{"name": "c", "start": "2012-12-05", "end": "2013-01-05", "gray": gray, "role": "proposed"} | more)


def history(*courses: Raw, structures: tuple[str, ...] = ("SpinalCord",), **more: Any) -> Raw:
    """Return a case of these courses; a complete history unless another is named."""
    raw = case(list(structures), *courses) | more
    if raw["prior_radiotherapy"] != "complete":
        del raw["prior_courses"]
    return raw


def unseen(*courses: Raw, **more: Any) -> Raw:
    """Return a case that may have had one more course before."""
    return history(*courses, prior_radiotherapy="partial", **more)


def library_of(**fields: Any) -> Library:
    """Return the shipped tables with one constraint of the house."""
    shipped = load_library()
    return Library((house_edition({"only": fields}),), shipped.structures, shipped.conventions)


def batch_of(*raws: Raw) -> Batch:
    return prepare([parse_case(raw) for raw in raws], load_library()).batch


def view_of(*raws: Raw, metric: str = "Max[Gy]", structure: str = "SpinalCord") -> View:
    batch = batch_of(*raws)
    return View(batch, load_library(), structure, parse_metric(metric).metric, np.ones(batch.n_cases, dtype=np.bool_))


def judge_of(*raws: Raw, strict: bool = False, **fields: Any) -> Judge:
    """Return the judge of one constraint of the house on the cord of some cases."""
    edition = house_edition({"only": fields}).edition
    constraint = edition.constraint[0]
    view = view_of(*raws, metric=constraint.metric)
    return Judge(view, constraint, edition.convention_of(constraint), strict=strict)


class Item(NamedTuple):
    """A finding as numbers; ``place`` is which rows of the view, which row of them and which turn."""

    case: int
    status: Status
    value: Ends
    margin: float
    limit: Ends
    causes: Cause
    exclusion: Exclusion
    course: str | None
    undiscounted: Ends
    place: tuple[int, int, int]


def items(judge: Judge) -> list[Item]:
    """Return every finding of a judge."""
    return items_of(judge.judge(), judge.view.batch)


def items_of(judged: Judged, batch: Batch) -> list[Item]:
    found = judged.decided
    assert found.status.shape == (len(judged.case), 1)
    return [
        Item(
            int(judged.case[at]),
            Status(found.status[at, 0]),
            (float(found.value.low[at, 0]), float(found.value.high[at, 0])),
            float(found.margin[at, 0]),
            (float(found.limit.low[at, 0]), float(found.limit.high[at, 0])),
            Cause(int(found.causes[at, 0])),
            Exclusion(found.exclusion[at, 0]),
            None if judged.course[at] == -1 else str(batch.course_id[judged.course[at]]),
            (float(judged.undiscounted.low[at]), float(judged.undiscounted.high[at])),
            (int(judged.rows_index[at]), int(judged.row[at]), int(judged.turn[at])),
        )
        for at in range(len(judged.case))
    ]


def item(*raws: Raw, strict: bool = False, **fields: Any) -> Item:
    """Return the only finding."""
    (found,) = items(judge_of(*raws, strict=strict, **fields))
    return found
