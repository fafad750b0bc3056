"""One page of HTML from a template of the package: every text escaped, control characters shown and not sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reirrad.errors import MissingExtraError, how_to_install, printable


def require_jinja2(what: str, extra: str) -> Any:
    """Return jinja2; asked for before the work whose page it is to write.

    Raises
    ------
    MissingExtraError
        If it is not installed; it names what needs it, and the extra.
    """
    try:
        import jinja2
    except ModuleNotFoundError:
        raise MissingExtraError(f"{what} needs jinja2: {how_to_install(extra)}") from None
    return jinja2


def visible(value: object) -> object:
    """Return what a place of a template prints; markup that the template made itself stays as it is."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return printable(value)
    return value


def rendered(
    template: str, values: Mapping[str, Any], *, jinja2: Any, finalize: Callable[[object], object] = visible
) -> str:
    """Return a page; equal values give equal pages.

    Parameters
    ----------
    template
        Name of a template of the package.
    values
        What it prints; a name that it misses is an error.
    jinja2
        The library, by ``require_jinja2``.
    finalize
        What is done with each value before it is escaped.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("reirrad.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    page: str = environment.get_template(template).render(values)
    return page
