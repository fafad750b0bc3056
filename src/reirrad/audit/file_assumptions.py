"""What an audit of files took for granted besides: what was passed over, and what nothing shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reirrad.audit.assumptions import assumptions_of
from reirrad.audit.bucket import COUNTED, KEPT_DIFFERS
from reirrad.audit.found_files import PassedOver
from reirrad.audit.rules_chosen import Choice
from reirrad.audit.sources.blocks import Declared, ignored_of_ours
from reirrad.library import Library


def assumptions_of_files(
    state: Mapping[str, Any],
    library: Library,
    counts: Mapping[tuple[Any, ...], int],
    passed_over: Sequence[PassedOver],
    declared: Declared,
    choice: Choice,
    *,
    expects_rows: bool,
) -> list[str]:
    """Return what was assumed of the tables, and of the files that they are from."""
    texts = list(
        assumptions_of(
            dict.fromkeys(state["columns"], np.zeros(0)),
            library,
            strict=choice.strict,
            assume_once_daily=choice.assume_once_daily,
            counted={key[1]: n for key, n in counts.items() if key[0] == COUNTED},
        )
    )
    texts += [f"{item.name}: passed over, {item.why}" for item in passed_over]
    texts += [f"{name}: ignored, although it would be judged" for name in ignored_of_ours(declared)]
    if not sum(item["rows"] for item in state["inputs"]):
        texts.append("the tables have no rows: nobody was judged")
    unverified = [item["name"] for item in state["inputs"] if not item["is_verifiable"]]
    texts += [f"{name}: integrity not verifiable, the file says nothing of page checksums" for name in unverified]
    if not expects_rows and any(item["kind"] == "csv" for item in state["inputs"]):
        texts.append("no number of rows was expected: a CSV file that was cut off at a line end is not noticed")
    for (_, name), n in sorted((key, n) for key, n in counts.items() if key[0] == KEPT_DIFFERS):
        texts.append(f"{name}: left empty for {n} patient{'s' if n > 1 else ''} whose rows differ in it")
    return texts
