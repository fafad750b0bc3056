"""How many examples the property tests draw."""

import os

from hypothesis import HealthCheck, settings

VARIABLE = "REIRRAD_EXAMPLES"


def examples(normal: int) -> settings:
    """Return the settings of a test: its own number of examples, always the same ones.

    With the environment variable REIRRAD_EXAMPLES there are at least that many, and new ones in every run.
    """
    asked = int(os.environ.get(VARIABLE, "0"))
    return settings(
        max_examples=max(normal, asked),
        derandomize=asked == 0,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
