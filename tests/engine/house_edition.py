"""An edition for tests only, with what the shipped ones do not use: recovery, strict comparisons, printed ranges.

Its numbers mean nothing clinically; they lie where the generated cases are near.
"""

from typing import Any

from reirrad.library import Library, LoadedEdition, load_library
from reirrad.library.load import parse_edition

Fields = dict[str, Any]

HEADER = """
schema = "reirrad-edition/1"
id = "house"
title = "edition of the tests"
citation = "none"
doi = "none"
read = "source"
published = "2026"
population = "none"
"""

Step = tuple[float, float | None, float]
SCHEDULES: dict[str, list[Step]] = {
    "zeros": [(0, None, 0.0)],
    "steps": [(0, 6, 0.0), (6, 12, 0.25), (12, None, 0.5)],
    # it begins late, has a gap and ends
    "gap": [(5, 6, 0.1), (7, 60, 0.3)],
    "all": [(0, 24, 0.0), (24, None, 1.0)],
}

COMMON: Fields = {
    "kind": "limit",
    "advisory": False,
    "profile": "point-dose",
    "structures": ["SpinalCord", "SpinalCord_Lum", "ThecalSac"],
    "applies_to_related": False,
    "endpoint": "none",
    "metric": "Max[Gy]",
    "quantity": "BED",
    "alpha_beta_gy": 2,
    "scope": "cumulative",
    "comparison": "at_most",
    "modalities": ["photon"],
    "conditions": {},
    "recovery": "none",
    "lq_at_large_fractions": False,
    "risk_at_limit": "none",
    "read": "source",
    "locator": "none",
}

EQD2: Fields = {"quantity": "EQD2"}
PHYSICAL: Fields = {"quantity": "physical", "alpha_beta_gy": None}
MONTHS: Fields = {"quantity": "months", "alpha_beta_gy": None, "scope": "interval"}

CONSTRAINTS: dict[str, Fields] = {
    "none": {"limit": 135.5},
    "zeros": {"limit": 135.5, "recovery": "zeros"},
    "steps": {"limit": 120, "recovery": "steps"},
    "steps-eqd2": EQD2 | {"limit": 70, "recovery": "steps", "alpha_beta_gy": 2.5},
    "gap": {"limit": 120, "recovery": "gap", "comparison": "below"},
    "all": {"limit": 100, "recovery": "all", "metric": "D0.1cc[Gy]"},
    "d01": {"limit": 130, "metric": "D0.1cc[Gy]"},
    "d01-course": EQD2 | {"limit": 49, "metric": "D0.1cc[Gy]", "scope": "each_course"},
    "d01-share": EQD2 | {"limit": 0.5, "metric": "D0.1cc[Gy]", "scope": "share", "comparison": "below"},
    "below": {"limit": 120, "comparison": "below"},
    "range": {"limit": [130, 140]},
    "range-below": {"limit": [120, 135.5], "comparison": "below", "recovery": "steps"},
    "course-range": PHYSICAL | {"limit": [40, 50.5], "scope": "newest_course"},
    "long-after": MONTHS | {"limit": 6, "comparison": "above"},
    "interval-range": MONTHS | {"limit": [5, 6], "comparison": "at_least"},
    "early": {"limit": 98, "scope": "newest_course", "conditions": {"interval_months": [0, 6]}},
    "later": {"limit": 120, "conditions": {"interval_months": [6, 12]}, "recovery": "steps"},
    "mixed": EQD2 | {"limit": 70, "modalities": ["photon", "proton"]},
    "silent": {"limit": 120, "alpha_beta_gy": "not stated"},
    "silent-course": {
        "limit": 98,
        "alpha_beta_gy": "not stated",
        "scope": "each_course",
        "conditions": {"technique": ["conventional"]},
    },
    "mean": PHYSICAL | {"limit": 30, "metric": "Mean[Gy]", "scope": "newest_course"},
    "mean-sum": {"limit": 60, "metric": "Mean[Gy]"},
    "by-n": PHYSICAL
    | {
        "limit_by_n_fractions": {"1": [12, 14], "5": 25, "25": 50},
        "scope": "newest_course",
        "conditions": {"technique": ["stereotactic"]},
        "modalities": ["photon", "proton"],
        "applies_to_related": True,
        "structures": ["ThecalSac"],
    },
}


def toml_value(value: Any) -> str:
    """Return a value as TOML has it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def edition_text(constraints: dict[str, Fields]) -> str:
    """Return an edition file with some constraints; a field that is ``None`` is left out."""
    parts = [HEADER]
    used = {fields.get("recovery") for fields in constraints.values()}
    for name, steps in SCHEDULES.items():
        if name in used:
            rows = [
                {"from_months": start} | ({} if end is None else {"to_months": end}) | {"recovered_fraction": fraction}
                for start, end, fraction in steps
            ]
            parts += ["[[recovery]]", f'id = "{name}"', f'name = "{name}"', 'locator = "none"']
            parts.append(f"step = {toml_value(rows)}")
    for name, fields in constraints.items():
        lines = [
            f"{key} = {toml_value(value)}"
            for key, value in ({"id": f"house.{name}"} | COMMON | fields).items()
            if value is not None
        ]
        parts += ["[[constraint]]", *lines]
    return "\n".join(parts)


def house_edition(constraints: dict[str, Fields]) -> LoadedEdition:
    return parse_edition(edition_text(constraints).encode(), "house.toml", load_library().structures)


def house_library(constraints: dict[str, Fields] | None = None) -> Library:
    """Return a library of these constraints alone; of every one above by default."""
    shipped = load_library()
    chosen = CONSTRAINTS if constraints is None else constraints
    return Library((house_edition(chosen),), shipped.structures, shipped.conventions)


def as_oracle_sees(library: Library) -> list[Fields]:
    """Return the constraints of a library in the format of the oracle."""
    translated = []
    for loaded, constraint in library.constraints():
        conditions = {
            key: value[0] if key == "technique" else value
            for key, value in constraint.conditions.model_dump(exclude_none=True).items()
        }
        schedule = loaded.edition.recovery_of(constraint)
        stated = isinstance(constraint.alpha_beta_gy, float)
        fields: Fields = {
            "id": constraint.id,
            "structures": list(constraint.structures),
            "metric": constraint.metric,
            "scope": constraint.scope,
            "comparison": constraint.comparison,
            "quantity": {"BED": "bed", "EQD2": "eqd2"}.get(constraint.quantity, "physical"),
            # the oracle needs a number; what it then decides tells only where the constraint applies
            "alpha_beta": constraint.alpha_beta_gy if stated else 2,
            "conditions": conditions,
            "modalities": list(constraint.modalities),
            "recovery": schedule
            and [(step.from_months, step.to_months, step.recovered_fraction) for step in schedule.step],
            "applies_to_related": constraint.applies_to_related,
        }
        if constraint.limit is not None:
            fields |= {"limit": constraint.limit[0], "limit_high": constraint.limit[1]}
        else:
            fields["limit_by_n_fractions"] = dict(constraint.limit_by_n_fractions or ())
        translated.append(fields)
    return translated
