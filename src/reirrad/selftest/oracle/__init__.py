"""An independent oracle of the findings of a case: naive, exact, written from docs/semantics.md alone.

It shares no code with the rest of the package, so that a mistake has to be made twice to stay hidden: its modules
import the standard library and each other. It reads a case file as a plain dict and constraints as plain dicts (the
keys are explained in :mod:`reirrad.selftest.oracle.findings`), and computes in fractions.
"""

from reirrad.selftest.oracle.findings import group_status, judge, verdict

__all__ = ["group_status", "judge", "verdict"]
