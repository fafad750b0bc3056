"""``reirrad audit``: every patient of a cohort, judged as ``check`` judges one."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reirrad.cli import exit_codes
from reirrad.cli.command import CommandOfOneMind
from reirrad.cli.options import GivenPath, library_options
from reirrad.cli.output import OutputGoneError, error_line, write_result
from reirrad.cli.progress import ProgressLine
from reirrad.errors import MissingExtraError, ReirradError, how_to_install
from reirrad.model.audit_summary import of_nobody, told_of_patients
from reirrad.report.counts import verdicts_of_patients
from reirrad.report.warnings import those_that_warn

if TYPE_CHECKING:
    from reirrad.audit.plan import Plan

_ENCODINGS = ("utf-8", "latin-1", "cp1252", "ascii")


def _pairs(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for value in values:
        theirs, sign, ours = value.partition("=")
        if not sign or not theirs or not ours:
            raise click.BadParameter(f"{value!r} is not THEIRS=OURS")
        if theirs in pairs:
            raise click.BadParameter(f"{theirs!r} is mapped twice")
        pairs[theirs] = ours
    return pairs


def _date_format(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    from reirrad.audit.choices import wrong_date_format

    if value is not None and (wrong := wrong_date_format(value)):
        raise click.BadParameter(f"{value!r} {wrong}")
    return value


def _delimiter(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    from reirrad.audit.choices import wrong_delimiter

    delimiter = {"\\t": "\t", "tab": "\t"}.get(value or "", value)
    if delimiter is not None and (wrong := wrong_delimiter(delimiter)):
        raise click.BadParameter(f"{value!r} {wrong}")
    return delimiter


@click.command("audit", cls=CommandOfOneMind, short_help="Judge every patient of a cohort.")
@click.argument("cohort", nargs=-1, required=True, type=GivenPath())
@click.option("--out", required=True, type=GivenPath(), help="Folder for the results.")
@click.option("--map", "rename", multiple=True, metavar="THEIRS=OURS", callback=_pairs, help="Our name for a column.")
@click.option("--keep", multiple=True, metavar="COLUMN", help="Carry a column along to the patients.")
@click.option("--ignore", multiple=True, metavar="COLUMN", help="Leave a column out.")
@click.option("--delimiter", metavar="CHAR", callback=_delimiter, help="Of CSV files; found if the header is clear.")
@click.option("--encoding", type=click.Choice(_ENCODINGS), default="utf-8", show_default=True, help="Of CSV files.")
@click.option("--decimal-comma", is_flag=True, help="Numbers are written 45,5.")
@click.option("--date-format", metavar="FORMAT", callback=_date_format, help="Dates are not ISO, e.g. %d.%m.%Y.")
@click.option("--missing", multiple=True, metavar="TEXT", help="A text that stands for an empty cell, e.g. NA.")
@click.option("--assume-once-daily", is_flag=True, help="Take an absent fractions_per_day as 1.")
@click.option("--table", metavar="NAME", help="Of a DuckDB or SQLite file.")
@click.option("--query", metavar="SQL", help="Of a DuckDB or SQLite file.")
@click.option("--expect-rows", type=click.IntRange(min=0), help="Refuse a cohort with another number of rows.")
@click.option("--strict", is_flag=True, help="Sums of near-maxima other than Max prove nothing by themselves.")
@click.option("--format", "form", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True)
@click.option("--fail-on", type=click.Choice(["violated"]), help="Exit with 1 if any patient violates a limit.")
@click.option("--resume", is_flag=True, help="Go on with an audit that was interrupted.")
@click.option("--overwrite", is_flag=True, help="Replace the results that are there.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; as many as processors by default.")
@click.option("--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True)
@click.option("--scheduler", metavar="ADDRESS", help="Of a Dask cluster that shares the folder.")
@click.option("--quiet", is_flag=True, help="No progress and no summary; warnings stay.")
@library_options
def audit_command(
    cohort: tuple[Path, ...],
    out: Path,
    rename: dict[str, str],
    keep: tuple[str, ...],
    ignore: tuple[str, ...],
    delimiter: str | None,
    encoding: str,
    *,
    decimal_comma: bool,
    date_format: str | None,
    missing: tuple[str, ...],
    assume_once_daily: bool,
    table: str | None,
    query: str | None,
    expect_rows: int | None,
    strict: bool,
    form: str,
    fail_on: str | None,
    resume: bool,
    overwrite: bool,
    workers: int | None,
    engine: str,
    scheduler: str | None,
    quiet: bool,
    libraries: tuple[Path, ...],
    rules_sha256: tuple[str, ...],
    editions: tuple[str, ...],
    profile: str | None,
    risk: float | None,
    as_of: str | None,
) -> int:
    """Judge every patient of COHORT: CSV or Parquet files, folders of them, or a table of a DuckDB or SQLite file.

    OUT gets findings and patients (Parquet, or CSV), quarantine.csv, summary.json and report.html, all at once at the
    end. A row that cannot be read is quarantined, and what it could affect is not evaluated.

    \b
    Examples:
      reirrad audit cohort.csv --out results
      reirrad audit exports/ --out results --map PatID=patient_id --keep site --date-format %d.%m.%Y
      reirrad audit clinic.duckdb --table courses --out results

    Exit codes: 0 complete, every row is accounted for and none was quarantined; 3 complete, but rows were quarantined;
    2 could not complete; 1 only with --fail-on violated.
    """
    if (engine == "dask") != (scheduler is not None):
        raise click.UsageError("--engine dask and --scheduler ADDRESS go together")
    if not out.name:
        raise click.UsageError(f"--out: {str(out)!r} cannot be made anew: name a folder within it, e.g. results")
    twice = sorted({*keep} & {*ignore})
    if twice:
        raise click.UsageError(f"--keep and --ignore both name {', '.join(map(repr, twice))}: leave one out")
    if table is not None and query is not None:
        raise click.UsageError("--table and --query both say what is read: leave one out")
    try:
        from reirrad.audit.plan import Plan
        from reirrad.audit.reading import Asked
        from reirrad.audit.rules_chosen import Choice
        from reirrad.audit.sources.blocks import Declared
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"an audit needs {error.name}: {how_to_install('audit')}") from None
    if table is not None or query is not None:
        _refuse_tables(cohort)
    plan = Plan(
        inputs=cohort,
        out=out,
        declared=Declared(
            rename=rename,
            keep=keep,
            ignore=ignore,
            delimiter=delimiter,
            encoding=encoding,
            decimal_comma=decimal_comma,
            date_format=date_format,
            missing=missing,
        ),
        choice=Choice(
            libraries=tuple(map(str, libraries)),
            rules_sha256=rules_sha256,
            editions=editions,
            profile=profile,
            risk_percent=risk,
            as_of=as_of,
            strict=strict,
            assume_once_daily=assume_once_daily,
        ),
        asked=Asked(table, query),
        form=form,
        expect_rows=expect_rows,
        resume=resume,
        overwrite=overwrite,
        workers=workers or _processors(),
        scheduler=scheduler,
    )
    summary = _run(plan, quiet=quiet)
    if not quiet:
        try:
            write_result(_words(summary, out))
        except OutputGoneError:
            # exit code 2 alone would say that there are none
            error_line(f"the results are complete: {out}; their summary could not be printed")
            raise
    for text in (*those_that_warn(summary["assumptions"]), *told_of_patients(summary)):
        error_line(f"warning: {text}")
    if fail_on == "violated" and summary["verdicts"]["violated"]:
        return exit_codes.VIOLATED
    return exit_codes.NOT_EVALUATED if summary["rows_quarantined"] else exit_codes.MET


def _processors() -> int:
    """Return how many processors this process may use; one where the system does not say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _refuse_tables(cohort: tuple[Path, ...]) -> None:
    """Refuse files that have no tables or queries: the option would be passed over."""
    from reirrad.audit.found_files import find_files
    from reirrad.audit.sources.database_source import database_kind

    for path in find_files(cohort).files:
        try:
            kind = database_kind(path)
        except OSError:
            continue  # reading it says why it cannot be read
        if kind is None:
            raise click.UsageError(f"--table and --query are of a DuckDB or SQLite file; {str(path)!r} is none")


def _run(plan: Plan, *, quiet: bool) -> dict[str, Any]:
    from reirrad.audit.run import audit_files
    from reirrad.report.audit_html import audit_html
    from reirrad.report.page import require_jinja2

    require_jinja2("the report", "audit")
    line = ProgressLine(quiet=quiet)
    try:
        return audit_files(plan, report=audit_html, progress=line)
    except ReirradError:
        raise
    except OSError as error:
        error_line(_stopped(error))
        raise click.exceptions.Exit(exit_codes.COULD_NOT_RUN) from None
    except BaseException:
        error_line("the audit stopped; the same command with --resume goes on with it")
        raise
    finally:
        line.close()


def _stopped(error: OSError) -> str:
    """Return why an audit stopped, with the file that it was about, and what to do."""
    where = "".join(f": {name}" for name in (error.filename, error.filename2) if name)
    is_full = error.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
    mended = "when there is room" if is_full else "when that is mended"
    return f"the audit stopped: {error.strerror or error}{where}; add --resume {mended}, or --overwrite"


def _words(summary: dict[str, Any], out: Path) -> str:
    lines = [
        verdicts_of_patients(summary),
        f"rows in {summary['rows_in']} = audited {summary['rows_audited']} + quarantined {summary['rows_quarantined']}"
        f" + duplicates {summary['rows_duplicate']}",
        f"results: {out}",
    ]
    if summary["rows_of_nobody"]:
        lines.insert(2, of_nobody(summary["rows_of_nobody"]))
    return "\n".join(lines) + "\n"
