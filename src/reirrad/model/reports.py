"""What ``reirrad check`` writes of several cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reirrad.model.finding import Report
from reirrad.model.finding_fields import described

REPORTS_SCHEMA: Literal["reirrad-reports/1"] = "reirrad-reports/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedInput:
    """An input that could not be judged, and why."""

    __pydantic_config__ = described("RefusedInput")

    source: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """The reports of several cases; ``errors`` is there only if an input could not be judged."""

    __pydantic_config__ = described("Reports")

    schema: Literal["reirrad-reports/1"] = REPORTS_SCHEMA
    reports: tuple[Report, ...]
    errors: tuple[RefusedInput, ...] = ()
