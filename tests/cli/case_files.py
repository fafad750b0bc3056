"""Case files whose verdict is known by hand, and how to spoil them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

#: 40 Gy / 20 is 80 Gy2, 20 Gy / 10 is 40 Gy2: 120 Gy2 in all, at an interval of 22 months and 30 of 31 days.
MET = """\
schema = "reirrad-case/1"
case_id = "case A"
prior_radiotherapy = "complete"
prior_courses = 1
structures = ["SpinalCord"]

[[course]]
id = "first"
role = "delivered"
modality = "photon"
technique = "conventional"
start = "2020-01-13"
end = "2020-02-07"
schedule = "40 Gy / 20"
fractions_per_day = 1
[course.dose.SpinalCord]
"Max[Gy]" = 40.0
basis = "plan"

[[course]]
id = "second"
role = "proposed"
modality = "photon"
technique = "conventional"
start = "2022-01-06"
end = "2022-01-19"
schedule = "20 Gy / 10"
fractions_per_day = 1
[course.dose.SpinalCord]
"Max[Gy]" = 20.0
basis = "plan"
"""


def changed(*changes: tuple[str, str], text: str = MET) -> str:
    """Return the case with texts replaced at their first place; each must be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def as_json(text: str) -> bytes:
    return json.dumps(tomllib.loads(text)).encode()


#: 80 + 60 x (1 + 2/2) = 200 Gy2
VIOLATED = changed(('"20 Gy / 10"', '"60 Gy / 30"'), ("= 20.0", "= 60.0"), ('"2022-01-19"', '"2022-02-16"'))
#: nothing is said about what came before
OPEN = changed(('prior_radiotherapy = "complete"\nprior_courses = 1\n', ""))
BAD = changed(('"40 Gy / 20"', '"40/20"'))

#: the second course is stereotactic for the thecal sac; its technique is left out
NO_TECHNIQUE = changed(
    ('technique = "conventional"\nstart = "2022-01-06"', 'start = "2022-01-06"'), ('"20 Gy / 10"', '"20 Gy / 5"')
).replace("SpinalCord", "ThecalSac")


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def four_cases(folder: Path) -> dict[int, Path]:
    """Write one case for each exit code."""
    texts = {0: MET, 1: VIOLATED, 2: BAD, 3: OPEN}
    return {code: write(folder, f"code{code}.toml", text) for code, text in texts.items()}
