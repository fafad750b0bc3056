"""The pictures: deterministic, safe to stand in a page, distinct without colour, and true to the report."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock
from xml.etree import ElementTree

import pytest

from golden.golden_cases import GOLDEN, PUBLISHED
from reirrad import check, load_case, load_library
from reirrad.engine.planning.budget import budget
from reirrad.engine.planning.timeline import timeline
from reirrad.errors import MissingExtraError
from reirrad.model.budget import Budget
from reirrad.model.finding import Report
from reirrad.model.timeline import Timeline
from reirrad.report import pictures
from reirrad.report.pictures.settings import drawing
from reirrad.report.pictures.style import style

CASES = {path.stem: path for path in (*GOLDEN.values(), *sorted(PUBLISHED.glob("*.toml")))}
KINDS = ("timeline", "findings", "budget", "disagreement")
SVG = "{http://www.w3.org/2000/svg}"
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
#: Text with everything that markup or a terminal could take for its own, and what mathematics could.
HOSTILE = 'A<b>&"x"</svg><script>alert(1)</script> $x^2$ \\frac \x1b[31m\x00'


@cache
def answer(name: str, kind: str) -> Any:
    case, library = load_case(CASES[name]), load_library()
    if kind == "timeline":
        return timeline(case, library=library)
    if kind == "budget":
        months = [] if case.proposed is not None or not case.course else [3, 12]
        return budget(case, n_fractions=[1, 5, 25], library=library, intervals_months=months)
    return check(case, library=library)


def figure_of(kind: str) -> Callable[[Any], Any]:
    found: Callable[[Any], Any] = getattr(pictures, f"{kind}_figure")
    return found


def alt_of(kind: str, given: Any) -> str:
    text: str = getattr(pictures, f"{kind}_alt_text")(given)
    return text


@cache
def svg(name: str, kind: str) -> str:
    given = answer(name, kind)
    return pictures.svg_text(figure_of(kind)(given), f"{kind} of {name}", alt_of(kind, given))


def words(text: str) -> str:
    """Return what is written in a picture; lines are joined."""
    root = ElementTree.fromstring(text)  # noqa: S314 (our own)
    return " ".join("".join(node.itertext()) for node in root.iter(f"{SVG}text")).replace("\N{NO-BREAK SPACE}", " ")


EVERY = pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in CASES for kind in KINDS])


@EVERY
def test_svg_can_stand_in_a_page(name: str, kind: str) -> None:
    text = svg(name, kind)
    assert text.startswith("<svg")
    assert len(text.encode()) < 60_000
    for forbidden in ("<script", "<!DOCTYPE", "<?xml", "<style", "<metadata", "@import", "<image", "<foreignObject"):
        assert forbidden.casefold() not in text.casefold()
    assert set(re.findall(r"\bhttps?://[^\"'\s<]*", text)) <= NAMESPACES
    assert not re.search(r"\son[a-z]+=|javascript:|data:", text, re.IGNORECASE)
    root = ElementTree.fromstring(text)  # noqa: S314 (our own)
    assert root.attrib["role"] == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == f"{kind} of {name}"
    assert root[1].tag == f"{SVG}desc"
    assert root[1].text
    assert root.attrib["aria-labelledby"] == f"{root[0].attrib['id']} {root[1].attrib['id']}"
    ids = [node.attrib["id"] for node in root.iter() if "id" in node.attrib]
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text))
    assert {first or second for first, second in used} <= set(ids)


def test_ids_of_several_pictures_do_not_clash() -> None:
    every = [re.findall(r'\bid="([^"]+)"', svg(name, kind)) for name in CASES for kind in KINDS]
    ids = [one for picture in every for one in picture]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("form", pictures.FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_same_picture_same_bytes(kind: str, form: str) -> None:
    given = answer("hpc_lumbar_2024", kind)
    first, second = (pictures.picture_bytes(figure_of(kind)(given), form, "title", "words") for _ in range(2))
    assert first == second
    assert first.startswith({"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[form])
    assert b"CreationDate" not in first
    assert not re.search(rb"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}T", first)


def test_unknown_form() -> None:
    with pytest.raises(ValueError, match="svg, png, pdf"):
        pictures.picture_bytes(figure_of("findings")(answer("met_with_dates", "findings")), "gif", "", "")


def test_settings_of_the_program_stay_and_do_not_matter() -> None:
    import matplotlib

    usual = svg("met_with_dates", "timeline")
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black", "svg.fonttype": "path"}):
        before = matplotlib.rcParams.copy()
        given = answer("met_with_dates", "timeline")
        again = pictures.svg_text(figure_of("timeline")(given), "timeline of met_with_dates", alt_of("timeline", given))
        assert matplotlib.rcParams.copy() == before
    assert again == usual


def test_no_state_of_the_program_is_used(tmp_path: Path) -> None:
    arguments = ["plot", str(GOLDEN["hpc_lumbar_2024"]), "--kind", "timeline", "-o", str(tmp_path / "a.svg")]
    code = (
        f"import sys\nfrom reirrad.cli.main import invoke\nassert invoke({arguments!r}) == 1\n"
        "assert 'matplotlib.figure' in sys.modules\nassert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def hostile(kind: str) -> Any:
    given = answer("phases_and_twice_daily", kind)
    if isinstance(given, Report):
        findings = tuple(replace(item, structure=HOSTILE, constraint_id=HOSTILE) for item in given.findings)
        own = tuple(
            replace(
                item, structure=HOSTILE, opinions=tuple(replace(one, constraint_id=HOSTILE) for one in item.opinions)
            )
            for item in given.disagreement
        )
        return replace(given, case_id=HOSTILE, findings=findings, disagreement=own, unmapped_structures=(HOSTILE,))
    if isinstance(given, Budget):
        rows = tuple(replace(row, structure=HOSTILE, constraint_id=HOSTILE) for row in given.rows)
        return replace(given, case_id=HOSTILE, rows=rows, unmapped_structures=(HOSTILE,), left_out=(HOSTILE,))
    assert isinstance(given, Timeline)
    structures = tuple(
        replace(
            own,
            structure=HOSTILE,
            lines=tuple(
                replace(
                    line,
                    constraint_id=HOSTILE,
                    points=tuple(replace(p, course_id=p.course_id and HOSTILE) for p in line.points),
                )
                for line in own.lines
            ),
        )
        for own in given.structures
    )
    left_out = tuple(replace(item, structure=HOSTILE, constraint_id=HOSTILE) for item in given.left_out)
    return replace(given, case_id=HOSTILE, structures=structures, left_out=left_out, unmapped_structures=(HOSTILE,))


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_text_and_nothing_else(kind: str) -> None:
    given = hostile(kind)
    figure = figure_of(kind)(given)
    text = pictures.svg_text(figure, HOSTILE, alt_of(kind, given))
    root = ElementTree.fromstring(text)  # noqa: S314 (our own)
    assert "<script" not in text
    assert all(char.isprintable() or char in "\n\N{NO-BREAK SPACE}" for char in text)
    assert root[0].text == 'A<b>&"x"</svg><script>alert(1)</script> $x^2$ \\frac \\x1b[31m\\x00'
    assert "$x^2$" in words(text)
    for form in ("png", "pdf"):
        assert pictures.picture_bytes(figure, form, HOSTILE, HOSTILE)


def test_a_letter_that_the_font_lacks_does_no_harm() -> None:
    given = replace(answer("met_with_dates", "findings"), case_id="\N{CJK UNIFIED IDEOGRAPH-4E00}")
    figure = figure_of("findings")(given)
    assert "\N{CJK UNIFIED IDEOGRAPH-4E00}" in pictures.svg_text(figure, "", "")
    assert pictures.picture_bytes(figure, "png", given.case_id, "")


# S06
def test_series_differ_without_colour() -> None:
    styles = [style(number) for number in range(8)]
    for what in ("letter", "line", "marker", "hatch"):
        assert len({getattr(one, what) for one in styles}) == len(styles)
    assert len({style(number).letter for number in range(60)}) == 60
    # grey of the colours, by luminance: nothing is so pale that it is lost on paper
    for one in styles:
        red, green, blue = (int(one.colour[at : at + 2], 16) for at in (1, 3, 5))
        assert 0.2126 * red + 0.7152 * green + 0.0722 * blue < 185


def test_dashes_and_hatches_are_in_the_file() -> None:
    text = svg("phases_and_twice_daily", "timeline")
    assert len(set(re.findall(r"stroke-dasharray: ([0-9., ]+)", text))) >= 4
    assert text.count("<pattern") >= 4
    assert "<pattern" in svg("phases_and_twice_daily", "findings")


@pytest.mark.parametrize("name", CASES)
def test_findings_say_what_the_report_says(name: str) -> None:
    report: Report = answer(name, "findings")
    written = words(svg(name, "findings"))
    assert written.count("VIOLATED") >= sum(item.status == "violated" for item in report.findings)
    for item in report.findings:
        if item.status != "not_applicable":
            assert item.constraint_id in written
    for item in report.findings:
        if item.status == "not_evaluated" and item.value_low is None and item.value_high is None:
            assert "Not evaluated: " in written


def test_no_bar_for_what_has_no_value() -> None:
    report: Report = answer("open_questions", "findings")
    silent = [item for item in report.findings if item.status == "not_evaluated" and item.value_high is None]
    nothing = replace(report, findings=tuple(replace(item, value_low=None) for item in silent))
    figure = figure_of("findings")(nothing)
    assert figure.axes == []
    written = words(pictures.svg_text(figure, "", ""))
    assert "Nothing to show" in written
    assert "Not evaluated: " in written


def test_timeline_says_what_the_report_says() -> None:
    written = words(svg("hpc_lumbar_2024", "timeline"))
    assert "umich-2019.spinal-cord: 85, required <= 50 Gy EQD2: VIOLATED" in written
    assert "nieder-2006-lumbar.cumulative: 220, required <= 135.5 Gy BED: VIOLATED" in written
    assert "Left out, other technique: ThecalSac, hytec-cord-2021.cumulative." in written
    text = alt_of("timeline", answer("hpc_lumbar_2024", "timeline"))
    assert "umich-2019.spinal-cord 85, required <= 50 Gy EQD2: VIOLATED" in text


def test_budget_names_what_leaves_no_dose() -> None:
    given: Budget = answer("hpc_lumbar_2024", "budget")
    written = words(svg("hpc_lumbar_2024", "budget"))
    assert "NO DOSE: nieder-2006-lumbar.course, in 1, 5, 25 fractions." in written
    assert "NO DOSE (nieder-2006-lumbar.course)" in alt_of("budget", given)
    # nothing binds where nothing may be given
    drawn = [row for row in given.rows if row.structure == "SpinalCord_Lum"]
    (axes,) = figure_of("budget")(replace(given, rows=tuple(drawn))).axes
    assert not [line for line in axes.lines if line.get_markersize() == 12]
    for row in given.rows:
        if row.max_total_dose_gy is not None:
            assert f"{row.max_total_dose_gy:.2f}".rstrip("0").rstrip(".") in written


def test_disagreement_says_what_binds() -> None:
    report: Report = answer("hpc_lumbar_2024", "disagreement")
    written, text = words(svg("hpc_lumbar_2024", "disagreement")), alt_of("disagreement", report)
    for own in report.disagreement:
        assert own.binds is not None
        assert f"{own.binds} binds" in text
        for item in own.opinions:
            assert item.constraint_id in written
    assert "VIOLATED, binds" in written


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_show(kind: str) -> None:
    given = answer("haemangioma_l1_l2", kind)
    if isinstance(given, Budget):
        given = replace(given, rows=())
    assert "Nothing to show" in words(pictures.svg_text(figure_of(kind)(given), "", ""))
    assert "Nothing to show" in alt_of(kind, given)


@pytest.mark.parametrize("kind", KINDS)
def test_without_matplotlib(kind: str) -> None:
    given = answer("met_with_dates", kind)
    said = "a picture needs matplotlib: pip install '.[report]' in the folder of the program"
    with (
        mock.patch.dict(sys.modules, {"matplotlib": None}),
        pytest.raises(MissingExtraError, match=re.escape(said)),
    ):
        figure_of(kind)(given)
    assert alt_of(kind, given)


def test_text_stays_within_the_sheet() -> None:
    for name in CASES:
        for kind in KINDS:
            figure = figure_of(kind)(answer(name, kind))
            with drawing():
                box = figure.get_tightbbox()
            assert box.x0 >= -0.01, (name, kind)
            assert box.x1 <= figure.get_figwidth() + 0.01, (name, kind)
            assert figure.get_figheight() < 13
    for kind in KINDS:
        figure = figure_of(kind)(hostile(kind))
        with drawing():
            assert figure.get_tightbbox().x1 <= figure.get_figwidth() + 0.01, kind


def test_one_folder_for_each_layer() -> None:
    # nothing of it may be imported with the package: a check draws nothing
    source = Path(pictures.__file__).parent
    for path in source.glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not line.startswith(("import matplotlib", "from matplotlib"))
