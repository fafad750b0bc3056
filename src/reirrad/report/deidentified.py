"""Cases, reports and error messages without what may name a patient: what is not known to name nobody is left out.

Everything is taken over by name. A field that is not named here is dropped, a word that is not listed here is withheld.
Dates stay in the case that is judged, because intervals depend on them, and no output prints them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar, get_args

from reirrad.errors import InputError, Problem
from reirrad.model.case import (
    Basis,
    Case,
    Course,
    DoseOf,
    History,
    Modality,
    Phase,
    Role,
    StructureDose,
    Technique,
)
from reirrad.model.dates import ALLOWED as ALLOWED_DATES
from reirrad.model.finding import InputDigest, Report
from reirrad.model.metric import MetricError, UnknownMetricError, parse_metric
from reirrad.model.names import folded
from reirrad.model.schedule import ALLOWED as ALLOWED_SCHEDULES
from reirrad.quantities import QUANTITIES
from reirrad.report.consult_parts import day_texts

#: The name by which the library knows a structure, or none.
Canonical = Callable[[str], str | None]
Answer = TypeVar("Answer", bound=InputError)

NOTE = (
    "de-identified: dates are intervals, names, ages, notes and file names are left out; "
    "the digest is that of the data without them"
)
_WITHHELD = "(withheld)"
_ID_CHARACTERS = 12
_KEYS = frozenset(
    field.alias or name for model in (Case, Course, Phase, StructureDose) for name, field in model.model_fields.items()
) | frozenset(word for choice in (Role, Technique, Basis, DoseOf, History, Modality) for word in get_args(choice))
#: What a field allows: the same for every case.
_CONSTANTS = frozenset({ALLOWED_DATES, ALLOWED_SCHEDULES, *(quantity.allowed for quantity in QUANTITIES.values())})
_COURSE = re.compile(r"course\[[0-9]{1,3}\],?")
_PLACE = re.compile(
    r"(?:line|column|byte|position) \d+(?:, (?:line|column) \d+)*|lines \d+(?:, \d+)* and \d+|end of document"
)
_PARTS = re.compile(r'"[^"]*"|\[\d+\]|\.| \(the key\)|[^."\[\]]+|.')
#: The words of the messages about cases. What is not among them may be of the case.
_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        a above absent after again all allowed already alternatives ambiguous an and another apart archive are around
        array as at back backslash bare basis be before began begin beginning begins begun behind below beneath beside
        between both bracket brackets but by byte bytes bzip2 cannot case cases cgy character characters check checked
        closed column comes complete compressed computed contours control converted correct could counts course courses
        databases date dates day days decimal deeply delivered depend dicom did differ digit digits directory distance
        do document does dose doses doubled duplicate each earlier effective else empty end ends equal escape estimate
        every exactly excel exist exists expected extra false far few fewer field file finite first fit for found four
        fraction fractions free from give given grids gy gzip half-time has have hint history hold hyphens id if illegal
        in initial inline input instead interval into invalid is it its joined json key keys known large last later
        least leave left less lies like line linear list listed lists literal long looks lost low lower mapping mattered
        max maximum may mean means meant metric metrics mib min missing modality month months more most must mutable
        name namespace negative nested never newline newlines no none not nothing number numbers object of often on once
        one only open or order other out output outside overwrite own part partial parts pdf per phase phases photon
        plan planned point position prescribed prescription previous printable probably proposed put quotes radiotherapy
        range ranges read real reason received redefine regular remove repair require required role roles same save say
        says schedule scheduled shorter shortest side site small so sort source space spreadsheet stand standard stands
        start starts state stated statement stating still string structure structures swapped table tables target
        template text than that the them there they this thousands time times to toml too total true twice two unescaped
        unicode uniform unit unknown unterminated until up usual utf- utf-8 valid value values volume wanted was
        weighted well were what where which whole with without word words workbook write written wrong xz year
        year-month- years you zip zstd
        """,
    )
)


def deidentified_case(case: Case, canonical: Canonical) -> Case:
    """Return a case that is judged as the one given and names nobody.

    Structures that the library knows have the library's name, all others a number; courses are numbered as listed, and
    the id is a short hash of what is left, dates as intervals.

    Parameters
    ----------
    case
        A case that can be judged: one that is refused would be refused for other reasons without its names.
    canonical
        Gives the name by which the library knows a structure.
    """
    names = {folded(name): canonical(name) or f"structure not known {n}" for n, name in enumerate(case.structures, 1)}
    metrics: dict[str, str] = {}
    named = Case(
        schema_=case.schema_,
        case_id="case",
        prior_radiotherapy=case.prior_radiotherapy,
        prior_courses=case.prior_courses,
        structures=tuple(names[folded(name)] for name in case.structures),
        point_maximum=None if case.point_maximum is None else _metric(case.point_maximum, metrics),
        repair_half_time_h={names[folded(name)]: hours for name, hours in case.repair_half_time_h.items()},
        course=tuple(_course(course, n, names, metrics) for n, course in enumerate(case.course, 1)),
    )
    return named.model_copy(update={"case_id": f"deidentified-{_digest(named)[:_ID_CHARACTERS]}"})


def _course(course: Course, number: int, names: dict[str, str], metrics: dict[str, str]) -> Course:
    return Course(
        id=f"course {number}",
        role=course.role,
        modality=course.modality,
        technique=course.technique,
        start=course.start,
        end=course.end,
        months_since_previous=course.months_since_previous,
        fractions_per_day=course.fractions_per_day,
        hours_between_fractions=course.hours_between_fractions,
        n_phases=course.n_phases,
        phase=tuple(_phase(phase, names, metrics) for phase in course.phase),
        schedule=course.schedule,
        fractions_delivered=course.fractions_delivered,
        dose_of=course.dose_of,
        dose=_doses(course, names, metrics),
    )


def _phase(phase: Phase, names: dict[str, str], metrics: dict[str, str]) -> Phase:
    return Phase(
        schedule=phase.schedule,
        fractions_delivered=phase.fractions_delivered,
        dose_of=phase.dose_of,
        dose=_doses(phase, names, metrics),
    )


def _doses(phase: Phase, names: dict[str, str], metrics: dict[str, str]) -> dict[str, StructureDose]:
    return {
        names[folded(name)]: StructureDose.model_validate(
            {_metric(key, metrics): bounds for key, bounds in dose.metrics.items()}
            | {"basis": dose.basis, "target_distance_mm": dose.target_distance_mm}
        )
        for name, dose in phase.dose.items()
    }


def _metric(text: str, unknown: dict[str, str]) -> str:
    """Return a metric as the package writes it; one that is not known has a number for its name."""
    try:
        parsed = parse_metric(text)
    except (MetricError, UnknownMetricError):
        return unknown.setdefault(text, f"metric not known {len(unknown) + 1}[-]")
    name = parsed.metric.name
    return name if name.endswith("]") else f"{name}[{parsed.unit}]"


def _digest(case: Case) -> str:
    """Return the SHA-256 of a case without its id and with dates as intervals: nobody can try dates against it."""
    content = case.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"case_id"})
    for course, days in zip(content["course"], day_texts(case, as_months=True), strict=True):
        course |= {key: text for key, text in days.items() if key in course}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def deidentified_report(report: Report, case: Case) -> Report:
    """Return the report of a de-identified case with its digest, and without the names of files.

    Parameters
    ----------
    report
        Made of that case.
    case
        As :func:`deidentified_case` returns it.
    """
    notes = tuple(_without_file(note) for note in report.notes)
    return replace(report, notes=(NOTE, *notes), input=InputDigest(sha256=_digest(case)))


def _without_file(note: str) -> str:
    name, is_foreign, _ = note.partition(" is not of the package: ")
    return f"{name} is not of the package" if is_foreign else note


def deidentified_error(error: Answer, *, source: str, canonical: Canonical) -> Answer:
    """Return an error that says what is wrong and where, and repeats nothing of the input but its kind and length.

    Parameters
    ----------
    error
        What was raised.
    source
        Words for the input in place of its name.
    canonical
        As for :func:`deidentified_case`.
    """
    return type(error)(source, [_problem(problem, canonical) for problem in error.problems])


def _problem(problem: Problem, canonical: Canonical) -> Problem:
    return Problem(
        where=_where(problem.where, canonical),
        what=_known_words(problem.what),
        given=_kind(problem.given),
        allowed=_known_words(problem.allowed),
        hint=_known_words(problem.hint),
    )


def _where(where: str, canonical: Canonical) -> str:
    """Return a path with the keys of a case, known structures and known metrics; other names are withheld."""
    if _PLACE.fullmatch(where):
        return where
    parts = (_part(part, canonical) for part in _PARTS.findall(where))
    return re.sub(rf"(?:{re.escape(_WITHHELD)})+", _WITHHELD, "".join(parts))


def _part(part: str, canonical: Canonical) -> str:
    name = part.strip('"')
    if part in _KEYS or part in {".", " (the key)"} or re.fullmatch(r"\[[0-9]{1,3}\]", part):
        return part
    if canonical(name) is not None:
        return str(canonical(name))
    return f'"{_metric(name, {})}"' if _is_metric(name) else _WITHHELD


def _is_metric(text: str) -> bool:
    """Whether a text is a metric that is known: its grammar leaves no room for anything else."""
    try:
        parse_metric(text)
    except (MetricError, UnknownMetricError):
        return False
    return True


def _known_words(text: str) -> str:
    """Return a message in which every word that is not one of the package, and every number, is withheld."""
    if text in _CONSTANTS:
        return text
    return " ".join(_known(text))


def _known(text: str) -> Iterator[str]:
    before = ""
    for word in text.split():
        core = word.strip("\"'`.,;:()[]{}?!<>=")
        is_known = not core or core.casefold() in _WORDS or core in _KEYS or _COURSE.fullmatch(word)
        shown = word if is_known or _is_metric(word.strip("\"',;.")) else _WITHHELD
        if shown != _WITHHELD or before != _WITHHELD:
            yield shown
        before = shown


def _kind(given: str) -> str:
    """Return what kind of value was given, and of a text its length."""
    if not given:
        return ""
    if given[0] in "\"'":
        is_cut = given.endswith("...") and given[-4:-3] != given[0]
        return f"text, more than {len(given) - 4} characters" if is_cut else f"text, {len(given) - 2} characters"
    if given[0].isdigit() or given[0] in "-+":
        return "a number"
    if given[0] in "[(":
        return "a list"
    return "a table" if given[0] == "{" else "a value"
