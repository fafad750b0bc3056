"""``reirrad check``: judge cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from reirrad.cli import exit_codes
from reirrad.cli.command import CommandOfOneMind
from reirrad.cli.inputs import read_case
from reirrad.cli.options import chosen_library, library_options, output_options
from reirrad.cli.output import answer_text, error_line, goes_to_terminal, refuse_existing, write_result
from reirrad.engine.check import check_all
from reirrad.errors import InputError
from reirrad.library import Library
from reirrad.library.profile import PROFILES
from reirrad.model.case import Case
from reirrad.model.finding import Report
from reirrad.model.schedule import parse_schedule
from reirrad.report import report_json, reports_csv, reports_json
from reirrad.report.blocks import WIDTH, Paragraph
from reirrad.report.seal import end_text, sealed_page, sealed_text
from reirrad.report.text import headline_blocks, report_blocks
from reirrad.report.warnings import warnings_of

if TYPE_CHECKING:
    from reirrad.cli.consult_pictures import Picture

_MOST_BYTES_WITH_PICTURES = 300_000


class _Judged(NamedTuple):
    """A case that was judged, and where it was read."""

    source: str
    case: Case
    report: Report


@click.command("check", cls=CommandOfOneMind, short_help="Judge cases by every published constraint that applies.")
@click.argument("cases", nargs=-1, required=True, metavar="CASE...")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv", "html"]), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Sums of near-maxima other than Max prove nothing by themselves.")
@click.option(
    "--require-organs", is_flag=True, help="No verdict is met while a structure has no rule that decides about it."
)
@click.option("--quiet", "-q", is_flag=True, help="Print case, verdict and headline only (text).")
@click.option(
    "--deidentify", is_flag=True, help="Print intervals for dates, and no name, age, note or file name of the case."
)
@library_options
@output_options
def check_command(
    cases: tuple[str, ...],
    form: str,
    *,
    strict: bool,
    require_organs: bool,
    quiet: bool,
    deidentify: bool,
    libraries: tuple[Path, ...],
    rules_sha256: tuple[str, ...],
    editions: tuple[str, ...],
    profile: str | None,
    risk: float | None,
    as_of: str | None,
    output: Path | None,
    overwrite: bool,
) -> int:
    """Judge each CASE (a TOML or JSON file, or - for standard input) by every published constraint that applies.

    \b
    Examples:
      reirrad check patient.toml
      reirrad check --format json --output report.json patient.toml
      reirrad check --format csv --output findings.csv *.toml
      reirrad check --format html --output report.html patient.toml
      reirrad check --edition nieder-2006 data/cases/*.toml
      reirrad check --edition woolley-2018 --risk 5 patient.toml
      reirrad check --profile our-clinic.toml --require-organs patient.toml
      reirrad check --library our-rules --as-of 2026-03-01 patient.toml
      cat case.json | reirrad check -

    Exit codes: 0 every constraint that applies was evaluated and met; 1 a constraint is violated; 2 could not run
    (usage, unreadable or invalid input); 3 nothing violated, but something could not be evaluated. Of several cases:
    2 before 1 before 3 before 0.
    """
    if form == "html" and len(cases) > 1:
        raise click.UsageError("--format html is the report of one case: name one CASE, or take --format json")
    _before_writing(output, overwrite=overwrite, deidentify=deidentify)
    library = chosen_library(libraries, editions, profile, risk, rules_sha256=rules_sha256, as_of=as_of)
    if deidentify:
        library = _without_free_text(library)
    judge = partial(check_all, library=library, strict=strict, require_organs=require_organs)
    judged, errors = _judged_cases(cases, judge, library, deidentify=deidentify)
    reports = [item.report for item in judged]
    # before anything is written: what stops here leaves no report
    if form == "html":
        text = "".join(_html(item.case, item.report, library, strict=strict, deidentify=deidentify) for item in judged)
    elif form == "json":
        text = _json(reports, errors, is_one=len(cases) == 1)
    elif form == "csv":
        # of the one case that was refused there is nothing, as in every form
        text = reports_csv(reports, errors) if reports or len(cases) > 1 else ""
    else:
        text = _text(judged, len(errors), output, quiet=quiet, deidentify=deidentify)
    is_on_screen = form == "text" and not quiet and goes_to_terminal(output)
    warnings = [] if is_on_screen else list(_warnings(reports, names_cases=len(cases) > 1))
    if not deidentify:
        warnings += _of_one_name(judged)
    _write(text, output, library, overwrite=overwrite, deidentify=deidentify)
    for message in (*(str(refused) for refused in errors), *warnings):
        error_line(message)
    codes = [exit_codes.OF_VERDICT[report.verdict] for report in reports]
    return exit_codes.gravest([*codes, *([exit_codes.COULD_NOT_RUN] if errors else [])])


def _judged_cases(
    cases: Sequence[str], judge: Callable[[list[Case]], list[Report]], library: Library, *, deidentify: bool
) -> tuple[list[_Judged], list[InputError]]:
    """Return the cases with their reports, and what is wrong with those that cannot be judged."""
    judged: list[_Judged] = []
    errors: list[InputError] = []
    for number, source in enumerate(cases, start=1):
        try:
            judged.append(_Judged(source, *_judged(source, judge, library, deidentify=deidentify)))
        except InputError as error:
            errors.append(_without_values(error, f"case {number}", library) if deidentify else error)
    return judged, errors


def _json(reports: Sequence[Report], errors: Sequence[InputError], *, is_one: bool) -> str:
    """Return the report of the one case that was asked for, or a document of all; nothing if the one was refused."""
    if not is_one:
        return reports_json(reports, errors)
    return report_json(reports[0]) if reports else ""


def _text(judged: Sequence[_Judged], n_refused: int, output: Path | None, *, quiet: bool, deidentify: bool) -> str:
    """Return the reports as text, with what they count and their digest at the end."""
    between = "" if quiet else f"\n{'=' * WIDTH}\n\n"
    answers = (
        headline_blocks(item.report) if quiet else report_blocks(item.report, item.case, as_months=deidentify)
        for item in judged
    )
    text = between.join(answer_text(blocks, output) for blocks in answers)
    if quiet or not judged:
        return text
    text += "\n" + answer_text([Paragraph(end_text([item.report for item in judged], n_refused))], output)
    # what a terminal shows depends on its width; what is kept can be verified
    return text if goes_to_terminal(output) else sealed_text(text)


def _write(text: str, output: Path | None, library: Library, *, overwrite: bool, deidentify: bool) -> None:
    """Write what there is; the name of a file may be that of a patient."""
    if not text:
        return
    try:
        write_result(text, output, overwrite=overwrite)
    except InputError as error:
        raise _without_values(error, "output", library) if deidentify else error from None


def _warnings(reports: Sequence[Report], *, names_cases: bool) -> Iterator[str]:
    """Yield what warns, for standard error; a text on the same screen says it already."""
    for report in reports:
        of = f"{report.case_id}: " if names_cases else ""
        yield from (f"warning: {of}{text}" for text in warnings_of(report))


def _of_one_name(judged: Sequence[_Judged]) -> Iterator[str]:
    """Yield which files have cases of one id, as copies for several plans do: their reports look alike."""
    by_id: dict[str, list[str]] = {}
    for item in judged:
        by_id.setdefault(item.report.case_id, []).append(item.source)
    for case_id, named in by_id.items():
        if len(named) > 1:
            yield f"warning: {len(named)} reports have the case_id {case_id}, in the order of {', '.join(named)}"


def _before_writing(output: Path | None, *, overwrite: bool, deidentify: bool) -> None:
    """Refuse an output that exists, before anything is computed; the name of a file may be that of a patient."""
    try:
        refuse_existing(output, overwrite=overwrite)
    except InputError as error:
        raise InputError("output", error.problems) if deidentify else error from None


def _judged(
    source: str, judge: Callable[[list[Case]], list[Report]], library: Library, *, deidentify: bool
) -> tuple[Case, Report]:
    case = read_case(source)
    if not deidentify:
        return case, judge([case])[0]
    from reirrad.engine.from_cases import prepare
    from reirrad.report.deidentified import deidentified_case, deidentified_report

    prepare([case], library)  # refused as it is, before what is refused has another name
    nameless = deidentified_case(case, library.structures.canonical)
    return nameless, deidentified_report(judge([nameless])[0], nameless)


def _without_free_text(library: Library) -> Library:
    """Return the library without what a user says in words, names of files, and a day that may be a patient's."""
    profile = library.profile
    name = profile.name if profile.name in PROFILES else "chosen"
    as_of = None if library.as_of is None else "a day that is left out"
    editions = tuple(
        replace(loaded, source="its name is left out") if loaded.origin == "user" else loaded
        for loaded in library.editions
    )
    return replace(library, editions=editions, profile=replace(profile, reason=None, name=name), as_of=as_of)


def _without_values(error: InputError, source: str, library: Library) -> InputError:
    from reirrad.report.deidentified import deidentified_error

    return deidentified_error(error, source=source, canonical=library.structures.canonical)


def _html(case: Case, report: Report, library: Library, *, strict: bool, deidentify: bool) -> str:
    """Return the consult report, with what is computed for it alone."""
    # imported here: text and JSON need none of it
    from reirrad.cli.consult_pictures import consult_pictures
    from reirrad.engine.planning.budget import budget
    from reirrad.engine.planning.sensitivity import sensitivity
    from reirrad.report.consult_html import consult_html

    n_fractions = _proposed_fractions(case)
    unsealed = partial(
        consult_html,
        case,
        report,
        budget=budget(case, n_fractions=[n_fractions], library=library, strict=strict) if n_fractions else None,
        sensitivity=sensitivity(case, library=library, strict=strict),
        deidentified=deidentify,
    )
    pictures, note = consult_pictures(
        case, report, library, n_fractions=n_fractions, strict=strict, deidentify=deidentify
    )

    def page(shown: Sequence[Picture], note: str) -> str:
        return sealed_page(unsealed(pictures=shown, pictures_note=note))

    text = page(pictures, note)
    if not pictures or len(text.encode()) <= _MOST_BYTES_WITH_PICTURES:
        return text
    # those that fit, in their order; the note about the others is never longer than the one about all
    kept: list[Picture] = []
    for picture in pictures:
        tried = page([*kept, picture], _left_out(pictures))
        if len(tried.encode()) <= _MOST_BYTES_WITH_PICTURES:
            kept.append(picture)
    return page(kept, _left_out([picture for picture in pictures if picture not in kept]))


def _left_out(pictures: Sequence[Picture]) -> str:
    titles = "; ".join(title for title, _, _ in pictures)
    return f"Pictures are left out, with them the page is above {_MOST_BYTES_WITH_PICTURES} bytes: {titles}."


def _proposed_fractions(case: Case) -> int | None:
    """Return the number of fractions that are proposed; none if it is not stated."""
    if case.proposed is None:
        return None
    stated = [phase.schedule for phase in case.proposed.phases]
    counts = [parse_schedule(text).n_fractions for text in stated if text is not None]
    return sum(counts) if len(counts) == len(stated) else None
