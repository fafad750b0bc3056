"""What a budget prints of a dose: total and dose per fraction, each rounded down and no further."""

from __future__ import annotations

from typing import Any

import pytest

from reirrad.model.budget import Budget, BudgetRow
from reirrad.model.finding import InputDigest
from reirrad.report.budget_text import _editions, budget_blocks
from reirrad.report.plain import plain_text


# 9.04 / 1 = 9.04; 0.29 / 1 = 0.29; 16.22 / 3 = 5.406...; 1.2 / 40 = 0.03
@pytest.mark.parametrize(
    ("total_gy", "n", "printed"),
    [(9.04, 1, "9.04 (9.04)"), (0.29, 1, "0.29 (0.29)"), (16.22, 3, "16.22 (5.40)"), (1.2, 40, "1.20 (0.03)")],
)
def test_dose_per_fraction_is_that_of_the_total(total_gy: float, n: int, printed: str) -> None:
    row = BudgetRow(
        structure="SpinalCord",
        constraint_id="a.sum",
        edition="a",
        n_fractions=n,
        state="bounded",
        max_total_dose_gy=total_gy,
        max_dose_per_fraction_gy=total_gy / n,
        binding=True,
        reason=None,
        source="a",
        locator="table 1",
        metric="Max[Gy]",
        advisory=False,
        interval_months=None,
    )
    budget = Budget(
        case_id="a",
        rows=(row,),
        unmapped_structures=(),
        left_out=(),
        unanswered=(),
        groups_in_part=(),
        notes=(),
        editions=(),
        input=InputDigest(sha256="0"),
        reirrad_version="0",
    )
    assert f"*{printed}" in plain_text(budget_blocks(budget))


def test_editions_that_leave_the_same() -> None:
    common: dict[str, Any] = {
        "structure": "SpinalCord",
        "n_fractions": 5,
        "binding": False,
        "reason": None,
        "source": "",
        "locator": "",
    }
    common |= {"metric": "Max[Gy]", "advisory": False, "interval_months": None, "max_dose_per_fraction_gy": None}

    def row(edition: str, dose: float | None, **more: Any) -> BudgetRow:
        of = common | {"edition": edition, "constraint_id": f"{edition}.a", "max_total_dose_gy": dose}
        return BudgetRow(**{"state": "none" if dose is None else "bounded"} | of | more)

    assert _editions(5, [row("a", None), row("b", None)]) == "5 fractions: every edition that sets a bound leaves 0 Gy"
    assert (
        _editions(5, [row("a", 9.04), row("b", 9.04)]) == "5 fractions: every edition that sets a bound leaves 9.04 Gy"
    )
    assert _editions(1, [row("a", None)]) == "1 fraction: a leaves 0 Gy"
    told = _editions(1, [row("a", 9.04), row("b", None)])
    assert told == "1 fraction: most restrictive b (0 Gy), most permissive a (9.04 Gy)"
    # what could not be evaluated may leave less; an advisory limit leaves what it leaves
    unknown = row("c", None, state="not_evaluated", reason="order_unknown")
    open_ = "; not every limit of c could be evaluated: what is left may be less"
    assert _editions(1, [row("a", 9.04), unknown]) == f"1 fraction: a leaves 9.04 Gy{open_}"
    assert _editions(1, [row("a", 9.04), row("b", None), unknown]) == told + open_
    assert _editions(1, [row("a", 2.0), row("b", 2.0), unknown, unknown]) == (
        f"1 fraction: every edition that sets a bound leaves 2 Gy{open_}"
    )
    assert _editions(1, [unknown]) == "1 fraction: no edition sets a bound that could be evaluated"
    advisory = row("c", None, state="not_evaluated", reason="order_unknown", advisory=True)
    assert _editions(1, [row("a", 9.04), advisory]) == "1 fraction: a leaves 9.04 Gy"
