"""Limits on BED at another alpha/beta than their own."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from reirrad.engine.convert import exact
from reirrad.engine.judge import Judge
from reirrad.radiobiology.lq import EQD2_REFERENCE_DOSE_GY, bed_expression


def in_2_gy_fractions(judge: Judge, alpha_beta_gy: float) -> Judge:
    """Return the judge with a limit on BED as the EQD2 that it is; BED = EQD2 (1 + 2 Gy / (alpha/beta))."""
    constraint = judge.constraint
    if constraint.quantity != "BED":
        return judge
    reference = Fraction(EQD2_REFERENCE_DOSE_GY)
    bed_of_a_gray = Fraction(
        bed_expression(total_dose_gy=reference, n_fractions=1, alpha_beta_gy=exact(alpha_beta_gy)) / reference
    )

    def as_eqd2(number: float) -> float:
        return float(exact(number) / bed_of_a_gray)

    score, limit, by_n = constraint.score, constraint.limit, constraint.limit_by_n_fractions
    if score is not None:
        edges = tuple(map(as_eqd2, score.cumulative_above_gy))
        score = replace(score, cumulative_above_gy=edges, course_at_least_gy=as_eqd2(score.course_at_least_gy))
    # points and shares are no doses
    if constraint.scope not in {"score", "share"}:
        limit = limit and (as_eqd2(limit[0]), as_eqd2(limit[1]))
        by_n = by_n and tuple((n, (as_eqd2(low), as_eqd2(high))) for n, (low, high) in by_n)
    changed = replace(constraint, quantity="EQD2", limit=limit, limit_by_n_fractions=by_n, score=score)
    return Judge(judge.view, changed, judge.convention, strict=judge.strict)
