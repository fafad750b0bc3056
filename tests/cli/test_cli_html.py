"""The consult report on the command line."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from cli.case_files import MET, changed, four_cases, write
from cli.runner import CASES, HPC, assert_refused, invoke
from golden.golden_cases import GOLDEN
from reirrad.cli import check as check_module

pytest.importorskip("jinja2")

PATHS = GOLDEN | {path.stem: path for path in sorted(CASES.glob("*.toml"))}


def test_exit_codes(tmp_path: Path) -> None:
    for code, path in four_cases(tmp_path).items():
        outcome = invoke("check", "--format", "html", path)
        assert outcome.code == code
        assert outcome.out.startswith("<!DOCTYPE html>") == (code != 2)
        assert (outcome.messages == "") == (code != 2)


@pytest.mark.parametrize("name", PATHS)
def test_page(name: str) -> None:
    outcome = invoke("check", "--format", "html", PATHS[name])
    told = json.loads(invoke("check", "--format", "json", PATHS[name]).out)
    assert len(outcome.out.encode()) < 300_000
    assert f'<data value="{told["verdict"]}">' in outcome.out
    for word, count in told["counts"].items():
        assert re.search(rf'value="{word}">[^<]*</data> <data value="{count}"', outcome.out)
    assert "<script" not in outcome.out
    assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', outcome.out))
    assert invoke("check", "--format", "html", PATHS[name]).out == outcome.out


def test_budget_of_the_proposed_fractionation(tmp_path: Path) -> None:
    page = invoke("check", "--format", "html", HPC).out
    assert "in 30 fractions" in page
    assert '<data value="25.04">25.04</data> Gy' in page
    without = write(tmp_path, "case.toml", changed(('schedule = "20 Gy / 10"\n', "")))
    page = invoke("check", "--format", "html", without).out
    assert "the number of fractions of the proposed course is not stated" in page


def test_no_proposed_course(tmp_path: Path) -> None:
    text = changed(('role = "proposed"', 'role = "delivered"'), ("prior_courses = 1", "prior_courses = 2"))
    page = invoke("check", "--format", "html", write(tmp_path, "case.toml", text)).out
    assert "No course is proposed" in page


def test_several_cases_are_refused(tmp_path: Path) -> None:
    output = tmp_path / "report.html"
    outcome = invoke("check", "--format", "html", "--output", output, HPC, HPC)
    assert_refused(outcome, "--format html is the report of one case")
    assert not output.exists()


def test_output_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "report.html"
    assert invoke("check", "--format", "html", "--output", output, HPC).out == ""
    content = output.read_text(encoding="utf-8")
    assert content.startswith("<!DOCTYPE html>")
    assert re.search(r"</html>\n<!-- sha256 [0-9a-f]{64} -->\n\Z", content)
    assert_refused(invoke("check", "--format", "html", "--output", output, HPC), "exists already")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _fails)
        assert invoke("check", "--format", "html", "--output", output, "--overwrite", HPC).code == 2
    assert output.read_text(encoding="utf-8") == content
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def _fails(*_: object) -> None:
    raise OSError(5, "input/output error")


def test_refused_case_leaves_no_file(tmp_path: Path) -> None:
    output = tmp_path / "report.html"
    outcome = invoke("check", "--format", "html", "--output", output, four_cases(tmp_path)[2])
    assert_refused(outcome, "schedule")
    assert not output.exists()


def test_without_jinja2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert_refused(invoke("check", "--format", "html", HPC), "pip install '.[report]' in the folder of the program")
    assert invoke("check", HPC).code == 1


def test_without_the_extra_for_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("reirrad.report.pictures")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    outcome = invoke("check", "--format", "html", HPC)
    assert outcome.code == 1
    assert "Pictures need an extra: pip install &#39;.[report]&#39; in the folder of the program" in outcome.out


def test_pictures_that_are_too_large_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(check_module, "_MOST_BYTES_WITH_PICTURES", 1000)
    page = invoke("check", "--format", "html", HPC).out
    assert "<svg" not in page
    assert "Pictures are left out" in page


def test_deidentified_pictures_have_no_dates(tmp_path: Path) -> None:
    page = invoke("check", "--format", "html", "--deidentify", write(tmp_path, "case.toml", MET)).out
    assert not re.search(r"20(20|22)-\d\d", page)
    assert "case A" not in page
    assert "Accumulated dose over time" not in page


SPINE = ("SpinalCord", "CaudaEquina", "Esophagus", "BrachialPlex_L", "Brainstem", "Rectum")


def _many_structures(folder: Path) -> Path:
    lines = [
        'schema = "reirrad-case/1"\ncase_id = "many"\nprior_radiotherapy = "complete"\nprior_courses = 1',
        f"structures = {list(SPINE)}",
    ]
    for number, (role, start) in enumerate((("delivered", "2020-01-01"), ("proposed", "2021-03-01"))):
        lines.append(f'[[course]]\nid = "course {number}"\nrole = "{role}"\nmodality = "photon"')
        lines.append('technique = "stereotactic"\nschedule = "30 Gy / 5"\nfractions_per_day = 1')
        lines.append(f'start = "{start}"\nend = "{start[:-2]}10"')
        lines += [f'dose.{name} = {{ "Max[Gy]" = 14.0, "D0.1cc[Gy]" = 13.0, basis = "plan" }}' for name in SPINE]
    return write(folder, "many.toml", "\n".join(lines))


def test_many_structures_have_pictures_that_can_be_read(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    page = invoke("check", "--format", "html", _many_structures(tmp_path)).out
    titles = re.findall(r'<figure aria-label="([^"]*)"', page)
    parts = [title for title in titles if title.startswith("Values against limits (")]
    assert len(parts) > 1
    assert all(any(name in title for title in parts) for name in SPINE)
    # 12 rows of 0.56 inches of 72 points, and what stands around them, are less than the 247 mm of Letter: 700 points
    assert all(float(height) < 700 for height in re.findall(r'<svg height="([0-9.]+)pt"', page))
    # as many as fit are there, and the others are named
    assert len(page.encode()) < 300_000
    note = re.search(r"<p>Pictures are left out, with them the page is above 300000 bytes: (.*)\.</p>", page)
    left_out = [] if note is None else note.group(1).split("; ")
    assert not set(left_out) & set(titles)
    kinds = {title.partition(" (")[0].partition(":")[0] for title in titles + left_out}
    assert kinds == {"Values against limits", "Accumulated dose over time", "Dose budget", "Editions side by side"}


def test_no_picture_of_nothing() -> None:
    pytest.importorskip("matplotlib")
    page = invoke("check", "--format", "html", CASES / "liposarcoma_l1_2018.toml").out
    assert "<figure" not in page
    assert "There is nothing to draw: no finding has a value and a limit." in page
