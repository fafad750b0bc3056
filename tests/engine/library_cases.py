"""Cases below, exactly at and above each limit of the library, made in rational arithmetic and without the engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from engine.exact_hits import Plan
from engine.exact_sums import SCHEDULED_GRAY, eqd2, exact_sums
from property.example_cases import FIRST, case, course
from reirrad.library import Library, load_library
from reirrad.library.profile import Profile
from reirrad.model.rule import Conditions, Constraint, Discounted, RaisedTolerance, SumConvention, Undiscounted

Raw = dict[str, Any]
Limit = tuple[Fraction, Fraction]

CORD = {"nieder-2005", "nieder-2006", "hytec-cord-2021"}
LIMITS = {
    constraint.id: (loaded.edition, constraint)
    for loaded, constraint in load_library().constraints()
    if constraint.kind == "limit" and loaded.edition.id not in CORD
}
# fraction sizes of 1.8 to 2 Gy; 59.4 / 33 is 1.8 to the nearest float64
CONVENTIONAL = [("45", 25), ("59.4", 33), ("57", 30), ("50", 25)]
ENOUGH_FOR_ANY_VOLUME = 97.5


@dataclass(frozen=True)
class Made:
    """A case with the value that it was made to have, and the limit that holds for it."""

    raw: Raw
    structure: str
    value: Fraction
    limit: Limit
    undiscounted: Fraction | None = None
    recovered: Fraction | None = None

    def expected(self, comparison: str) -> tuple[str, str | None]:
        """Return status and reason: what lies between the ends of a printed range the source does not decide."""
        low, high = self.limit
        is_met, is_violated = {
            "at_most": (self.value <= low, self.value > high),
            "below": (self.value < low, self.value >= high),
            "at_least": (self.value >= high, self.value < low),
        }[comparison]
        if is_met:
            return "met", None
        return ("violated", None) if is_violated else ("not_evaluated", "source_range")

    def margin(self, comparison: str) -> Fraction:
        low, high = self.limit
        return self.value - high if comparison == "at_least" else low - self.value


def alone(name: str) -> Library:
    """Return the edition of a constraint with that constraint judged."""
    shipped = load_library()
    edition, _ = LIMITS[name]
    loaded = tuple(item for item in shipped.editions if item.edition.id == edition.id)
    library = Library(loaded, shipped.structures, shipped.conventions)
    return library.select(profile=Profile(constraints=frozenset({name})))


def exactly(number: float) -> Fraction:
    """Return the number that a stored float means: its shortest decimal text."""
    return Fraction(repr(number))


def day_after(months: int, days: int = 0) -> str:
    """Return the day so many calendar months and days after the first course ended, on a fifth of February."""
    last = date.fromisoformat(FIRST[3])
    year, month = divmod(last.month - 1 + months, 12)
    return (date(last.year + year, month + 1, last.day) + timedelta(days=days)).isoformat()


def second(start: str, schedule: str, **fields: Any) -> Raw:
    end = (date.fromisoformat(start) + timedelta(days=40)).isoformat()
    return course("second", "proposed", start, end, schedule, **fields)


def table(constraint: Constraint, structure: str, value: Fraction, **facts: Any) -> Raw:
    """Return what a course states of a structure; beside a volume a dose, so that the course gives one for certain."""
    is_volume = constraint.unit in {"%", "cc"}
    point = {"Max[Gy]": ENOUGH_FOR_ANY_VOLUME} if is_volume else {}
    return {structure: {constraint.metric: float(value), "basis": "plan"} | point | facts}


def prescriptions(constraint: Constraint) -> Iterator[tuple[str, int]]:
    """Yield scheduled doses and fraction numbers for which the constraint applies."""
    conditions = constraint.conditions
    if conditions.fraction_size_gy is not None:
        assert conditions.fraction_size_gy == (1.8, 2)
        assert (conditions.n_fractions, conditions.scheduled_dose_gy) == (None, None)
        yield from CONVENTIONAL
        return
    doses = [SCHEDULED_GRAY] if conditions.scheduled_dose_gy is None else [f"{end:g}" for end in spread(conditions)]
    numbers = [n for n, _ in constraint.limit_by_n_fractions or ()]
    if conditions.n_fractions is not None:
        fewest, most = conditions.n_fractions
        numbers = list(range(fewest, most + 1))
    assert numbers
    yield from ((dose, n) for n in numbers for dose in doses)


def spread(conditions: Conditions) -> list[float]:
    assert conditions.scheduled_dose_gy is not None
    lowest, highest = conditions.scheduled_dose_gy
    return [lowest, (lowest + highest) / 2, highest]


def limit_of(constraint: Constraint, n_fractions: int) -> Limit:
    rows = dict(constraint.limit_by_n_fractions or ())
    ends = rows[n_fractions] if rows else constraint.limit
    assert ends is not None
    return exactly(ends[0]), exactly(ends[1])


def around(limit: Limit, step: Fraction) -> list[Fraction]:
    return sorted({end + more for end in limit for more in (-step, 0, step)})


def of_one_course(constraint: Constraint) -> Iterator[Made]:
    """Yield cases of two courses whose other one is beyond the limit and does not count."""
    is_first = constraint.scope == "first_course"
    assert constraint.quantity == "physical"
    assert constraint.conditions.interval_months is None
    step = Fraction(1, 10) if constraint.unit in {"%", "cc"} else Fraction(1, 100)
    technique = (constraint.conditions.technique or ("conventional",))[0]
    for structure in constraint.structures:
        for dose, n in prescriptions(constraint):
            limit = limit_of(constraint, n)
            other = table(constraint, structure, limit[0] / 2 if constraint.comparison == "at_least" else limit[1] + 3)
            for value in around(limit, step):
                judged: Raw = {"technique": technique, "dose": table(constraint, structure, value)}
                schedule = f"{dose} Gy / {n}"
                if is_first:
                    courses = course(*FIRST, schedule, **judged), second("2015-01-05", "70 Gy / 35", dose=other)
                else:
                    courses = course(*FIRST, "70 Gy / 33", dose=other), second("2015-01-05", schedule, **judged)
                yield Made(case([structure], *courses), structure, value, limit)


def moments(conditions: Conditions, convention: SumConvention) -> Iterator[tuple[str, Fraction]]:
    """Yield days on which the second course may begin, and what has recovered by then: the ends of each bin."""
    bins: list[tuple[float, float | None, float]] = [(0.0, None, 0.0)]
    if not isinstance(convention, Undiscounted):
        bins = [(step.from_months, step.to_months, step.recovered_fraction) for step in convention.schedule.step]
        assert conditions.interval_months is None
    elif conditions.interval_months is not None:
        lowest, end = conditions.interval_months
        bins = [(lowest, None if end == float("inf") else end, 0.0)]
    for lowest, until, fraction in bins:
        yield day_after(int(lowest), days=0 if lowest else 1), exactly(fraction)
        yield day_after(int(lowest) + 240) if until is None else day_after(int(until), days=-1), exactly(fraction)


def of_a_sum(constraint: Constraint, convention: SumConvention) -> Iterator[Made]:
    """Yield cases of two courses whose EQD2 adds up to the limit, a centigray less and a centigray more."""
    conditions = constraint.conditions
    assert constraint.quantity == "EQD2"
    assert (conditions.technique, conditions.n_fractions, conditions.fraction_size_gy) == (None, None, None)
    assert isinstance(constraint.alpha_beta_gy, float)
    alpha_beta = exactly(constraint.alpha_beta_gy)
    distance = {} if conditions.target_distance_mm is None else {"target_distance_mm": conditions.target_distance_mm[0]}
    number = 0
    for start, recovered in moments(conditions, convention):
        discount = recovered if isinstance(convention, Discounted) else Fraction(0)
        raised = 1 + recovered if isinstance(convention, RaisedTolerance) else Fraction(1)
        low, high = (end * raised for end in limit_of(constraint, 0))
        for total in sorted({low, high}):
            for first, newest in exact_sums(total, alpha_beta, discount):
                structure = constraint.structures[number % len(constraint.structures)]
                number += 1
                for more in (-1, 0, 1):
                    given = Plan(newest.centigray + more, newest.fractions)
                    prior = table(constraint, structure, Fraction(first.centigray, 100))
                    judged = table(constraint, structure, Fraction(given.centigray, 100), **distance)
                    raw = case(
                        [structure],
                        course(*FIRST, f"{SCHEDULED_GRAY} Gy / {first.fractions}", dose=prior),
                        second(start, f"{SCHEDULED_GRAY} Gy / {given.fractions}", dose=judged),
                    )
                    doses = eqd2(first, alpha_beta), eqd2(given, alpha_beta)
                    is_discounted = isinstance(convention, Discounted)
                    yield Made(
                        raw,
                        structure,
                        value=(1 - discount) * doses[0] + doses[1],
                        limit=(low, high),
                        undiscounted=sum(doses, Fraction(0)) if is_discounted else None,
                        recovered=discount if is_discounted else None,
                    )


def is_decided(constraint: Constraint) -> bool:
    """Whether stated values decide it: no volume or mean of a sum, an alpha/beta that is stated, and no model."""
    is_summable = constraint.scope != "cumulative" or not constraint.metric.startswith(("V", "CV", "Mean"))
    return is_summable and constraint.alpha_beta_gy != "not stated" and constraint.cord_model is None


def made_for(name: str) -> list[Made]:
    """Return the cases of a limit."""
    edition, constraint = LIMITS[name]
    if constraint.scope == "cumulative":
        return list(of_a_sum(constraint, edition.convention_of(constraint)))
    return list(of_one_course(constraint))
