"""A small edition that is valid, in parts that a test can spoil one by one."""

from __future__ import annotations

HEADER = """\
schema = "reirrad-edition/1"
id = "own-2020"
title = "A rule set of a clinic"
citation = "Nobody N. Nowhere 2020."
doi = "10.0000/none"
read = "source"
published = "2020"
population = "none"
"""

RECOVERY = """
[[recovery]]
id = "slow"
name = "slow recovery"
acts_on = "prior_dose"
locator = "table 1"
[[recovery.step]]
from_months = 0
to_months = 6
recovered_fraction = 0
[[recovery.step]]
from_months = 6
recovered_fraction = 0.25
"""

_COMMON = """\
kind = "limit"
advisory = false
profile = "point-dose"
structures = ["SpinalCord"]
applies_to_related = false
endpoint = "radiation myelopathy"
metric = "Max[Gy]"
modalities = ["photon"]
lq_at_large_fractions = false
risk_at_limit = "not stated"
read = "source"
locator = "table 2"
comparison = "at_most"
"""

SUM = f"""
[[constraint]]
id = "own-2020.sum"
group = "own"
{_COMMON}scope = "cumulative"
quantity = "EQD2"
alpha_beta_gy = 2
limit = [60, 70]
limit_for = "recovery_adjusted_sum"
conditions = {{ technique = ["stereotactic"] }}
recovery = "slow"
"""

NEWEST = f"""
[[constraint]]
id = "own-2020.newest"
group = "own"
{_COMMON}scope = "newest_course"
quantity = "physical"
limit_by_n_fractions = {{ 1 = 10.0, 5 = [25, 30] }}
conditions = {{ technique = ["stereotactic"] }}
recovery = "none"
"""

SCORE = f"""
[[constraint]]
id = "own-2020.score"
{_COMMON}scope = "score"
quantity = "BED"
alpha_beta_gy = "not stated"
limit = 3
conditions = {{ n_fractions = [1, 5], interval_months = [6, 60] }}
recovery = "none"
[constraint.score]
cumulative_above_gy = [120, 130]
points_per_band = 1
interval_below_months = 6
interval_points = 4.5
course_at_least_gy = 102
course_points = 4.5
[[constraint.score.group]]
name = "low"
up_to_points = 3
rate = "3 %"
locator = "abstract"
[[constraint.score.group]]
name = "middle"
up_to_points = 6
rate = "25 %"
locator = "abstract"
[[constraint.score.group]]
name = "high"
rate = "90 %"
locator = "abstract"
"""

PARTS = {"header": HEADER, "recovery": RECOVERY, "sum": SUM, "newest": NEWEST, "score": SCORE}
GOOD = "".join(PARTS.values())


def spoiled_parts(part: str, *changes: tuple[str, str], parts: dict[str, str] = PARTS) -> dict[str, str]:
    """Return the parts with pieces of text of one of them replaced; each text stands there once."""
    text = parts[part]
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return parts | {part: text}


def spoiled(part: str, old: str, new: str) -> str:
    """Return the edition with one piece of text of one part replaced."""
    return "".join(spoiled_parts(part, (old, new)).values())
