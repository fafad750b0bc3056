"""What point doses cannot decide is counted as outside the profile, and references are never compared."""

from __future__ import annotations

from importlib import resources

import pytest

from reirrad import check, load_case, load_library
from reirrad.library import Library
from reirrad.library.load import parse_edition
from reirrad.report import report_text

HPC = "data/cases/hpc_lumbar_2024.toml"


def library_with(old: str, new: str) -> Library:
    """The edition of 2006 with every constraint changed."""
    shipped = load_library()
    text = resources.files("reirrad.library").joinpath("editions/nieder-2006.toml").read_text(encoding="utf-8")
    edition = parse_edition(text.replace(old, new).encode(), "changed.toml", shipped.structures)
    return Library((edition,), shipped.structures, shipped.conventions)


def test_outside_the_profile_is_counted_and_not_judged(pytestconfig: pytest.Config) -> None:
    library = library_with('profile = "point-dose"', 'profile = "distribution"')
    report = check(load_case(pytestconfig.rootpath / HPC), library=library)
    # five constraints of the edition are about the lumbar cord
    assert (report.findings, report.outside_profile, report.verdict) == ((), 5, "not_evaluated")
    assert "5 constraints are outside the profile and were not judged" in report_text(report)


def test_references_are_never_compared(pytestconfig: pytest.Config) -> None:
    library = library_with('kind = "limit"', 'kind = "reference"')
    report = check(load_case(pytestconfig.rootpath / HPC), library=library)
    assert (report.findings, report.outside_profile, report.verdict) == ((), 0, "not_evaluated")
