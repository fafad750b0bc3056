"""A case that a program holds, read once more: what was changed with ``model_copy`` was never read."""

from __future__ import annotations

from pydantic import ValidationError

from reirrad.errors import CaseError, Problem
from reirrad.model.case import Case
from reirrad.model.problems import problems_from


def read_again(case: Case, *, source: str) -> Case:
    """Return a case with every field validated.

    Raises
    ------
    CaseError
        If a field is not valid, or the case cannot be written out.
    """
    try:
        return Case.model_validate(case.model_dump(exclude_none=True, warnings=False))
    except ValidationError as error:
        raise CaseError(source, list(problems_from(error, keys={}))) from None
    except Exception:  # whatever stands where a field belongs, it can do anything when it is written out
        what, hint = "its fields are not those of a case", "build it with parse_case"
        raise CaseError(source, [Problem("case", what, type(case).__name__, hint=hint)]) from None
