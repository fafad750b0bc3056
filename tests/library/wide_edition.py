"""A valid edition of every kind of constraint, with ``[common]``, in parts that a test can spoil one by one."""

from __future__ import annotations

HEADER = """\
schema = "reirrad-edition/1"
id = "wide-2020"
title = "A rule set of many kinds"
citation = "Nobody N. Nowhere 2020."
doi = "10.0000/none"
read = "source"
published = "2020"
population = "none"
"""

COMMON = """
# what every constraint has alike
[common]
advisory = false
structures = ["SpinalCord"]
applies_to_related = false
endpoint = "radiation myelopathy"
comparison = "at_most"
modalities = ["photon"]
lq_at_large_fractions = false
risk_at_limit = "not stated"
read = "source"
locator = "table 2"
"""

FADE = """
[[recovery]]
id = "fade"
name = "the dose fades"
acts_on = "prior_dose"
locator = "table 1"
step = [
    { from_months = 0, to_months = 6, recovered_fraction = 0 },
    { from_months = 6, recovered_fraction = 0.25 },
]
"""

RISE = """
[[recovery]]
id = "rise"
name = "the tolerance rises"
acts_on = "tolerance"
locator = "table 1"
[[recovery.step]]
from_months = 0
recovered_fraction = 0
"""

PLAIN = """
[[constraint]]
id = "wide-2020.plain"
kind = "limit"
profile = "point-dose"
metric = "Max[Gy]"
quantity = "BED"
alpha_beta_gy = 2
scope = "cumulative"
limit = 120
limit_for = "undiscounted_sum"
conditions = {}
recovery = "none"
"""

FADED = """
[[constraint]]
id = "wide-2020.faded"
kind = "limit"
profile = "point-dose"
metric = "D0.1cc[Gy]"
quantity = "EQD2"
alpha_beta_gy = 2
scope = "cumulative"
limit = [50, 60]
limit_for = "recovery_adjusted_sum"
conditions = {}
recovery = "fade"
"""

RISEN = """
[[constraint]]
id = "wide-2020.risen"
kind = "limit"
profile = "point-dose"
metric = "Max[Gy]"
quantity = "EQD2"
alpha_beta_gy = 2
scope = "cumulative"
limit = 50
limit_for = "tolerance"
conditions = {}
recovery = "rise"
"""

VOLUME = """
[[constraint]]
id = "wide-2020.volume"
kind = "limit"
profile = "distribution"
metric = "V20Gy[%]"
quantity = "physical"
scope = "newest_course"
limit = 30
conditions = {}
recovery = "none"
"""

MEAN = """
[[constraint]]
id = "wide-2020.mean"
kind = "limit"
profile = "distribution"
metric = "Mean[Gy]"
quantity = "physical"
scope = "each_course"
limit = 20
conditions = {}
recovery = "none"
"""

NEAR = """
[[constraint]]
id = "wide-2020.near"
kind = "limit"
profile = "stated-fact"
metric = "Max[Gy]"
quantity = "physical"
scope = "first_course"
limit_by_n_fractions = { 1 = 10, 3 = 18 }
conditions = { target_distance_mm = [0, 2] }
recovery = "none"
"""

OPEN = """
[[constraint]]
id = "wide-2020.open"
kind = "limit"
profile = "incomplete"
metric = "Max[Gy]"
quantity = "EQD2"
alpha_beta_gy = "not stated"
scope = "cumulative"
limit = 57
limit_for = "undiscounted_sum"
conditions = {}
recovery = "none"
"""

MODEL = """
[[constraint]]
id = "wide-2020.model"
kind = "limit"
profile = "second-opinion"
metric = "Max[Gy]"
quantity = "BED"
alpha_beta_gy = 2
scope = "allowed_bed"
conditions = {}
recovery = "none"
[constraint.cord_model]
risk_percent = 1
single_course_d50_gy = 76.5
single_course_slope = 11.5
retreatment_after_years = [1, 2, 3]
retreatment_d50_gy = [64, 72, 75]
retreatment_slope = [9.5, 10.5, 11]
first_course_of_animals_gy = 44
onset_steepness = 0.15
onset_shift = 0.1
onset_percent = 35
recovery_begins_days = 70
human_risk_percent = 1
human_dose_gy = 55
human_dose_per_fraction_gy = 2
"""

TOLD = """
[[constraint]]
id = "wide-2020.told"
kind = "reference"
profile = "point-dose"
metric = "Max[Gy]"
quantity = "BED"
alpha_beta_gy = 2
scope = "cumulative"
conditions = {}
recovery = "none"
printed = "total BED of 80 to 137 Gy2"
note = \"\"\"
0 of 60 patients.
limit = 137 is no key: it stands in a text. [[constraint]]
\"\"\"
"""

WIDE_PARTS = {
    "header": HEADER, "common": COMMON, "fade": FADE, "rise": RISE, "plain": PLAIN, "faded": FADED, "risen": RISEN,
    "volume": VOLUME, "mean": MEAN, "near": NEAR, "open": OPEN, "model": MODEL, "told": TOLD,
}  # fmt: skip
WIDE = "".join(WIDE_PARTS.values())
