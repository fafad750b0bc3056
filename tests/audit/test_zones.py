"""Times with a zone: of a place, the day that was there; of UTC, every day that it may have been (T06)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet
import pytest

from audit.fault_cohorts import audit as audit_command
from audit.fault_cohorts import verdicts as verdicts_of_files
from reirrad import audit, load_library
from reirrad.audit.sources.blocks import text_codes
from reirrad.audit.zones import arrow_days, day_text, day_texts, is_utc, with_days
from reirrad.model.dates import PLACEHOLDERS

NIEDER = load_library().select(["nieder-2006"])
#: The second course begins six months after the first one ended, less a day, by the dates of Auckland.
ENDED, BEGAN = "2019-01-18T00:30:00+13:00", "2019-07-17T14:00:00+12:00"
TABLE: dict[str, Any] = {
    "patient_id": ["A", "A"], "course_id": ["1", "2"], "structure": ["SpinalCord"] * 2, "metric": ["Max[Gy]"] * 2,
    "dose_gy": [30.0, 20.0], "n_fractions": [10, 10], "fractions_per_day": [1, 1], "modality": ["photon"] * 2,
    "technique": ["conventional"] * 2, "prior_radiotherapy": ["complete"] * 2, "prior_courses": [2, 2],
}  # fmt: skip
STARTS, ENDS = ["2019-01-07T00:30:00+13:00", BEGAN], [ENDED, "2019-07-30T14:00:00+12:00"]


def moments(texts: list[str], zone: dt.tzinfo | None) -> list[dt.datetime]:
    read = [dt.datetime.fromisoformat(text) for text in texts]
    return [moment if zone is None else moment.astimezone(zone) for moment in read]


def verdict(starts: Any, ends: Any) -> str:
    found = audit(TABLE | {"start": starts, "end": ends}, library=NIEDER)
    assert found.rows_quarantined == 0
    (word,) = found.patients.columns["verdict"]
    return str(word)


def verdict_of_arrow(zone: str) -> str:
    columns = [pa.array(moments(texts, dt.UTC), pa.timestamp("us", zone)) for texts in (STARTS, ENDS)]
    return verdict(*columns)


def test_t06_a_moment_of_utc_is_no_day() -> None:
    """By hand: 17 January 11:30 is 17 January in Greenwich, and the 18th where the patient was.

    From 18 January to 17 July it is not six months, from 17 January it is.
    """
    assert verdict(["2019-01-07", "2019-07-17"], ["2019-01-18", "2019-07-30"]) == "violated"
    assert verdict(["2019-01-07", "2019-07-17"], ["2019-01-17", "2019-07-30"]) == "met"
    # with the zone of the place the dates are those that are written
    assert verdict(moments(STARTS, None), moments(ENDS, None)) == "violated"
    assert verdict_of_arrow("Pacific/Auckland") == "violated"
    assert verdict(STARTS, ENDS) == "violated"
    # in UTC they are lost
    for zone in (dt.UTC, dt.timezone(dt.timedelta(0), "here"), ZoneInfo("UTC"), ZoneInfo("Etc/Greenwich")):
        assert verdict(moments(STARTS, zone), moments(ENDS, zone)) == "not_evaluated"
    for name in ("UTC", "Etc/UTC", "+00:00"):
        assert verdict_of_arrow(name) == "not_evaluated"


@pytest.mark.parametrize("kind", ["parquet", "duckdb"])
def test_t06_moments_of_files(kind: str, tmp_path: Path) -> None:
    columns = {
        name: pa.array(moments(texts, dt.UTC), pa.timestamp("us", "UTC"))
        for name, texts in (("start", STARTS), ("end", ENDS))
    }
    table = pa.table(TABLE | columns)
    path = tmp_path / f"c.{kind}"
    options: list[str] = ["--edition", "nieder-2006"]
    if kind == "parquet":
        parquet.write_table(table, path)
    else:
        with duckdb.connect(str(path)) as connection:
            connection.register("given", table)
            connection.execute("CREATE TABLE courses AS SELECT * FROM given")
            assert ("start", "TIMESTAMP WITH TIME ZONE") in {
                row[:2] for row in connection.execute("DESCRIBE courses").fetchall()
            }
        options += ["--table", "courses"]
    assert audit_command(path, "--out", tmp_path / "out", *options).code == 0
    assert verdicts_of_files(tmp_path / "out") == {"A": "not_evaluated"}


NAMES = (
    "UTC,Etc/UTC,Z,+00:00,-00:00,UCT,Etc/UCT,GMT,Etc/GMT,GMT0,GMT+0,GMT-0,Etc/GMT0,Etc/GMT+0,Etc/GMT-0,Zulu,Etc/Zulu,"
    "Universal,Etc/Universal,Greenwich,Etc/Greenwich,utc"
)


def test_names_of_utc() -> None:
    assert all(map(is_utc, NAMES.split(",")))
    places = ("Europe/London", "Africa/Abidjan", "Atlantic/Reykjavik", "+01:00", "-08:00", "Etc/GMT+1", "WET", "")
    assert not any(map(is_utc, places))


#: A time of UTC, and the days that it may be, by hand: from twelve hours before to fourteen hours after it.
DAYS = [
    ("2019-01-17T11:30:00", "2019-01-16/2019-01-18"),
    ("2019-01-17T10:00:00", "2019-01-16/2019-01-18"),
    ("2019-01-17T09:59:59", "2019-01-16/2019-01-17"),
    ("2019-01-17T12:00:00", "2019-01-17/2019-01-18"),
    ("2019-01-17T11:59:59.999", "2019-01-16/2019-01-18"),
    ("2019-01-17T00:00:00", "2019-01-16/2019-01-17"),
    ("1969-12-31T11:59:59.999", "1969-12-30/1970-01-01"),
    ("1969-12-31T12:00:00", "1969-12-31/1970-01-01"),
    ("1960-03-01T00:00:00", "1960-02-29/1960-03-01"),
    ("2018-12-31T23:00:00", "2018-12-31/2019-01-01"),
]


@pytest.mark.parametrize(("text", "days"), DAYS)
def test_days_that_a_moment_may_be(text: str, days: str) -> None:
    moment = dt.datetime.fromisoformat(text)
    assert day_text(moment.replace(tzinfo=dt.UTC)) == days
    assert day_text(moment) == text[:10]
    for unit in ("ms", "us", "ns"):
        assert day_texts(np.array([text, "NaT"], dtype=f"M8[{unit}]")).tolist() == [days, None]
        column = pa.chunked_array([pa.array([moment, None], pa.timestamp(unit, "UTC"))])
        assert arrow_days(column, pa).to_pylist() == [days, None]
        assert text_codes(column).to_pylist() == [days, None]


def test_days_of_places_are_those_that_are_written() -> None:
    for zone, day in (("Pacific/Auckland", "2019-01-18"), ("America/New_York", "2019-01-17"), ("+13:00", "2019-01-18")):
        column = pa.chunked_array([pa.array([dt.datetime(2019, 1, 17, 11, 30), None], pa.timestamp("us", zone))])
        assert text_codes(column).to_pylist() == [day, None]
    for zone, day in (("Europe/London", "2019-01-17"), ("America/Los_Angeles", "2019-01-16")):
        moment = dt.datetime(2019, 1, 17, 0, 30, tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
        assert day_text(moment) == day


def test_moments_that_are_equal_are_days_of_their_own() -> None:
    """Python says that they are one; what a cell means must not depend on the cells before it."""
    here = dt.datetime(2019, 1, 18, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=13)))
    there = here.astimezone(dt.UTC)
    assert here == there
    for cells in ([here, there], [there, here]):
        texts = {here.tzinfo: "2019-01-18", there.tzinfo: "2019-01-16/2019-01-18"}
        given = np.array([*cells, None, "2014-05", dt.date(2020, 1, 2)], dtype=object)
        assert with_days(given).tolist() == [*(texts[cell.tzinfo] for cell in cells), None, "2014-05", "2020-01-02"]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "Europe/London", "-08:00", "UTC"])
@pytest.mark.parametrize("zero", sorted(PLACEHOLDERS))
def test_t06_a_zero_of_a_database_is_none_in_any_zone(zero: str, zone: str) -> None:
    """1 January 1970, 0:00, is the evening before in New York, and no date of a treatment."""
    moment = dt.datetime.fromisoformat(f"{zero}T00:00:00")
    columns = [pa.array([moment, moment.replace(year=2018, month=1)], pa.timestamp(unit, zone)) for unit in ("s", "us")]
    for column in columns:
        assert text_codes(pa.chunked_array([column]))[0].as_py() == zero
        found = audit(TABLE | {"start": column, "end": ["2018-12-31", "2018-12-31"]}, library=NIEDER)
        assert [(row.column, row.reason) for row in found.quarantine] == [("start", "not_allowed")]
    if "/" in zone or zone == "UTC":
        python = moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
        assert day_text(python) == zero
        assert day_text(python + dt.timedelta(hours=1)) != zero or zone != "America/New_York"


def test_moments_in_a_dictionary_and_in_chunks() -> None:
    plain = pa.array(moments(STARTS, dt.UTC), pa.timestamp("us", "UTC"))
    for column in (plain.dictionary_encode(), pa.chunked_array([plain.slice(0, 1), plain.slice(1)])):
        assert verdict(column, ["2019-01-18", "2019-07-30"]) == verdict(plain, ["2019-01-18", "2019-07-30"])
    assert pc.count(text_codes(pa.chunked_array([plain.dictionary_encode()])), mode="only_valid").as_py() == 2


def test_the_ends_of_the_calendar() -> None:
    assert day_text(dt.datetime.min.replace(tzinfo=dt.UTC)) == "0001-01-01"
    assert day_text(dt.datetime.max.replace(tzinfo=dt.UTC)) == "9999-12-31"


@pytest.mark.parametrize("zone", [None, "Asia/Tokyo", "UTC"])
@pytest.mark.parametrize(("unit", "of_a_day"), [("s", 86_400), ("ms", 86_400_000)])
def test_a_time_of_millions_of_years_is_no_day_of_this_century(unit: str, of_a_day: int, zone: str | None) -> None:
    """Days are counted in 32 bits: 2**32 of them and 18 000 would be 14 April 2019."""
    far = pa.array([of_a_day * (2**32 + 18_000), of_a_day * 18_000, None], pa.int64()).cast(pa.timestamp(unit, zone))
    day, near, none = text_codes(pa.chunked_array([far])).to_pylist()
    assert not day.startswith("20")
    assert (near, none) == ("2019-04-13/2019-04-14" if zone == "UTC" else "2019-04-14", None)
    found = audit(TABLE | {"start": far.slice(0, 2), "end": ["2019-05-30", "2019-05-30"]}, library=NIEDER)
    assert [(row.row, row.column, row.reason) for row in found.quarantine] == [(0, "start", "not_allowed")]


def test_t06_a_zone_that_is_passed_over_is_said(tmp_path: Path) -> None:
    """Three of the four dates have a zone; the day alone has none."""
    texts = {"start": STARTS, "end": ["2019-01-18T00:30:00Z", "2019-07-30"]}
    said = ["start has a time zone in 2 rows: the day was taken as it is written"]
    said += ["end has a time zone in 1 row: the day was taken as it is written"]
    for table in (TABLE | texts, {name: np.array(column) for name, column in (TABLE | texts).items()}):
        assert [text for text in audit(table, library=NIEDER).assumptions if "zone" in text] == said
    path = tmp_path / "cohort.parquet"
    parquet.write_table(pa.table(TABLE | texts), path)
    audit_command(path, "--edition", "nieder-2006", "--out", tmp_path / "out")
    told = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["assumptions"]
    assert [text for text in told if "zone" in text] == said


@pytest.mark.parametrize("days", [["2019-01-07", "2019-07-17 14:00"], moments(STARTS, None), moments(STARTS, dt.UTC)])
def test_t06_no_zone_is_said_where_none_is_passed_over(days: Any) -> None:
    """Of a typed time the day was taken by its zone, and of UTC every day that it may have been."""
    found = audit(TABLE | {"start": days, "end": ["2019-01-18", "2019-07-30"]}, library=NIEDER)
    assert not any("zone" in text for text in found.assumptions)
