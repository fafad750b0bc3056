"""Cohort tables: many cases as columns, through the same evaluation as a single case.

The module is called like the function that it is named after: ``from reirrad import audit; audit(table)``.
"""

import sys
from types import ModuleType
from typing import Any

from reirrad.audit.findings import Findings, PatientSummary, Quarantined
from reirrad.audit.memory import audit

__all__ = ["Findings", "PatientSummary", "Quarantined", "audit"]


class _CallableModule(ModuleType):
    """A package and its main function share a name; whichever is imported first, the call works."""

    def __call__(self, *args: Any, **kwargs: Any) -> Findings:
        return audit(*args, **kwargs)


sys.modules[__name__].__class__ = _CallableModule
