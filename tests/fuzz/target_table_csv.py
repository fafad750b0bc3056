"""Cohort tables in CSV: every row is audited, quarantined or a duplicate (F10-F25, D22-D25, T07)."""

from __future__ import annotations

import atexit
import re
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from audit.fault_cohorts import HEADER, rows
from fuzz.contract import check_refusal
from fuzz.mutations import of_cells
from fuzz.target_dates import ends_of
from reirrad.audit import audit
from reirrad.audit.sources.blocks import NUMBERS, Declared
from reirrad.audit.sources.csv_source import CsvSource
from reirrad.errors import TableError
from reirrad.library import Library, load_library

TOKENS = [
    *("0", "1", "2", "28", "50", "-1", "-0", "0.5", "1e1", "1e999", "1e1000000", "nan", "inf", "1_0", "99.99", "999"),
    *(
        "5e-324",
        "\u0665",
        "4,5",
        '"4,5"',
        "5000",
        "",
        " ",
        "NA",
        "Max[Gy]",
        "Max[cGy]",
        "Max",
        "D0.03cc[Gy]",
        "V20Gy[%]",
    ),
    *("SpinalCord", "ThecalSac", "CaudaEquina", "Sp Cord", "photon", "proton", "conventional", "stereotactic"),
    *("2018", "2018-08", "2018-08-20", "2019-01/2019-12", "2018-11/..", "03/04/2020", "43831", "2018-02-30"),
    *("complete", "partial", "none", "unknown", "plan", "prescription", "delivered", "proposed", "planned", "p", "q"),
    *('"', '""', '"a\nb"', "\n", "\r\n", "\r", "\0", ",", ";", "\t", "\ufeff", "\x1b", "\u202e", "=1+1"),
    *("patient_id", "course_number", "months_since_previous", "role", "dose_cgy", "phase_id", "basis", "dose_of"),
    *("fractions_delivered", "hours_between_fractions", "repair_half_time_h", "scheduled_dose_gy"),
]
MOST_BYTES = 700
CHANGE = of_cells(TOKENS)
IMPORTS = ("reirrad.audit.memory", "reirrad.audit.assemble")
_ALL = (
    "patient_id,course_id,structure,metric,dose_gy,n_fractions,fractions_per_day,modality,course_number,"
    "months_since_previous,phase_id,fractions_delivered,dose_of,hours_between_fractions,role,basis"
)
_ALL_ROWS = [
    "p,1,SpinalCord,Max[Gy],45,25,1,photon,1,,,20,planned,,delivered,plan",
    "p,2,SpinalCord,Max[Gy],20,10,2,photon,2,29,a,,,6,proposed,",
]
_DECIMAL = re.compile(r"[+]?[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]{1,6})?")


def seeds() -> list[bytes]:
    met, violated = rows("p"), rows("q", "violated")
    tables = [(HEADER, met), (HEADER, [*met, *violated, met[0]]), (_ALL, _ALL_ROWS), (HEADER, [])]
    return ["\n".join([header, *lines, ""]).encode() for header, lines in tables]


@cache
def _library() -> Library:
    shipped = load_library()
    return replace(shipped, editions=tuple(item for item in shipped.editions if item.edition.id == "rulach-2021"))


@cache
def path_of(name: str) -> Path:
    """Return the path of a file that is written anew for each input."""
    folder = tempfile.TemporaryDirectory(prefix="reirrad-fuzz-")
    atexit.register(folder.cleanup)
    return Path(folder.name) / name


def one_input(data: bytes) -> bool:
    """Whether at least one row was audited."""
    path = path_of("fuzz.csv")
    path.write_bytes(data)
    try:
        source = CsvSource(path, Declared())
        blocks = [source.parse(*raw) for raw in source.raw_blocks()]
    except TableError as error:
        check_refusal(error)
        return False
    n_rows = sum(block.n_rows for block in blocks)
    n_bad = sum(len(block.bad) for block in blocks)
    lines = sum(1 for line in data.split(b"\n")[1:] if line.removesuffix(b"\r").strip())
    assert n_rows == lines, (n_rows, lines)
    table = pa.concat_tables([block.table for block in blocks]) if blocks else None
    if table is None or not table.num_rows:
        assert n_rows == n_bad
        return False
    assert table.num_rows + n_bad == n_rows
    return check_audit(table)


def check_audit(table: pa.Table) -> bool:
    """Audit what was read of a table, and return whether at least one row was."""
    columns = {name: np.array(table.column(name).to_pylist(), dtype=object) for name in table.column_names}
    try:
        findings = audit(columns, library=_library())
    except TableError as error:
        check_refusal(error)
        return False
    parts = findings.rows_audited + findings.rows_quarantined + findings.rows_duplicate
    assert findings.rows_in == table.num_rows == parts
    assert findings.rows_quarantined == len(findings.quarantine)
    for item in findings.quarantine:
        assert item.reason
        assert item.column
        assert 0 <= item.row < table.num_rows
    quarantined = {item.row for item in findings.quarantine}
    for row in set(range(table.num_rows)) - quarantined:
        for name, values in columns.items():
            _check_cell(name, (values[row] or "").strip())
    _check_verdicts(findings, columns)
    return findings.rows_audited > 0


def _check_cell(name: str, text: str) -> None:
    """A cell that was read says what a person would read in it (D24, D25, O03, T01, T07)."""
    if text and name in NUMBERS:
        assert _DECIMAL.fullmatch(text), (name, text)
        assert 0 <= float(text) < 10_000, (name, text)
    if text and name in ("start", "end"):
        assert ends_of(text) is not None, (name, text)


def _check_verdicts(findings, columns) -> None:
    """A patient who is met has a finding that is met, none that is not, and no row in the quarantine (F10)."""
    patients = findings.patients.columns
    quarantined = {columns["patient_id"][item.row] for item in findings.quarantine}
    statuses: dict[str, set[str]] = {}
    for patient, status in zip(findings.columns["patient_id"], findings.columns["status"], strict=True):
        statuses.setdefault(patient, set()).add(status)
    for patient, verdict in zip(patients["patient_id"], patients["verdict"], strict=True):
        own = statuses.get(patient, set()) - {"not_applicable"}
        assert verdict in ("met", "violated", "not_evaluated")
        if verdict == "met":
            assert own == {"met"}, (patient, own)
            assert patient not in quarantined
        assert (verdict == "violated") == ("violated" in own), (patient, verdict, own)
