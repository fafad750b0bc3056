"""Drawing together the whole numbers between which answers change, for many questions at once."""

from __future__ import annotations

import numpy as np

from reirrad.engine.batch import Bools, Floats, Ints

#: Every so many steps the middle is tried, so that no question takes long.
_MIDDLE_EVERY = 4
_GEOMETRIC = 2


class Bracket:
    """For each question a number that is met and a larger one that is not.

    The next number to try is the root of the parabola through the last three margins that were not met: where a sum of
    BED is compared, that is what a margin is there. (Where a constraint is met the margin may be that of another
    course.) It is only a guess; what counts is whether the number tried is met.
    """

    def __init__(self, *, met: Ints, beyond: Ints) -> None:
        self.met, self.beyond = met, beyond
        self._steps = np.full((3, len(met)), np.nan)
        self._margins = np.full((3, len(met)), np.nan)
        self._tries = 0

    def is_closed(self) -> bool:
        """Whether every two numbers are one apart."""
        return bool(np.all(self.beyond - self.met <= 1))

    def candidate(self) -> Ints:
        """Return the numbers to try next; where a question is answered, its answer."""
        self._tries += 1
        middle = (self.met + self.beyond) // 2
        if self._tries <= _GEOMETRIC:
            # towards the small numbers, where most answers are
            return np.asarray(np.maximum(self.beyond // 4, np.minimum(middle, self.met + 1)))
        if self._tries % _MIDDLE_EVERY == 0:
            return middle
        guess = np.floor(_root(self._steps, self._margins))
        is_near = np.isfinite(guess) & (guess >= self.met - 1) & (guess <= self.beyond + 1)
        guess = np.where(is_near, guess, middle).astype(np.int64)
        return np.asarray(np.minimum(np.maximum(guess, self.met + 1), self.beyond - 1))

    def narrow(self, steps: Ints, is_met: Bools, margin: Floats) -> None:
        """Take the answers for the candidates, which lie between what is met and what is not."""
        is_open = self.beyond - self.met > 1
        self.met = np.where(is_open & is_met, steps, self.met)
        is_less = is_open & ~is_met
        self.beyond = np.where(is_less, steps, self.beyond)
        self.note(is_less, steps, margin)

    def note(self, where: Bools, steps: Ints, margin: Floats) -> None:
        """Remember margins that were not met."""
        for kept, values in ((self._steps, steps), (self._margins, margin)):
            kept[:, where] = np.concatenate([kept[1:, where], [values[where]]])


def _root(steps: Floats, margins: Floats) -> Floats:
    """Return the root, nearest to the last point, of the parabola through three points; not finite if none is."""
    (x0, x1, x2), (y0, y1, y2) = steps, margins
    with np.errstate(all="ignore"):
        first, second = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
        curvature = (second - first) / (x2 - x0)
        slope = second + curvature * (x2 - x1)
        root = np.sqrt(slope * slope - 4 * curvature * y2)
        # the form that loses no digits
        below = slope + np.where(slope < 0, -root, root)
        return np.asarray(x2 - 2 * y2 / below)
