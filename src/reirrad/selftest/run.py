"""The whole self-test: published values, limits at their edges, random cases against exact arithmetic."""

from __future__ import annotations

from typing import Any

from reirrad import __version__
from reirrad.library import Library, Profile, load_library
from reirrad.library.load import shipped_tables
from reirrad.model.selftest import Basis, Comparison, Part, SelfTest
from reirrad.selftest.boundaries import boundaries
from reirrad.selftest.comparison import Suite, Tally, compare
from reirrad.selftest.installation import code_digest, environment
from reirrad.selftest.published import published_values
from reirrad.selftest.random_cases import RandomCases

DEFAULT_CASES = 150
#: Everything but what its source leaves incomplete and what is judged only on request.
_EVERY_KIND = Profile("every kind", frozenset({"point-dose", "stated-fact", "distribution"}))
#: Units in the last place by which a float64 sum may differ from the exact one.
_MOST_ULPS = 4


def selftest(*, functions: dict[str, Any], cases: int = DEFAULT_CASES, seed: int = 1) -> SelfTest:
    """Compare the program with published values and with exact arithmetic, on the machine that it runs on.

    Parameters
    ----------
    functions
        Public functions of radiobiology by name.
    cases
        Number of random cases.
    seed
        What they are drawn by; the same seed gives the same cases everywhere.
    """
    library = load_library()
    parts = (
        _shipped(library),
        published_values(library, functions),
        boundaries(library),
        _random_cases(library, cases=cases, seed=seed),
    )
    differ = sum(part.differ for part in parts)
    return SelfTest(
        agrees=differ == 0,
        compared=sum(part.compared for part in parts),
        differ=differ,
        parts=parts,
        environment=environment(),
        code_digest=code_digest(),
        editions=tuple(loaded.used() for loaded in library.editions),
        options={"cases": cases, "seed": seed},
        reirrad_version=__version__,
    )


def _shipped(library: Library) -> Part:
    """Return whether the editions and tables of the package are those that were shipped."""
    changed = [(f"edition {item.edition.id}", item.origin) for item in library.editions if item.origin != "shipped"]
    changed += [(f"table {name}", "modified") for name in library.modified_tables]
    n_compared = len(library.editions) + len(shipped_tables())
    same = f"{n_compared - len(changed)} as shipped"
    rows = [_digest("all other editions and tables" if changed else "editions and tables", same, same)]
    rows += [_digest(what, "as shipped", found) for what, found in changed]
    how = "each file has the digest that the package was built with; the digests of the editions are listed below"
    return Part(name="Rules as shipped", how=how, compared=n_compared, differ=len(changed), rows=tuple(rows))


def _digest(what: str, expected: str, found: str) -> Comparison:
    return _plain(what, "digest of the package", expected, found, agrees=expected == found, basis="digest")


def _plain(what: str, source: str, expected: str, found: str, *, agrees: bool, basis: Basis) -> Comparison:
    """Return a comparison of what has no unit."""
    return Comparison(
        what=what,
        source=source,
        expected=expected,
        found=found,
        unit="",
        agrees=agrees,
        basis=basis,
        expected_with_unit=expected,
        found_with_unit=found,
    )


def _random_cases(library: Library, *, cases: int, seed: int) -> Part:
    """Return how random cases compare, finding by finding."""
    suite = Suite.of(library.select(profile=_EVERY_KIND))
    drawn = RandomCases(suite.constraints)
    raws = [drawn.case(seed, index) for index in range(cases)]
    tally = compare(raws, suite, most_ulps=_MOST_ULPS) if raws else Tally()
    rows = [
        _plain(
            f"findings that are {status.replace('_', ' ')}",
            "exact arithmetic",
            str(count),
            f"{count - _differences(tally, status)} alike",
            agrees=not _differences(tally, status),
            basis="exact arithmetic",
        )
        for status, count in sorted(tally.findings.items())
    ]
    rows += [
        _plain(
            f"{item.case_id}: {item.constraint_id}, {item.structure}: {item.what}",
            "exact arithmetic",
            str(item.by_oracle),
            str(item.by_engine),
            agrees=False,
            basis="exact arithmetic",
        )
        for item in tally.differences
    ]
    how = (
        f"{len(raws)} random cases of seed {seed}, judged by {len(suite.constraints)} limits and once more by a naive "
        f"program in exact fractions: the same statuses, and values within {_MOST_ULPS} units in the last place"
    )
    return Part(
        name="Random cases",
        how=how,
        compared=sum(tally.findings.values()) + tally.verdicts,
        differ=len(tally.differences),
        rows=tuple(rows),
    )


def _differences(tally: Tally, status: str) -> int:
    return sum(item.what == "status" and item.by_oracle == status for item in tally.differences)
