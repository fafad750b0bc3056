"""Options that would be passed over in silence are refused, and an audit that stops names the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.case_files import MET, write
from cli.runner import assert_refused, invoke

MENDED = "add --resume when that is mended, or --overwrite"
ROOM = "add --resume when there is room, or --overwrite"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(13, "Permission denied", "a.toml"), f"Permission denied: a.toml; {MENDED}"),
        (OSError(28, "No space left on device", "part-1"), f"No space left on device: part-1; {ROOM}"),
        (OSError(122, "Disk quota exceeded"), f"Disk quota exceeded; {ROOM}"),
        (OSError(18, "Invalid cross-device link", "a", None, "b"), f"Invalid cross-device link: a: b; {MENDED}"),
    ],
)
def test_an_audit_that_stops_names_the_file(
    error: OSError, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_given: object, **_named: object) -> None:
        raise error

    for extra in ("pyarrow", "jinja2"):
        pytest.importorskip(extra)
    monkeypatch.setattr("reirrad.audit.run.audit_files", stop)
    outcome = invoke("audit", write(tmp_path, "met.csv", "a"), "--out", tmp_path / "out", "--quiet")
    assert (outcome.code, outcome.err) == (2, f"reirrad: the audit stopped: {told}\n")


DELIVERED = MET[: MET.rindex("[[course]]")]
OWN = "--intervals is for a case that proposes no course; this one does: leave it out"
RISK = "risk: it is of models, and none is judged; given: 5.0; name an edition that has one: woolley-2018"
DATABASE = "--table and --query are of a DuckDB or SQLite file; "
#: Command, content of its input, options, what is told.
PASSED_OVER = [
    ("budget", MET, ("--when", "--technique", "other"), "--technique does not go with --when"),
    ("budget", MET, ("--when", "--intervals", "5"), "--intervals does not go with --when"),
    ("budget", MET, ("--when", "--fractions", "5"), "--fractions does not go with --when"),
    ("budget", MET, ("--intervals", "6"), OWN),
    # as by default, and still said
    ("budget", MET, ("--intervals", "3,6,12,24,36"), OWN),
    ("plot", MET, ("--kind", "budget", "--intervals", "6", "--output", "a.svg"), OWN),
    ("plot", MET, ("--kind", "timeline", "--fractions", "6", "--output", "a.svg"), "--fractions is for --kind budget"),
    ("check", MET, ("--risk", "5"), RISK),
    ("check", MET, ("--risk", "5", "--edition", "nieder-2006"), RISK),
    ("budget", MET, ("--risk", "5"), RISK),
    ("sensitivity", MET, ("--risk", "5"), RISK),
    ("audit", "a,b", ("--out", "out", "--table", "t"), DATABASE),
    ("audit", "a,b", ("--out", "out", "--query", "select 1"), DATABASE),
    (
        "audit",
        "a,b",
        ("--out", "out", "--query", "select 1", "--table", "t"),
        "--table and --query both say what is read",
    ),
    ("audit", "a,b", ("--out", "out", "--keep", "foo", "--ignore", "foo"), "--keep and --ignore both name 'foo'"),
    ("audit", "a,b", ("--out", "out", "--risk", "5"), RISK),
]


@pytest.mark.parametrize(("name", "content", "options", "told"), PASSED_OVER)
def test_an_option_that_would_be_passed_over_is_refused(
    name: str, content: str, options: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # S11
    monkeypatch.chdir(tmp_path)
    assert_refused(invoke(name, write(tmp_path, "input", content), *options), told)
    assert os.listdir(tmp_path) == ["input"]


@pytest.mark.parametrize(
    ("name", "content", "options"),
    [
        ("budget", DELIVERED, ("--intervals", "6", "--fractions", "5", "--technique", "other")),
        ("budget", MET, ("--when",)),
        ("check", MET, ("--risk", "5", "--edition", "woolley-2018")),
    ],
)
def test_an_option_that_counts_is_taken(name: str, content: str, options: tuple[str, ...], tmp_path: Path) -> None:
    assert invoke(name, write(tmp_path, "input", content), *options).code in (0, 1, 3)
