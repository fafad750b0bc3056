"""Blocks of one constraint over small cases, and what is asked of them."""

from typing import Any

from engine.house_edition import MONTHS, Fields, house_library
from property.example_cases import case, cord, course
from reirrad import parse_case
from reirrad.engine.evaluate import Block, evaluate
from reirrad.engine.from_cases import prepare
from reirrad.library.alternatives import AlphaBetaInterval, Alternatives, OtherSchedule
from reirrad.model.rule import ActsOn, RecoverySchedule, RecoveryStep

Raw = dict[str, Any]
FIRST = course("first", "delivered", "2019-07-29", "2019-08-30", "20 Gy / 10", dose=cord(20))
PLAN = course("plan", "proposed", "2020-09-07", "2020-09-18", "20 Gy / 10", dose=cord(20))
WAIT = MONTHS | {"limit": 6, "comparison": "at_least"}


def schedule(name: str, recovered: float, acts_on: ActsOn = "prior_dose") -> OtherSchedule:
    step = RecoveryStep(from_months=0, recovered_fraction=recovered)
    return OtherSchedule(
        name, RecoverySchedule(id=name, name=name, acts_on=acts_on, locator="l", step=(step,)), "s", "l"
    )


def interval(low: float, high: float, *structures: str, name: str = "published") -> AlphaBetaInterval:
    return AlphaBetaInterval(name, "none", structures, (low + high) / 2, low, high, "none", "source")


ALTERNATIVES = Alternatives((3, 5), 50, (), (schedule("half", 0.5), schedule("risen", 0.25, "tolerance")))


def block_of(fields: Fields, *raws: Raw, strict: bool = False) -> Block:
    library = house_library({"mine": fields | {"structures": ["SpinalCord"]}})
    batch = prepare([parse_case(raw) for raw in raws], library).batch
    (block,) = evaluate(batch, library, strict=strict, before=False)
    return block


ELSEWHERE = case(["Rectum"], FIRST | {"end": "2020-01-10/2020-03-20", "dose": cord(20, "Rectum")})


def planned(dose: Any = 20, *, metric: str = "Max[Gy]", **fields: Any) -> Raw:
    return case(["SpinalCord"], FIRST, PLAN | {"dose": cord(dose, metric=metric)} | fields)
