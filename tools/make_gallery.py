"""Write the gallery: what the five published cases look like, as a page with pictures."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from reirrad import budget, check, load_case, load_library
from reirrad.engine.planning.timeline import timeline
from reirrad.model.budget import Budget
from reirrad.report.pictures import findings_alt_text, findings_figure, svg_text, timeline_alt_text, timeline_figure

ROOT = Path(__file__).parents[1]
CASES = ROOT / "data" / "cases"
_HEAD = """# Gallery: the five published cases

Each case as its paper states it, judged by every edition of the package; what the paper does not state is unknown, and
shows. `reirrad check data/cases/NAME.toml --format html --output NAME.html` writes the whole consult report of a case,
`reirrad plot` one picture. This page is generated (`make gallery`).
"""


def _left(found: Budget) -> Iterator[str]:
    """Yield what is left of each structure: no dose at all comes before any dose."""
    for structure in dict.fromkeys(row.structure for row in found.rows):
        rows = [row for row in found.rows if row.structure == structure and not row.advisory]
        forbidding = [row.constraint_id for row in rows if row.state == "none"]
        if forbidding:
            yield f"no dose to {structure} ({', '.join(forbidding)})"
        else:
            yield from (
                f"{row.max_total_dose_gy:.2f} Gy to {structure} ({row.constraint_id})" for row in rows if row.binding
            )


def main(folder: Path) -> int:
    """Write the page and its pictures into a folder."""
    pictures = folder / "gallery"
    pictures.mkdir(parents=True, exist_ok=True)
    library = load_library()
    parts = [_HEAD]
    for path in sorted(CASES.glob("*.toml")):
        case = load_case(path)
        report = check(case, library=library)
        lines = path.read_text(encoding="utf-8").splitlines()
        source = "\n".join(line.lstrip("# ") for line in takewhile(lambda line: line.startswith("#"), lines))
        verdict = report.verdict.replace("_", " ").upper()
        left = budget(
            case,
            n_fractions=[5],
            intervals_months=[12] if case.proposed is None and case.course else [],
            library=library,
        )
        parts.append(f"## {case.case_id}\n\n{source}\n\n**{verdict}**: {report.headline}.\n")
        if words := "; ".join(_left(left)):
            parts.append(f"In 5 fractions the limits that could be evaluated leave: {words}.\n")
        drawn = timeline(case, library=library)
        for kind, figure, alt in (
            ("timeline", timeline_figure(drawn), timeline_alt_text(drawn)),
            ("findings", findings_figure(report), findings_alt_text(report)),
        ):
            name = f"{path.stem}.{kind}.svg"
            (pictures / name).write_text(svg_text(figure, f"{case.case_id}: {kind}", alt), encoding="utf-8")
            parts.append(f"![{alt}](gallery/{name})\n")
    (folder / "gallery.md").write_text("\n".join(parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"))
