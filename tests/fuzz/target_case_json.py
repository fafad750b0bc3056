"""Case files in JSON (O06, X03: no key twice, no number that is none, no surrogate alone)."""

from __future__ import annotations

import json
import tomllib

from fuzz.case_contract import TOKENS, check_case, read_case
from fuzz.case_contract import seeds as toml_seeds
from fuzz.mutations import of_json

VALUES = [
    *(
        "complete",
        "none",
        "delivered",
        "proposed",
        "photon",
        "proton",
        "plan",
        "prescription",
        "SpinalCord",
        "ThecalSac",
    ),
    *(
        "50 Gy / 25",
        "5 x 6 Gy",
        "50 / 25",
        "2016",
        "2016-11/..",
        "2016-02-30",
        "03/04/2020",
        "",
        " ",
        "A",
        "\u202e",
        "\ud800",
    ),
    *(0, 1, 2, 50, 0.5, -1, -0.0, 5000, 1e300, 10**400, 99.99, float("inf"), float("nan"), True, None, [], {}),
    *([1, 2], [2, 1], [0, 1e300], ["SpinalCord"], {"Max[Gy]": 20}, {"SpinalCord": {"D0.1cc[Gy]": 3}}, [[1]]),
    *("dose", "course", "phase", "schedule", "fractions_delivered", "months_since_previous", "prior_courses", "basis"),
]
MOST_BYTES = 2000
CHANGE = of_json([*TOKENS, '"schema": 1,', "NaN", "-Infinity", "1E400", "\\"], VALUES)


def seeds() -> list[bytes]:
    return [json.dumps(tomllib.loads(content.decode()), default=str).encode() for content in toml_seeds()]


def one_input(data: bytes) -> bool:
    """Whether the case was read."""
    case = read_case(data)
    if case is None:
        return False
    if data.decode("utf-8-sig").lstrip().startswith("{"):
        check_case(case)
        json.loads(data.decode("utf-8-sig"), parse_constant=_none, object_pairs_hook=_each_once)
    return True


def _none(constant: str) -> None:
    raise AssertionError(f"read, with {constant} in it")


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    assert len(dict(pairs)) == len(pairs), "read, with a key that stands twice"
    return dict(pairs)
