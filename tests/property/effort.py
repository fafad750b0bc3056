"""How many examples the property tests draw."""

import os

from hypothesis import HealthCheck, Phase, settings

VARIABLE = "REIRRAD_EXAMPLES"
AT_MOST = "REIRRAD_EXAMPLES_AT_MOST"


def examples(normal: int) -> settings:
    """Return the settings of a test: its own number of examples, always the same ones.

    With the environment variable REIRRAD_EXAMPLES there are at least that many, and new ones in every run. With
    REIRRAD_EXAMPLES_AT_MOST there are fewer, and none is made simpler after a failure: for mutation tests.
    """
    asked = int(os.environ.get(VARIABLE, "0"))
    most = int(os.environ.get(AT_MOST, "0"))
    return settings(
        max_examples=min(normal, most) if most else max(normal, asked),
        derandomize=asked == 0,
        phases=[Phase.explicit, Phase.generate] if most else list(Phase),
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
