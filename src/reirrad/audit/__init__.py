"""Cohort tables: many cases as columns, through the same evaluation as a single case.

The module is called like the function that it is named after: ``from reirrad import audit; audit(table)``.
"""

import sys
from importlib import import_module
from inspect import signature
from types import ModuleType
from typing import TYPE_CHECKING, Any

from reirrad.audit.findings import Findings, PatientSummary, Quarantined
from reirrad.audit.memory import audit
from reirrad.errors import MissingExtraError, how_to_install

if TYPE_CHECKING:
    from reirrad.audit.as_json import findings_as_json
    from reirrad.audit.bucket import BucketResult, BucketTask, audit_bucket
    from reirrad.audit.engines import judge_bucket
    from reirrad.audit.plan import Plan
    from reirrad.audit.rules_chosen import Choice
    from reirrad.audit.run import audit_files, prepare_files
    from reirrad.audit.sources.blocks import Declared

__all__ = [
    "BucketResult",
    "BucketTask",
    "Choice",
    "Declared",
    "Findings",
    "PatientSummary",
    "Plan",
    "Quarantined",
    "audit",
    "audit_bucket",
    "audit_files",
    "findings_as_json",
    "judge_bucket",
    "prepare_files",
]


#: What needs pyarrow is imported when it is used.
_HOMES = {
    "BucketResult": "reirrad.audit.bucket",
    "BucketTask": "reirrad.audit.bucket",
    "Choice": "reirrad.audit.rules_chosen",
    "Declared": "reirrad.audit.sources.blocks",
    "Plan": "reirrad.audit.plan",
    "audit_bucket": "reirrad.audit.bucket",
    "audit_files": "reirrad.audit.run",
    "findings_as_json": "reirrad.audit.as_json",
    "judge_bucket": "reirrad.audit.engines",
    "prepare_files": "reirrad.audit.run",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(_HOMES[name]), name)
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"an audit needs {error.name}: {how_to_install('audit')}") from None


class _CallableModule(ModuleType):
    """A package and its main function share a name; whichever is imported first, the call works."""

    def __call__(self, *args: Any, **kwargs: Any) -> Findings:
        return audit(*args, **kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        # another process imports it; a module as such cannot be sent there
        return _this, ()


def _this() -> ModuleType:
    return sys.modules[__name__]


sys.modules[__name__].__class__ = _CallableModule
# what is called is the function: its arguments are those that are asked for, and its text is the help
__signature__ = signature(audit)
__doc__ = audit.__doc__ or ""
