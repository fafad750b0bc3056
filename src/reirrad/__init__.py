"""A radiotherapy dose-constraint checker for re-irradiation.

>>> from reirrad import eqd2
>>> float(eqd2(total_dose_gy=30, n_fractions=10, alpha_beta_gy=2))
37.5
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from reirrad.audit.budgets import budgets
    from reirrad.audit.memory import audit as audit
    from reirrad.audit.sensitivities import sensitivities
    from reirrad.engine.check import check
    from reirrad.engine.planning.budget import budget
    from reirrad.engine.planning.sensitivity import sensitivity
    from reirrad.ingest import load_case, parse_case
    from reirrad.library import load_library
    from reirrad.radiobiology import bed, dose_per_fraction, eqd2, eqdx

_HOMES = {
    "bed": "reirrad.radiobiology",
    "budget": "reirrad.engine.planning.budget",
    "budgets": "reirrad.audit.budgets",
    "check": "reirrad.engine.check",
    "dose_per_fraction": "reirrad.radiobiology",
    "eqd2": "reirrad.radiobiology",
    "eqdx": "reirrad.radiobiology",
    "load_case": "reirrad.ingest",
    "load_library": "reirrad.library",
    "parse_case": "reirrad.ingest",
    "sensitivities": "reirrad.audit.sensitivities",
    "sensitivity": "reirrad.engine.planning.sensitivity",
}

__all__ = [
    "__version__",
    "audit",
    "bed",
    "budget",
    "budgets",
    "check",
    "dose_per_fraction",
    "eqd2",
    "eqdx",
    "load_case",
    "load_library",
    "parse_case",
    "sensitivities",
    "sensitivity",
]


def __dir__() -> list[str]:
    """Return the names of the API, too: what is imported at its first use is no name of the module yet."""
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: a calculator needs no models, a reader no engine."""
    from importlib import import_module

    if name == "audit":  # a package, too: called, it is the function
        return import_module("reirrad.audit")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
