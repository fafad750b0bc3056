"""In which order the metrics of one structure must be: a dose is not above what bounds it, nor a volume."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from reirrad.errors import Problem
from reirrad.model.metric import Metric, MetricKind

#: A metric as read: what it is, its range in Gy (of a volume, as it stands), its path in the file.
Read = tuple[Metric, tuple[Decimal, Decimal], str]


def _contradictions(doses: list[Read]) -> Iterator[tuple[int, int]]:
    """Yield the places of two metrics that contradict each other: for each, the tightest of each kind that bounds it.

    Not every pair: a structure may have metrics by the thousand, one for each point of a histogram.
    """
    kinds: dict[MetricKind, list[int]] = {}
    for place, (metric, _, _) in enumerate(doses):
        kinds.setdefault(metric.kind, []).append(place)
    for kind, places in kinds.items():
        # in rising size: what stands before bounds what follows; without a size each kind is one metric
        rising = sorted(places, key=lambda place: doses[place][0].size or Decimal(0))
        for of_others, others in kinds.items():
            if of_others is kind:
                yield from _falling(doses, rising)
                continue
            tightest = min(places, key=lambda place: doses[place][1][1])
            for other in others:
                if doses[tightest][0].bounds_from_above(doses[other][0]) and doses[other][1][0] > doses[tightest][1][1]:
                    yield tightest, other


def _falling(doses: list[Read], rising: list[int]) -> Iterator[tuple[int, int]]:
    """Yield contradictions among metrics of one kind, in rising size."""
    tightest = rising[0]
    for place in rising[1:]:
        if doses[tightest][0].bounds_from_above(doses[place][0]) and doses[place][1][0] > doses[tightest][1][1]:
            yield tightest, place
        if doses[place][1][1] < doses[tightest][1][1]:
            tightest = place


def order_of_metrics(doses: list[Read], *, is_uniform: bool) -> Iterator[Problem]:
    """Yield doses of one structure that are above what bounds them, and a prescription that is not one dose."""
    for larger_at, smaller_at in sorted(_contradictions(doses)):
        (larger, (_, most), _), (smaller, (least, _), path) = doses[larger_at], doses[smaller_at]
        yield Problem(
            path,
            f"{smaller.label} is above {larger.label}, which cannot be",
            f"{least:f} Gy above {most:f} Gy",
            hint="were the two swapped?",
        )
    if is_uniform and len({bounds for _, bounds, _ in doses}) > 1:
        what = 'with basis = "prescription" the dose is uniform, but the metrics differ'
        yield Problem(doses[0][2], what, hint="give one metric")


def order_of_volumes(volumes: list[Read]) -> Iterator[Problem]:
    """Yield volumes that receive more dose and are larger: read from one curve they cannot be."""
    curves: dict[str, list[tuple[Decimal, Read]]] = {}
    for item in volumes:
        curve = item[0].place_on_curve
        if curve is not None:
            curves.setdefault(curve[0], []).append((curve[1], item))
    for items in curves.values():
        items.sort(key=lambda placed: placed[0])
        smallest: Read | None = None
        for _, of_one_dose in groupby(items, key=lambda placed: placed[0]):
            same = [item for _, item in of_one_dose]
            if smallest is not None:
                before, (_, bound), _ = smallest
                for metric, (least, _), path in same:
                    if least > bound:
                        what = f"{metric.label} is above {before.label}, which cannot be"
                        yield Problem(path, what, f"{least:f} above {bound:f}", hint="were the two swapped?")
                # of those that are as small, the one at the smallest dose is told
                same.insert(0, smallest)
            smallest = min(same, key=lambda item: item[1][1])
