"""What point doses cannot decide is counted as outside the profile, and references are never compared."""

from __future__ import annotations

from importlib import resources

import pytest

from reirrad import check, load_case, load_library
from reirrad.library import Library
from reirrad.library.edition_file import parse_edition
from reirrad.report import report_text

HPC = "data/cases/hpc_lumbar_2024.toml"


def library_with(*changes: tuple[str, str]) -> Library:
    """The edition of 2006 with every constraint changed."""
    shipped = load_library()
    text = resources.files("reirrad.library").joinpath("editions/nieder-2006.toml").read_text(encoding="utf-8")
    for old, new in changes:
        text = text.replace(old, new)
    edition = parse_edition(text.encode(), "changed.toml", shipped.structures)
    return Library((edition,), shipped.structures, shipped.conventions)


def test_outside_the_profile_is_counted_and_not_judged(pytestconfig: pytest.Config) -> None:
    library = library_with(('metric = "Max[Gy]"', 'metric = "Mean[Gy]"'), ('"point-dose"', '"distribution"'))
    report = check(load_case(pytestconfig.rootpath / HPC), library=library)
    # five constraints of the edition are about the lumbar cord
    assert (report.findings, report.outside_profile, report.verdict) == ((), 5, "not_evaluated")
    assert "left out: 5 limits about these structures are outside the profile point-dose" in " ".join(
        report_text(report).split()
    )


def test_references_are_shown_and_never_compared(pytestconfig: pytest.Config) -> None:
    report = check(load_case(pytestconfig.rootpath / HPC), library=load_library().select(["pieters-2006"]))
    assert (report.findings, report.outside_profile > 0, report.verdict) == ((), True, "not_evaluated")
    assert [(item.id, item.structure) for item in report.references] == [
        ("pieters-2006.men", "CaudaEquina"),
        ("pieters-2006.women", "CaudaEquina"),
    ]
    assert "55 Gy: 5 % at 5 years" in report_text(report)
