"""Dates in a declared format with numbers next to each other: a digit that was lost is not guessed (T01)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from audit.fault_cohorts import audited, quarantine, rows, text_of, verdicts
from reirrad.audit.declared_cells import declared_cells
from reirrad.audit.sources.blocks import Declared
from reirrad.audit.table import Cells


def read(form: str, *texts: str) -> list[str]:
    cells = Cells(np.arange(len(texts)), list(texts))
    return declared_cells({"start": cells}, Declared(date_format=form))["start"].values


@pytest.mark.parametrize(
    ("form", "whole", "lost"),
    [
        ("%d%m%Y", "01112018", "1112018"),
        ("%m%d%Y", "01112018", "1112018"),
        ("%Y%m%d", "20181101", "2018111"),
        ("%Y%d%m", "20180111", "2018111"),
        ("%Y-%m%d", "2018-1101", "2018-111"),
        ("%d%m%Y %H%M", "01112018 0905", "01112018 905"),
        ("%Y%m%d %%", "20181101 %", "2018111 %"),
    ],
)
def test_t01_a_zero_that_was_lost(form: str, whole: str, lost: str) -> None:
    """By hand: 1112018 may be 1 November or 11 January, 2018111 as well."""
    (text, *_), (unread, *_) = read(form, whole), read(form, lost)
    assert text in {"2018-11-01", "2018-01-11"}
    assert unread == f"? {lost}"


@pytest.mark.parametrize("form", ["%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "%d %m %Y", "%d%%%m%%%Y"])
def test_numbers_with_something_between_them_need_no_zeros(form: str) -> None:
    for day in (dt.date(2018, 1, 1), dt.date(2018, 11, 1), dt.date(2018, 1, 11)):
        short = form.replace("%%", "!").replace("%d", str(day.day)).replace("%m", str(day.month))
        short = short.replace("%Y", "2018").replace("!", "%")
        assert read(form, short) == read(form, day.strftime(form)) == [day.isoformat()]


def test_letters_between_numbers_may_be_large_or_small() -> None:
    assert read("%d%m%Y%b", "01112018nov", "01112018NOV") == ["2018-11-01", "2018-11-01"]


def test_every_day_is_read_as_itself_or_not_at_all() -> None:
    days = [dt.date(2018, 1, 1) + dt.timedelta(days) for days in range(365)]
    assert read("%d%m%Y", *(day.strftime("%d%m%Y") for day in days)) == [day.isoformat() for day in days]
    short = [f"{day.day}{day.month}{day.year}" for day in days if day.day < 10 or day.month < 10]
    assert all(text.startswith("? ") for text in read("%d%m%Y", *short))


def test_t01_the_interval_of_such_a_date_is_not_met(tmp_path: Path) -> None:
    """26 September and 12 August are ten months apart; with 1112018 as 11 January they would be so as well."""
    dates = {"2018-08-20": "20082018", "2018-09-26": "1112018", "2019-08-12": "12082019", "2019-08-28": "28082019"}
    lines = [*rows("A"), *rows("B")]
    for iso, text in dates.items():
        lines = [line.replace(iso, text) for line in lines]
    lines[2] = lines[2].replace("1112018", "01112018")
    out = audited(tmp_path, text_of(lines), "--date-format", "%d%m%Y", code=3)
    assert verdicts(out) == {"A": "not_evaluated", "B": "met"}
    assert [row[1:4] for row in quarantine(out)] == [["2", "end", "not_allowed"]]
