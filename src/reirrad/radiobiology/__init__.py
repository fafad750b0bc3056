"""Equations of radiobiology: pure functions of arrays, without any clinical number."""

from reirrad.radiobiology.days import incomplete_repair_range_exact
from reirrad.radiobiology.fractionation import bed_lql, incomplete_repair_factor, incomplete_repair_factor_exact
from reirrad.radiobiology.lq import bed, dose_per_fraction, eqd2, eqdx
from reirrad.radiobiology.recovery import recovered_fraction_range, residual

__all__ = [
    "bed",
    "bed_lql",
    "dose_per_fraction",
    "eqd2",
    "eqdx",
    "incomplete_repair_factor",
    "incomplete_repair_factor_exact",
    "incomplete_repair_range_exact",
    "recovered_fraction_range",
    "residual",
]
