"""Lists of whole numbers as options."""

from __future__ import annotations

import click

from reirrad.quantities import QUANTITIES


class WholeNumbers(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions of click only
    """Whole numbers with commas between them, each within bounds and none twice."""

    name = "numbers"

    def __init__(self, quantity: str) -> None:
        """Take the bounds of a quantity of the vocabulary."""
        bounds = QUANTITIES[quantity]
        self.low, self.high = int(bounds.low), int(bounds.high)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Return the numbers in the order given."""
        if isinstance(value, tuple):
            return value
        numbers: list[int] = []
        for part in str(value).split(","):
            text = part.strip()
            number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
            if not self.low <= number <= self.high:
                self.fail(f"{text!r} is no whole number from {self.low} to {self.high}", param, ctx)
            if number in numbers:
                self.fail(f"{number} stands twice", param, ctx)
            numbers.append(number)
        return tuple(numbers)
