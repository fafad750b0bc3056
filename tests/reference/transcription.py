"""A second transcription of the shipped constraints, typed from the publications' numbers and not from the package.

The numbers are strings or whole numbers, so that nothing is rounded. The keys are explained in
reirrad.selftest.oracle.findings.
"""

from typing import Any

CERVICAL_AND_THORACIC = ["SpinalCord", "SpinalCord_Cerv", "SpinalCord_Thor"]
LUMBAR = ["SpinalCord_Lum"]


def constraint(**fields: Any) -> dict[str, Any]:
    common = {"metric": "Max[Gy]", "modalities": ["photon"], "recovery": None, "advisory": False, "group": None}
    return common | fields


# Nieder 2005, DOI 10.1016/j.ijrobp.2004.06.016: points of the cumulative BED, the interval and the single courses
SCORE_POINTS = {
    "bands": [(120, 1), (130, 2), (140, 3), (150, 4), (160, 5), (170, 6), (180, 7), (190, 8), (200, 9)],
    "interval": (6, "4.5"),
    "course": (102, "4.5"),
}


def nieder_score(**fields: Any) -> dict[str, Any]:
    return constraint(scope="score", quantity="bed", comparison="at_most", limit=3, score=SCORE_POINTS, **fields)


# Nieder 2006, DOI 10.1016/j.ijrobp.2006.07.1383: three conditions that hold together
def nieder_cumulative(**fields: Any) -> dict[str, Any]:
    return constraint(scope="cumulative", quantity="bed", comparison="at_most", limit="135.5", **fields)


def nieder_course(**fields: Any) -> dict[str, Any]:
    return constraint(scope="each_course", quantity="bed", comparison="at_most", limit=98, **fields)


def nieder_interval(**fields: Any) -> dict[str, Any]:
    return constraint(scope="interval", comparison="at_least", limit=6, **fields)


NIEDER: list[dict[str, Any]] = [
    nieder_score(id="nieder-2005.score", structures=CERVICAL_AND_THORACIC, alpha_beta=2),
    nieder_cumulative(id="nieder-2006.cumulative", group="nieder-2006", structures=CERVICAL_AND_THORACIC, alpha_beta=2),
    nieder_course(id="nieder-2006.course", group="nieder-2006", structures=CERVICAL_AND_THORACIC, alpha_beta=2),
    nieder_interval(id="nieder-2006.interval", group="nieder-2006", structures=CERVICAL_AND_THORACIC),
]
# alpha/beta 2 decides for the lumbar cord too; alpha/beta 4 is only shown beside it.
NIEDER_LUMBAR: list[dict[str, Any]] = [
    nieder_score(id="nieder-2005-lumbar.score", structures=LUMBAR, alpha_beta=2),
    nieder_cumulative(id="nieder-2006-lumbar.cumulative", group="nieder-2006-lumbar", structures=LUMBAR, alpha_beta=2),
    nieder_course(id="nieder-2006-lumbar.course", group="nieder-2006-lumbar", structures=LUMBAR, alpha_beta=2),
    nieder_interval(id="nieder-2006-lumbar.interval", group="nieder-2006-lumbar", structures=LUMBAR),
    nieder_score(id="nieder-2005-lumbar.score-ab4", structures=LUMBAR, alpha_beta=4, advisory=True),
    nieder_cumulative(id="nieder-2006-lumbar.cumulative-ab4", structures=LUMBAR, alpha_beta=4, advisory=True),
    nieder_course(id="nieder-2006-lumbar.course-ab4", structures=LUMBAR, alpha_beta=4, advisory=True),
]


# HyTEC 2021, DOI 10.1016/j.ijrobp.2019.09.038
def hytec_reirradiation(**fields: Any) -> dict[str, Any]:
    return constraint(
        group="hytec-cord-2021",
        structures=["ThecalSac"],
        applies_to_related=True,
        conditions={"technique": "stereotactic"},
        **fields,
    )


def hytec_eqd2(**fields: Any) -> dict[str, Any]:
    return hytec_reirradiation(quantity="eqd2", alpha_beta=2, comparison="at_most", **fields)


HYTEC: list[dict[str, Any]] = [
    hytec_eqd2(id="hytec-cord-2021.cumulative", scope="cumulative", limit=70),
    hytec_eqd2(id="hytec-cord-2021.newest-course", scope="newest_course", limit=25),
    hytec_eqd2(id="hytec-cord-2021.share", scope="share", limit="0.5"),
    hytec_reirradiation(id="hytec-cord-2021.interval", scope="interval", comparison="at_least", limit=5),
    constraint(
        id="hytec-cord-2021.first-course",
        scope="first_course",
        structures=[
            "SpinalCord",
            "SpinalCord_Cerv",
            "SpinalCord_Thor",
            "SpinalCord_Lum",
            "SpinalCord_Sac",
            "ThecalSac",
        ],
        quantity="physical",
        comparison="at_most",
        limit_by_n_fractions={1: ("12.4", "14.0"), 2: "17.0", 3: "20.3", 4: "23.0", 5: "25.3"},
        conditions={"technique": "stereotactic"},
    ),
]

CONSTRAINTS: list[dict[str, Any]] = NIEDER + NIEDER_LUMBAR + HYTEC
