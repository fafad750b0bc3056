"""Cases beside the published ones: each kind of statement a case may make, and cases that are hard to take apart."""

from typing import Any

Raw = dict[str, Any]


def course(name: str, role: str, start: Any, end: Any, schedule: str | None, **more: Any) -> Raw:
    """Return a conventional photon course; a field that is ``None`` is left out."""
    fields = {
        "id": name,
        "role": role,
        "modality": "photon",
        "technique": "conventional",
        "start": start,
        "end": end,
        "fractions_per_day": 1,
        "schedule": schedule,
    } | more
    return {key: value for key, value in fields.items() if value is not None}


def case(structures: list[str], *courses: Raw, **more: Any) -> Raw:
    """Return a case with a complete history."""
    delivered = sum(item["role"] == "delivered" for item in courses)
    fixed = {"schema": "reirrad-case/1", "case_id": "example", "prior_radiotherapy": "complete"}
    return fixed | {"prior_courses": delivered, "structures": structures, "course": list(courses)} | more


def cord(dose: Any, structure: str = "SpinalCord", basis: str | None = "plan", metric: str = "Max[Gy]") -> Raw:
    return {structure: {metric: dose} | ({"basis": basis} if basis else {})}


FIRST = ("first", "delivered", "2010-01-04", "2010-02-05")
SECOND = ("second", "proposed", "2015-01-05", "2015-03-06")

# 20 Gy2 + 40 Gy2, five years apart
MET = case(
    ["SpinalCord"],
    course(*FIRST, "10 Gy / 5", dose=cord(10), note="adjuvant"),
    course(*SECOND, "20 Gy / 10", dose=cord(20)),
    age_years=60,
)
# EQD2 of the sac: 40 + 10 (1 + 2/2) / 2 = 50 <= 70; the second 10 <= 25, a fifth <= one half; 59 months
MET_STEREOTACTIC = case(
    ["ThecalSac"],
    course(*FIRST, "40 Gy / 20", dose=cord(40, "ThecalSac")),
    course(*SECOND, "10 Gy / 5", technique="stereotactic", dose=cord(10, "ThecalSac")),
)
# EQD2: 50 + 27 (1 + 9/2) / 2 = 124.25 > 70
VIOLATED_STEREOTACTIC = case(
    ["ThecalSac", "SpinalCord"],
    course(*FIRST, "50 Gy / 25", dose=cord([48, 50], "ThecalSac") | cord(49)),
    course(*SECOND, "27 Gy / 3", technique="stereotactic", dose=cord(27, "ThecalSac") | cord(26)),
)
# 10 (1 + 2/2) + 24 (1 + (1 + 2 ** -1.5) 1.2/2) + 10 (1 + (1 + 2 ** -1.5) 1/2) is about 80 Gy2
PHASES_TWICE_DAILY = case(
    ["SpinalCord"],
    course(*FIRST, "10 Gy / 5", dose=cord(10)),
    course(
        *SECOND,
        None,
        fractions_per_day=2,
        hours_between_fractions=6,
        n_phases=2,
        phase=[{"schedule": "24 Gy / 20", "dose": cord(24)}, {"schedule": "10 Gy / 10", "dose": cord(10)}],
    ),
    repair_half_time_h={"SpinalCord": 4},
)
PARTIAL_DATES = case(
    ["SpinalCord_Lum", "CaudaEquina"],
    course(
        "first", "delivered", "2010", "2010", "5000 cGy / 25",
        fractions_delivered=20, dose_of="planned", dose=cord(5000, "SpinalCord_Lum", metric="Max[cGy]"),
    ),
    course("second", "delivered", "2016-11/..", None, "60 Gy / 30", dose=cord(60, "SpinalCord_Lum", "prescription")),
    point_maximum="D0.03cc[Gy]",
)  # fmt: skip
STATED_MONTHS = case(
    ["SpinalCord"],
    course("first", "delivered", None, None, "30 Gy / 15", dose=cord(30)),
    course("second", "delivered", None, None, "20 Gy / 10", months_since_previous=3, dose=cord(20)),
    course("third", "proposed", None, None, "30 Gy / 10", months_since_previous=9, dose=cord(30)),
)
NOT_COMPLETE = MET | {"prior_radiotherapy": "partial"}
BOUNDED = case(
    ["SpinalCanal", "SpinalCord", "ThecalSac"],
    course(*FIRST, "20 Gy / 10", dose=cord(20, "SpinalCanal") | cord(15, metric="D0.1cc[Gy]")),
    course(*SECOND, "25 Gy / 5", technique="stereotactic", dose=cord(24) | cord(25, "SpinalCanal")),
)
CASES = {
    "met": MET,
    "met stereotactic": MET_STEREOTACTIC,
    "violated stereotactic": VIOLATED_STEREOTACTIC,
    "phases twice daily": PHASES_TWICE_DAILY,
    "partial dates": PARTIAL_DATES,
    "stated months": STATED_MONTHS,
    "not complete": NOT_COMPLETE,
    "bounded": BOUNDED,
}

# Cases that may look better with less in them.
SMALL = course(*FIRST, "20 Gy / 10", dose=cord(20))
CANAL_AND_CORD = ["SpinalCanal", "SpinalCord"]
CONTRADICTION = case(CANAL_AND_CORD, SMALL, course(*SECOND, "60 Gy / 30", dose=cord(20.5, "SpinalCanal") | cord(60)))
PRESCRIPTION_CONTRADICTION = case(
    CANAL_AND_CORD,
    SMALL,
    course(*SECOND, "60 Gy / 30", dose=cord(30, "SpinalCanal") | cord(60, basis="prescription")),
)
TWO_MAXIMA = case(
    ["SpinalCord"],
    SMALL,
    course(*SECOND, "60 Gy / 30", dose={"SpinalCord": {"Max[Gy]": 60, "D0.03cc[Gy]": 45}}),
    point_maximum="D0.03cc[Gy]",
)
BASIS = case(CANAL_AND_CORD, SMALL, course(*SECOND, "30 Gy / 15", dose=cord(30, "SpinalCanal", "prescription")))
LOOSE_RANGE = case(
    CANAL_AND_CORD,
    SMALL,
    course(*SECOND, "30 Gy / 15", dose=cord(30, "SpinalCanal") | cord([20, 80])),
)
