"""Until when an edition is valid: what its file may say, and a day that is stated."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from library.good_edition import GOOD
from library.refusals import cases, refused, without_line
from property.example_cases import MET as BOTH_COURSES
from reirrad import check, load_library, parse_case
from reirrad.engine.planning.explanation import explain
from reirrad.errors import LibraryError
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import shipped_structures
from reirrad.library.validity import library_as_of

UNTIL = 'valid_until = "2025-12-31"'
DAY = "allowed: a day in full: 2016-11-03"


def edition(*lines: str) -> str:
    place = 'population = "none"\n'
    assert place in GOOD
    return GOOD.replace(place, place + "".join(f"{line}\n" for line in lines))


def loaded(folder: Path, *lines: str) -> Any:
    (folder / "own.toml").write_text(edition(*lines), encoding="utf-8")
    return load_library([folder])


def test_edition_may_state_its_end_and_what_follows() -> None:
    for line in (UNTIL, "valid_until = 2025-12-31", 'valid_until = " 2025-12-31 "'):
        found = parse_edition(edition(line).encode(), "own.toml", shipped_structures()).edition
        assert (found.valid_until, found.superseded_by) == ("2025-12-31", None)
    both = parse_edition(edition(UNTIL, 'superseded_by = "own-2026"').encode(), "own.toml", shipped_structures())
    assert (both.edition.valid_until, both.edition.superseded_by) == ("2025-12-31", "own-2026")
    without = parse_edition(GOOD.encode(), "own.toml", shipped_structures()).edition
    assert (without.valid_until, without.superseded_by) == (None, None)


REFUSED = [
    (
        "part of a day",
        ('valid_until = "2025-12"',),
        f"valid_until: this is more than one day; given: '2025-12'; {DAY}; write year, month and day",
    ),
    (
        "open",
        ('valid_until = "2025-12-31/.."',),
        f"valid_until: this is more than one day; given: '2025-12-31/..'; {DAY}; write year, month and day",
    ),
    (
        "no such day",
        ('valid_until = "2025-02-30"',),
        f"valid_until: there is no such day; given: '2025-02-30'; {DAY}; 2025-02 has 28 days",
    ),
    (
        "order",
        ('valid_until = "31.12.2025"',),
        f"valid_until: the year stands last; given: '31.12.2025'; {DAY}; write it as year-month-day",
    ),
    (
        "a number",
        ("valid_until = 2025",),
        f"valid_until: this is not a day; given: 2025; {DAY}; write it in quotes, as year-month-day",
    ),
    (
        "with no end",
        ('superseded_by = "own-2026"',),
        "superseded_by: from when on is not stated; given: 'own-2026'; "
        "allowed: with valid_until, the last day of this one",
    ),
    (
        "by itself",
        (UNTIL, 'superseded_by = "own-2020"'),
        "superseded_by: an edition does not supersede itself; given: 'own-2020'",
    ),
    (
        "by nothing",
        (UNTIL, 'superseded_by = ""'),
        "superseded_by: this is no id; given: ''; allowed: letters, digits, '-', '.' and '_', at most 200, the first a "
        "letter or a digit",
    ),
]


@pytest.mark.parametrize(("lines", "message"), cases(REFUSED))
def test_what_is_no_end_is_refused(lines: tuple[str, ...], message: str) -> None:
    assert [without_line(problem) for problem in refused(edition(*lines))] == [message]


@pytest.mark.parametrize(
    ("day", "is_refused"),
    [("2025-12-30", False), ("2025-12-31", False), ("2026-01-01", True), (dt.date(2026, 1, 1), True)],
)
def test_the_last_day_is_included(tmp_path: Path, day: str | dt.date, is_refused: bool) -> None:
    library = loaded(tmp_path, UNTIL)
    if not is_refused:
        assert library_as_of(library, day).as_of == str(day)
        return
    with pytest.raises(LibraryError) as caught:
        library_as_of(library, day)
    assert [str(problem) for problem in caught.value.problems] == [
        f"{tmp_path / 'own.toml'}: edition own-2020 is valid until 2025-12-31, which lies before the day that is "
        "stated; leave it out: --edition, --profile or another --library"
    ]


def test_what_supersedes_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="use own-2026, which supersedes it, and leave it out: --edition"):
        library_as_of(loaded(tmp_path, UNTIL, 'superseded_by = "own-2026"'), "2026-03-01")


def test_edition_that_is_not_used_may_have_ended(tmp_path: Path) -> None:
    library = loaded(tmp_path, UNTIL)
    assert library_as_of(library.select(["nieder-2006"]), "2026-03-01").as_of == "2026-03-01"
    with pytest.raises(LibraryError, match="own-2020 is valid until"):
        library_as_of(library.select(["own-2020"]), "2026-03-01")


def test_what_is_chosen_later_may_not_have_ended_either(tmp_path: Path) -> None:
    # a report said that no edition had ended, and judged by one that had
    library = library_as_of(loaded(tmp_path, UNTIL).select(["nieder-2006"]), "2026-03-01")
    assert library.select(["nieder-2005"]).as_of == "2026-03-01"
    with pytest.raises(LibraryError, match="own-2020 is valid until 2025-12-31"):
        library.select(["own-2020"])
    case = parse_case(BOTH_COURSES)
    with pytest.raises(LibraryError, match="own-2020 is valid until 2025-12-31"):
        explain(case, "own-2020.sum", library=library)
    day = "option: as of 2026-03-01, no edition that is used states an end before that day"
    assert day in explain(case, "nieder-2006.cumulative", library=library).notes
    # of the edition that has ended nothing is said
    whole = library_as_of(loaded(tmp_path, UNTIL), "2025-03-01")
    day = "option: as of 2025-03-01, no edition that is used states an end before that day"
    assert day in explain(case, "own-2020.sum", library=whole).notes


def test_edition_whose_references_are_shown_is_used(tmp_path: Path) -> None:
    # nothing of it is judged, and reports still show its references
    start = GOOD.index("[[constraint]]")
    reference = (
        GOOD[:start]
        .replace('population = "none"\n', f'population = "none"\n{UNTIL}\n')
        .replace(GOOD[GOOD.index("\n[[recovery]]") : start], "\n")
    )
    reference += GOOD[start : GOOD.index("[[constraint]]", start + 1)]
    reference = (
        reference.replace('kind = "limit"', 'kind = "reference"')
        .replace("limit = [60, 70]\n", 'printed = "60 to 70"\n')
        .replace('limit_for = "recovery_adjusted_sum"\n', "")
        .replace('recovery = "slow"', 'recovery = "none"')
        .replace('group = "own"\n', "")
    )
    (tmp_path / "own.toml").write_text(reference, encoding="utf-8")
    library = load_library([tmp_path])
    assert "own-2020" not in {one.edition.id for one in library.used()}
    with pytest.raises(LibraryError, match="own-2020 is valid until"):
        library_as_of(library, "2026-03-01")
    assert library_as_of(library.select(["nieder-2006"]), "2026-03-01").as_of == "2026-03-01"


@pytest.mark.parametrize("day", ["", "2026", "2026-03", "01.03.2026", "today", 2026, dt.datetime(2026, 3, 1, 12)])
def test_what_is_no_day_is_refused(day: Any) -> None:
    with pytest.raises(LibraryError, match=r"as_of: .*allowed: a day in full"):
        library_as_of(load_library(), day)


def test_shipped_editions_state_no_end() -> None:
    # none of them is known to be withdrawn
    assert {one.edition.valid_until for one in load_library().editions} == {None}


def test_library_call_takes_a_day(tmp_path: Path) -> None:
    library = loaded(tmp_path, UNTIL)
    case = parse_case({"schema": "reirrad-case/1", "case_id": "A", "structures": ["SpinalCord"]})
    with pytest.raises(LibraryError, match="own-2020 is valid until"):
        check(case, library=library, as_of="2026-03-01")
    report = check(case, library=library, as_of="2025-03-01")
    assert "option: as of 2025-03-01, no edition that is used states an end before that day" in report.notes
    assert "edition own-2020 is valid until 2025-12-31" in report.notes
