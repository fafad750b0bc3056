"""``reirrad verify``: whether reports are whole."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from reirrad.cli import exit_codes
from reirrad.cli.command import CommandOfOneMind
from reirrad.cli.output import error_line, write_result
from reirrad.errors import InputError, Problem
from reirrad.report.csv_report import COLUMNS
from reirrad.report.seal import end_text, is_sealed

_PAGE_START = b"<!doctype html>"
#: The title of a page that check writes.
_TITLE = b"<title>Dose limits of re-irradiation: "
_TABLE_START = ",".join(COLUMNS).encode()
_END = b"\nEnd of "
_AGAIN = "have it written again"


@click.command("verify", cls=CommandOfOneMind, short_help="Say whether reports of check are whole.")
@click.argument("reports", nargs=-1, required=True, metavar="REPORT...")
def verify_command(reports: tuple[str, ...]) -> int:
    """Say whether each REPORT (a file that check wrote, or - for standard input) is whole, as it was written.

    Text and HTML end with the SHA-256 of all that stands before it: a part that is missing and a byte that was changed
    are found. JSON is whole if it has the form of a report, and its margins, what is near a limit, counts, verdict,
    headline and groups are those of its findings. In JSON a name, a reason, a note, a derivation, or a number that no
    other one repeats can be changed and is not found, and advisory findings, references, notes and the editions side by
    side can be lost; of verdict_without_proposed only what the findings rule out is found, and "met" or "not_evaluated"
    they often leave open. CSV has no end that says so, and is refused. Keep text or HTML where that matters.

    Nothing is judged again, and it is no signature: a digest finds accidents, not forgers.

    \b
    Examples:
      reirrad check --output report.txt patient.toml
      reirrad verify report.txt

    Exit codes: 0 every report is whole; 2 one is not, or cannot be read.
    """
    whole: list[str] = []
    errors: list[InputError] = []
    for name in reports:
        try:
            source = "standard input" if name == "-" else name
            whole.append(f"{source}: whole, {whole_report(_content(name), source)}")
        except InputError as error:
            errors.append(error)
    if whole:
        write_result("\n".join(whole) + "\n")
    for refused in errors:
        error_line(str(refused))
    return exit_codes.COULD_NOT_RUN if errors else 0


def _content(name: str) -> bytes:
    if name == "-":
        if sys.stdin is None:
            raise InputError("standard input", [Problem("", "standard input is closed", hint="name a file")])
        return sys.stdin.buffer.read()
    if not name:
        raise InputError(
            "REPORT", [Problem("", "the name of the file is empty", hint="name a report that check wrote")]
        )
    path = Path(name)
    try:
        if path.exists() and not path.is_file():
            raise InputError(name, [Problem("", "this is no file", hint="name a report that check wrote")])
        return path.read_bytes()
    except OSError as error:
        raise InputError(name, [Problem("", f"cannot be read: {error.strerror}")]) from None


def whole_report(content: bytes, source: str) -> str:
    """Return what a report is, and what it counts.

    Raises
    ------
    InputError
        If a part of it is missing, something was changed, or it is no report of ``check``.
    """
    if content.lstrip().startswith(b"{"):
        # imported here: text needs no models
        from reirrad.ingest.report_document import parse_reports
        from reirrad.library import load_library

        conventions = load_library().conventions
        found = parse_reports(content, source, near_fraction=conventions["near_limit"]["dose_fraction"])
        return f"JSON. {end_text(found.reports, len(found.errors))}"
    if content.startswith(_TABLE_START):
        what = "this is CSV, which has no end by which a part that is missing is noticed"
        raise _refused(source, what, hint="keep text or HTML beside it")
    is_page = content[: len(_PAGE_START)].lower() == _PAGE_START
    if not is_page and not content.startswith(b"Case "):
        raise _refused(source, "this is no report of check", allowed="text, HTML or JSON as check writes it")
    sealed = is_sealed(content, is_page=is_page)
    if sealed is None:
        what = "the last line is not the digest of a whole report"
        hint = f"it was cut, or is a --quiet answer, or what a terminal showed: {_AGAIN}, with --output"
        raise _refused(source, what, hint=hint)
    if not sealed:
        what = "its last line is the digest of something else"
        raise _refused(source, what, hint=f"something was cut out or changed, if only line ends: {_AGAIN}")
    if is_page:
        if _TITLE not in content:
            raise _refused(source, "this is no report of check: it has another title")
        return "HTML"
    try:
        # the sentence before the last line, which may be broken into several
        words = content[content.rindex(_END) :].decode().split()
    except ValueError:
        raise _refused(source, "this is no report of check: it does not say what ends here") from None
    return f"text. {' '.join(words[:-2])}"


def _refused(source: str, what: str, *, allowed: str = "", hint: str = "") -> InputError:
    return InputError(source, [Problem("", what, allowed=allowed, hint=hint)])
