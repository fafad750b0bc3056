"""Compare the coverage of the last run with its floors: ``python tools/coverage_floors.py``, after ``make coverage``.

A part without a branch that was taken is one of which nothing is known; equations and decisions have no such part.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

#: Percent of lines and branches, by folder of the package; the whole is "".
FLOORS = {"radiobiology/": 100.0, "engine/": 100.0, "": 95.0}
PACKAGE = "src/reirrad/"


def main() -> int:
    """Print a line for each floor, and return 1 if one is not reached."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", str(report)], check=True)  # noqa: S603
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    missed = False
    for part, floor in FLOORS.items():
        chosen = {name: item for name, item in files.items() if name.startswith(PACKAGE + part)}
        sums = [item["summary"] for item in chosen.values()]
        whole = sum(item["num_statements"] + item["num_branches"] for item in sums)
        covered = sum(item["covered_lines"] + item["covered_branches"] for item in sums)
        if not whole:
            print(f"{part or 'all'}: nothing was measured")
            missed = True
            continue
        percent = 100 * covered / whole
        reached = percent >= floor
        missed |= not reached
        print(f"{part or 'all'}: {percent:.2f} % of {whole} lines and branches (floor {floor:g} %)")
        for name, item in chosen.items() if not reached else ():
            branches = ("->".join(map(str, pair)) for pair in item["missing_branches"])
            open_ = [*map(str, item["missing_lines"]), *branches]
            if open_:
                print(f"  {name}: {', '.join(open_)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
