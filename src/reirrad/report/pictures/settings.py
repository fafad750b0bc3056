"""Settings under which every picture is made: those of matplotlib as it is shipped, whatever the user's are."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from reirrad.errors import MissingExtraError, how_to_install

_FONT = "DejaVu Sans"
_POINTS_OF_AN_INCH = 72
#: Text stays text: it can be searched, and a picture stays small. A viewer without the first family has the second.
_OWN: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "reirrad",
    "svg.id": None,
    "pdf.fonttype": 42,
    "font.family": ["sans-serif"],
    "font.sans-serif": [_FONT],
    "axes.unicode_minus": False,
    "hatch.linewidth": 0.6,
    # letters are as wide in a raster image as they were measured
    "text.hinting": "none",
    "text.usetex": False,
    "text.parse_math": False,
}


def matplotlib() -> Any:
    """Return the package that draws.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import matplotlib
    except ModuleNotFoundError:
        raise MissingExtraError(f"a picture needs matplotlib: {how_to_install('report')}") from None
    return matplotlib


@contextmanager
def drawing() -> Iterator[None]:
    """Draw as the package ships it; the settings of the program are as before afterwards."""
    library = matplotlib()
    shipped = {key: value for key, value in library.rcParamsDefault.items() if "backend" not in key}
    with warnings.catch_warnings(), library.rc_context(shipped | _OWN):
        # a name may have letters that the font of the raster image lacks
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from")
        yield


@cache
def text_width_in(text: str, size: int, *, bold: bool = False) -> float:
    """Return how wide a text is in the font of the pictures [inches]; in others it is narrower."""
    with drawing():
        from matplotlib.font_manager import FontProperties
        from matplotlib.textpath import TextToPath

        font = FontProperties(family=_FONT, weight="bold" if bold else "normal", size=size)
        width: float = TextToPath().get_text_width_height_descent(text, font, ismath=False)[0]
        return width / _POINTS_OF_AN_INCH
