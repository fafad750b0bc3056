"""What ``check`` notes of a patient beside the findings, an audit says too: patient by patient, and in numbers."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import pytest

from audit.fault_cohorts import audit, audited, files_of, patients, summary
from audit.random_cohort import Row, case_of, rows_of_patient
from reirrad import audit as audit_table
from reirrad import parse_case
from reirrad.audit.bucket import BucketTask
from reirrad.audit.engines import judge_bucket
from reirrad.audit.result_tables import patients_schema
from reirrad.engine.check import check_all
from reirrad.errors import InputError
from reirrad.library import Library, load_library
from reirrad.model.audit_summary import NOTES, met_words, told_of_patients
from reirrad.model.finding import Report
from reirrad.report.warnings import warnings_of

#: Words that only the note of one kind has, as ``check`` writes it on standard error.
WORDS = {
    "dose_far_from_schedule": "times the scheduled dose",
    "large_fraction": "limits for stereotactic courses do not apply to it",
    "prescription_doses": "prescriptions stand for organ doses",
    "interval_near_limit": "the interval is within days of ",
}


def kinds(report: Report) -> tuple[str, ...]:
    return tuple(kind for kind, words in WORDS.items() if any(words in text for text in warnings_of(report)))


def row(patient: str, course: str, structure: str, dose: str, metric: str = "Max[Gy]", **more: str) -> Row:
    dates = {"1": ("2018-01-08", "2018-02-09"), "2": ("2021-03-01", "2021-04-02")}[course]
    return {
        "patient_id": patient, "course_id": course, "structure": structure, "metric": metric, "dose_gy": dose,
        "n_fractions": "25", "fractions_per_day": "1", "hours_between_fractions": "", "modality": "photon",
        "technique": "conventional", "role": "delivered", "start": dates[0], "end": dates[1],
        "prior_radiotherapy": "complete", "prior_courses": "2", "phase_id": "1", "n_phases": "1",
        "scheduled_dose_gy": "50", "basis": "plan",
    } | more  # fmt: skip


def two(patient: str, structure: str, *doses: str, **more: str) -> list[Row]:
    return [row(patient, str(course), structure, dose, **more) for course, dose in enumerate(doses, start=1)]


#: Every limit on the cord is met in each of them.
MET = two("M", "SpinalCord", "20", "20")
CAROTID = [*two("C", "SpinalCord", "20", "20"), *two("C", "A_Carotid_L", "62.3", "51.9")]
KIDNEY = [*two("K", "SpinalCord", "20", "20"), *two("K", "Kidney_L", "9", "9", metric="Mean[Gy]")]
NIEDER = ("--edition", "nieder-2006")


def columns_of(rows: list[Row]) -> dict[str, list[str]]:
    return {name: [item[name] for item in rows] for name in rows[0]}


def text_of(rows: list[Row]) -> str:
    return "".join(f"{','.join(line)}\n" for line in [list(rows[0]), *(list(item.values()) for item in rows)])


def both(rows: list[Row], library: Library | None = None) -> tuple[Report, dict[str, Any]]:
    """Return what ``check`` and an audit say of one patient."""
    (report,) = check_all([parse_case(case_of(rows))], library=library)
    found = audit_table(columns_of(rows), library=library)
    assert (found.rows_quarantined, len(found.patients.columns["patient_id"])) == (0, 1)
    return report, {name: column[0] for name, column in found.patients.columns.items()}


def assert_same(report: Report, patient: dict[str, Any]) -> None:
    assert patient["verdict"] == report.verdict
    assert patient["structures_without_rule"] == report.structures_without_rule
    assert patient["noted"] == kinds(report)


@pytest.mark.parametrize(
    ("rows", "bare"),
    [(MET, ()), (CAROTID, ("A_Carotid_L",)), (KIDNEY, ("Kidney_L",))],
    ids=["none", "carotid", "kidney"],
)
def test_o04_a_structure_without_a_rule(rows: list[Row], bare: tuple[str, ...]) -> None:
    library = load_library().select(["nieder-2006"])
    report, patient = both(rows, library)
    assert (report.verdict, report.structures_without_rule) == ("met", bare)
    assert ("without a rule that decides" in report.headline) is bool(bare)
    assert_same(report, patient)


def test_o04_the_summary_counts_who_has_a_structure_without_a_rule(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(text_of([*MET, *CAROTID, *KIDNEY]), encoding="utf-8")
    ended = audit(path, "--out", tmp_path / "out", *NIEDER)
    said = "3 met every limit that applies (2 of them with a structure without a rule that decides)"
    assert ended.out.splitlines()[0] == f"3 patients: 0 violate a limit, 0 could not be evaluated in full, {said}"
    assert [line for line in ended.err.splitlines() if "patients" in line] == [
        "reirrad: warning: of 2 patients: a structure is without a rule that decides (A_Carotid_L 1, Kidney_L 1)"
    ]
    found = summary(tmp_path / "out")
    one = {"violated": 0, "not_evaluated": 0, "met": 1}
    assert found["verdicts_without_rule"] == {"violated": 0, "not_evaluated": 0, "met": 2}
    assert found["without_rule"] == [{"structure": name} | one for name in ("A_Carotid_L", "Kidney_L")]
    assert found["noted"] == []
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert said in page
    assert "Kidney_L<td>1<td>0<td>1<td>0" in page
    listed = {item["patient_id"]: item["structures_without_rule"] for item in patients(tmp_path / "out")}
    assert listed == {"M": [], "C": ["A_Carotid_L"], "K": ["Kidney_L"]}


def times(factor: str) -> list[Row]:
    return [row("A", "1", "SpinalCord", "20"), row("A", "2", "SpinalCord", "9", scheduled_dose_gy=factor)]


NOTED: dict[str, list[Row]] = {
    # D01: 9 Gy are twice 4.5 Gy, and more than twice 4.4 Gy
    "twice the schedule": times("4.5"),
    "above twice the schedule": times("4.4"),
    "a volume is no dose": [*MET, *two("M", "SpinalCord", "90", "90", metric="V10Gy[%]")],
    "of a structure that is not known": [*MET, *two("M", "Sp Cord", "20", "101")],
    # O12
    "8 Gy": two("A", "SpinalCord", "5", "5", n_fractions="5", scheduled_dose_gy="40"),
    "above 8 Gy": two("A", "SpinalCord", "5", "5", n_fractions="5", scheduled_dose_gy="40.01"),
    "another technique": two("A", "SpinalCord", "5", "5", n_fractions="5", scheduled_dose_gy="46", technique="other"),
    "stereotactic": two("A", "SpinalCord", "5", "5", n_fractions="5", scheduled_dose_gy="46", technique="stereotactic"),
    "no technique": two("A", "SpinalCord", "5", "5", n_fractions="5", scheduled_dose_gy="46", technique=""),
    "electrons": two("A", "SpinalCord", "5", "5", n_fractions="5", scheduled_dose_gy="46", modality="electron"),
    # D17
    "prescribed": two("A", "SpinalCord", "50", "50", basis="prescription"),
    "one is prescribed": [row("A", "1", "SpinalCord", "20"), row("A", "2", "SpinalCord", "50", basis="prescription")],
    "prescribed, and no rule": two("A", "A_Carotid_L", "50", "50", basis="prescription"),
    # T04: 184 days are six months of these, and 187 are more than days beyond
    "within days": [
        row("A", "1", "SpinalCord", "20"), row("A", "2", "SpinalCord", "20", start="2018-08-12", end="2018-09-20"),
    ],
    "weeks beyond": [
        row("A", "1", "SpinalCord", "20"), row("A", "2", "SpinalCord", "20", start="2018-09-12", end="2018-10-20"),
    ],
}  # fmt: skip
EXPECTED = {
    "above twice the schedule": ["dose_far_from_schedule"],
    "of a structure that is not known": ["dose_far_from_schedule"],
    "above 8 Gy": ["large_fraction"],
    "another technique": ["large_fraction"],
    "prescribed": ["prescription_doses"],
    "one is prescribed": ["prescription_doses"],
    "within days": ["interval_near_limit"],
}


# D01, D17, O12, T04
@pytest.mark.parametrize("name", NOTED)
def test_d01_d17_o12_t04_notes_of_a_patient(name: str) -> None:
    report, patient = both(NOTED[name])
    assert list(patient["noted"]) == EXPECTED.get(name, [])
    assert_same(report, patient)


def test_d01_numbers_of_gy_in_a_column_of_cgy() -> None:
    """A dose in cGy below 2 % of the schedule may be one in Gy; the same dose in Gy is a small dose."""
    for dose, scheduled, expected in (("25", "24", True), ("20", "10", False), ("0", "24", False)):
        rows = two("A", "SpinalCord", dose, dose, metric="Max[cGy]", scheduled_dose_gy=scheduled)
        (report,) = check_all([parse_case(case_of(rows))])
        table = columns_of(rows)
        for name, column, metric in (
            ("dose_cgy", [dose] * 2, "Max[cGy]"),
            ("dose_gy", [f"{float(dose) / 100}"] * 2, "Max"),
        ):
            told = {key: values for key, values in table.items() if key != "dose_gy"} | {name: column}
            (noted,) = audit_table(told | {"metric": [metric] * 2}).patients.columns["noted"]
            assert noted == (("dose_far_from_schedule",) if expected and name == "dose_cgy" else ())
        assert kinds(report) == (("dose_far_from_schedule",) if expected else ())


def test_each_kind_is_told_once_with_its_number(tmp_path: Path) -> None:
    names = [name for name in EXPECTED if name not in ("one is prescribed", "of a structure that is not known")]
    rows = [item | {"patient_id": name} for name in names for item in NOTED[name]]
    path = tmp_path / "c.csv"
    path.write_text(text_of(rows), encoding="utf-8")
    ended = audit(path, "--out", tmp_path / "out")
    found = summary(tmp_path / "out")
    n_of = {"dose_far_from_schedule": 1, "large_fraction": 2, "prescription_doses": 1, "interval_near_limit": 1}
    assert {item["kind"]: sum(item[word] for word in found["verdicts"]) for item in found["noted"]} == n_of
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for kind, n in n_of.items():
        told = f"of {n} patient{'s' * (n > 1)}: {NOTES[kind]}"
        assert ended.err.splitlines().count(f"reirrad: warning: {told}") == 1
        assert f"<small>{kind}</small><td>{n}" in page
    assert {item["patient_id"]: item["noted"] for item in patients(tmp_path / "out")} == {
        name: EXPECTED[name] for name in names
    }
    # what is quiet leaves progress out, and no warning
    quiet = audit(path, "--out", tmp_path / "quiet", "--quiet").err
    assert quiet.splitlines() == [line for line in ended.err.splitlines() if line.startswith("reirrad: warning: ")]


def test_tables_for_spreadsheets(tmp_path: Path) -> None:
    rows = [*KIDNEY, *(item | {"patient_id": "S"} for item in NOTED["above 8 Gy"])]
    rows += two("S", "Kidney_R", "5", "5", n_fractions="5", scheduled_dose_gy="40.01")
    rows += two("S", "Kidney_L", "5", "5", n_fractions="5", scheduled_dose_gy="40.01")
    out = audited(tmp_path, text_of(rows), *NIEDER, "--format", "csv")
    with (out / "patients.csv").open(encoding="utf-8", newline="") as file:
        listed = {item["patient_id"]: item for item in csv.DictReader(file)}
    assert (listed["K"]["structures_without_rule"], listed["K"]["noted"]) == ("Kidney_L", "")
    assert (listed["S"]["structures_without_rule"], listed["S"]["noted"]) == ("Kidney_L; Kidney_R", "large_fraction")


def test_a_column_of_that_name_is_not_carried_along(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(text_of([item | {"noted": "x"} for item in MET]), encoding="utf-8")
    ended = audit(path, "--out", tmp_path / "out", "--keep", "noted")
    assert (ended.code, "noted" in ended.err) == (2, True)


def test_an_audit_in_two_parts_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts add up over buckets, and the parts that were judged before an interruption are counted."""
    rows = [
        item | {"patient_id": f"{name}{number}"} for name in EXPECTED for number in range(9) for item in NOTED[name]
    ]
    rows += [item | {"patient_id": f"K{number}"} for number in range(9) for item in KIDNEY]
    monkeypatch.setattr("reirrad.audit.run.ROWS_OF_A_BUCKET", 20)
    whole = audited(tmp_path, text_of(rows))
    path, out = tmp_path / "c.csv", tmp_path / "resumed"
    judged: list[BucketTask] = []

    def interrupted(task: BucketTask) -> None:
        if len(judged) == 2:
            raise KeyboardInterrupt
        judge_bucket(task)
        judged.append(task)

    with monkeypatch.context() as patch:
        patch.setattr("reirrad.audit.engines.judge_bucket", interrupted)
        assert audit(path, "--out", out).code == 130
    assert audit(path, "--out", out, "--resume").code == 0
    assert files_of(out) == files_of(whole)
    assert sum(sum(item[word] for word in ("met", "violated", "not_evaluated")) for item in summary(out)["noted"]) == 63


def test_parts_of_a_program_with_other_columns_do_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, out = tmp_path / "c.csv", tmp_path / "out"
    path.write_text(text_of(MET), encoding="utf-8")

    def interrupted(task: BucketTask) -> None:
        judge_bucket(task)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("reirrad.audit.engines.judge_bucket", interrupted)
        patch.setattr("reirrad.audit.run.patients_schema", lambda _kept: patients_schema(()).remove(7))
        assert audit(path, "--out", out).code == 130
    ended = audit(path, "--out", out, "--resume")
    assert ended.code == 2
    assert "the interrupted audit had other options or rules" in ended.err


def test_random_patients() -> None:
    random_ = random.Random(11)  # noqa: S311
    every: list[list[Row]] = []
    cases = []
    while len(every) < 200:
        rows = rows_of_patient(random_, len(every))
        # doses per fraction up to 11 Gy, and doses above twice the scheduled one
        larger = random_.choice([1, 1, 1.5])
        for item in rows:
            factor = random_.choice([1, 1, 1, 2.1]) if item["basis"] == "plan" else 1
            item["scheduled_dose_gy"] = f"{float(item['scheduled_dose_gy']) * larger:.6g}"
            item["dose_gy"] = f"{float(item['dose_gy']) * larger * factor:.6g}"
        try:
            case = parse_case(case_of(rows))
            check_all([case], library=load_library().select(["nieder-2006"]))
        except InputError:
            continue
        if audit_table(columns_of(rows), library=load_library().select(["nieder-2006"])).rows_quarantined:
            continue
        every.append(rows)
        cases.append(case)
    found = audit_table(columns_of([item for rows in every for item in rows])).patients.columns
    counts: dict[str, int] = {}
    for number, report in enumerate(check_all(cases)):
        patient = {name: column[number] for name, column in found.items()}
        assert patient["patient_id"] == report.case_id
        assert_same(report, patient)
        for kind in (*patient["noted"], *("bare" for _ in patient["structures_without_rule"][:1])):
            counts[kind] = counts.get(kind, 0) + 1
    assert all(counts.get(kind, 0) >= 5 for kind in (*NOTES, "bare")), counts


def test_what_is_said_of_many_structures() -> None:
    rows = [{"structure": f"S{n}", "violated": n, "not_evaluated": 0, "met": 0} for n in range(1, 8)]
    said = {"verdicts": {"met": 1}, "verdicts_without_rule": {"violated": 9, "not_evaluated": 0, "met": 0}}
    (text,) = told_of_patients(said | {"without_rule": rows, "noted": []})
    assert text.endswith("that decides (S7 7, S6 6, S5 5, S4 4, S3 3, 2 more)")
    assert met_words(said) == "1 met every limit that applies"
    # a summary that was written before they were counted says nothing of them
    assert list(told_of_patients({"verdicts": {"met": 1}})) == []
