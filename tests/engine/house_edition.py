"""An edition for tests only, with what the shipped ones do not use: recovery, strict comparisons, printed ranges.

Its numbers mean nothing clinically; they lie where the generated cases are near.
"""

from dataclasses import replace
from typing import Any

from reirrad.library import Library, LoadedEdition, Profile, load_library
from reirrad.library.edition_file import parse_edition

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
    # a step within days
    "days": [(0, 0.1, 0.0), (0.1, None, 0.5)],
    # a step within a month
    "halves": [(0, 4.5, 0.1), (4.5, None, 0.2)],
    "all": [(0, 24, 0.0), (24, None, 1.0)],
    "raised": [(0, 6, 0.0), (6, 12, 0.25), (12, None, 0.5)],
    "raised-gap": [(3, 9, 0.1), (12, 24, 0.35)],
}

#: Schedules that raise the tolerance.
TOLERANCE = {"raised", "raised-gap"}

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
DISTRIBUTION: Fields = {"profile": "distribution"}
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
    "later-open": EQD2 | {"limit": 85, "conditions": {"interval_months": [9, float("inf")]}},
    "later": {"limit": 120, "conditions": {"interval_months": [6, 12]}, "recovery": "steps"},
    "mixed": EQD2 | {"limit": 70, "modalities": ["photon", "proton"]},
    "silent": {"limit": 120, "alpha_beta_gy": "not stated", "profile": "incomplete"},
    "silent-course": {
        "limit": 98,
        "alpha_beta_gy": "not stated",
        "profile": "incomplete",
        "scope": "each_course",
        "conditions": {"technique": ["conventional"]},
    },
    "mean": PHYSICAL | DISTRIBUTION | {"limit": 30, "metric": "Mean[Gy]", "scope": "newest_course"},
    "mean-sum": DISTRIBUTION | {"limit": 60, "metric": "Mean[Gy]"},
    "mean-converted": DISTRIBUTION | {"limit": 60, "metric": "Mean[Gy]", "scope": "each_course"},
    "volume": PHYSICAL | DISTRIBUTION | {"limit": 30, "metric": "V20Gy[%]", "scope": "each_course"},
    "volume-first": PHYSICAL | DISTRIBUTION | {"limit": [10, 30], "metric": "V20Gy[%]", "scope": "first_course"},
    "volume-sum": EQD2 | DISTRIBUTION | {"limit": 30, "metric": "V20Gy[%]"},
    "raised": EQD2 | {"limit": 50, "recovery": "raised"},
    "raised-gap": {"limit": 110, "recovery": "raised-gap", "comparison": "below"},
    "usual-size": PHYSICAL
    | {"limit": 45, "scope": "first_course", "conditions": {"fraction_size_gy": [1.8, 2.0]}, "comparison": "below"},
    "newest-size": {"limit": 90, "scope": "newest_course", "conditions": {"fraction_size_gy": [2.0, 3.0]}},
    "scheduled": {"limit": 98, "scope": "each_course", "conditions": {"scheduled_dose_gy": [30, 50]}},
    "near-target": EQD2
    | {"limit": 55, "conditions": {"target_distance_mm": [0, 2]}, "profile": "stated-fact", "recovery": "steps"},
    "far-course": {
        "limit": 60,
        "scope": "each_course",
        "conditions": {"target_distance_mm": [1.5, 10]},
        "profile": "stated-fact",
    },
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
    constraints = {name: _limit_for(COMMON | fields) | fields for name, fields in constraints.items()}
    for name, steps in SCHEDULES.items():
        if name in used:
            rows = [
                {"from_months": start} | ({} if end is None else {"to_months": end}) | {"recovered_fraction": fraction}
                for start, end, fraction in steps
            ]
            acts_on = "tolerance" if name in TOLERANCE else "prior_dose"
            parts += [
                "[[recovery]]",
                f'id = "{name}"',
                f'name = "{name}"',
                f'acts_on = "{acts_on}"',
                'locator = "none"',
            ]
            parts.append(f"step = {toml_value(rows)}")
    for name, fields in constraints.items():
        lines = [
            f"{key} = {toml_value(value)}"
            for key, value in ({"id": f"house.{name}"} | COMMON | fields).items()
            if value is not None
        ]
        parts += ["[[constraint]]", *lines]
    return "\n".join(parts)


def _limit_for(fields: Fields) -> Fields:
    """Return which sum the limit of a constraint is for, by its recovery."""
    if fields["scope"] != "cumulative":
        return {}
    if fields["recovery"] == "none":
        return {"limit_for": "undiscounted_sum"}
    return {"limit_for": "tolerance" if fields["recovery"] in TOLERANCE else "recovery_adjusted_sum"}


def house_edition(constraints: dict[str, Fields]) -> LoadedEdition:
    """Return an edition of these constraints; the lint refuses lower limits of doses, which the engine can judge."""
    lower = {
        f"house.{name}": fields["comparison"]
        for name, fields in constraints.items()
        if fields.get("comparison") in ("at_least", "above")
        and fields.get("scope") != "interval"
        and not str(fields.get("metric")).startswith("CV")
    }
    linted = {
        name: fields | ({"comparison": "at_most"} if f"house.{name}" in lower else {})
        for name, fields in constraints.items()
    }
    loaded = parse_edition(edition_text(linted).encode(), "house.toml", load_library().structures)
    turned = tuple(replace(rule, comparison=lower.get(rule.id, rule.comparison)) for rule in loaded.edition.constraint)
    return replace(loaded, edition=replace(loaded.edition, constraint=turned)) if lower else loaded


def house_library(constraints: dict[str, Fields] | None = None) -> Library:
    """Return a library of these constraints alone; of every one above by default."""
    shipped = load_library()
    chosen = CONSTRAINTS if constraints is None else constraints
    library = Library((house_edition(chosen),), shipped.structures, shipped.conventions)
    judged = frozenset({"point-dose", "stated-fact", "distribution", "incomplete"})
    # what depends on a stated fact is judged where it is stated, as by default
    return library.select(profile=Profile("house", judged))
