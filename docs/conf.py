"""Settings of the documentation site: `make docs` writes it to site/, from the pages and from the sources alone."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "src"), str(HERE / "_ext")]

from docutils.nodes import SkipNode, Text, literal, literal_block, math_block  # noqa: E402
from docutils.utils.math.latex2mathml import tex2mathml  # noqa: E402

import reirrad  # noqa: E402

project = "reirrad"
author = "the reirrad authors"
project_copyright = "the reirrad authors, Apache-2.0"
version = release = reirrad.__version__

extensions = [
    "myst_parser",
    "reference_directive",
    "repository_links",
    "sphinx.ext.autodoc",
    "sphinx.ext.extlinks",
    "sphinx.ext.napoleon",
    "sphinx_click",
]
exclude_patterns = ["_ext", "_static"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

extlinks = {"doi": ("https://doi.org/%s", "doi:%s")}

napoleon_google_docstring = False
napoleon_use_rtype = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
python_maximum_signature_line_length = 90
# two hyphens are an option of a command
smartquotes = False

html_math_renderer = "mathml"
html_theme = "furo"
html_title = f"reirrad {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
# a page is the same whenever it is built
html_last_updated_fmt = None
html_theme_options = {"navigation_with_keys": True}
highlight_language = "none"
pygments_style = "default"
pygments_dark_style = "github-dark"


def _plain_references(_app: Any, _what: str, _name: str, _thing: Any, _options: Any, lines: list[str]) -> None:
    # every docstring counts its sources from 1, and a page holds many docstrings
    lines[:] = [re.sub(r"\[(\d+)\]_", r"[\1]", re.sub(r"^\.\. \[(\d+)\]", r"\1.", line)) for line in lines]


def _plain_asterisks(_app: Any, _context: Any, lines: list[str]) -> None:
    lines[:] = [line.replace("*", "\\*") for line in lines]


def _equation(writer: Any, node: Any) -> None:
    # browsers draw MathML themselves; the usual renderer is a script from elsewhere
    writer.body.append(tex2mathml(node.astext(), as_block=isinstance(node, math_block)))
    raise SkipNode


def _dashes(_app: Any, doctree: Any) -> None:
    # between a parameter and its meaning; quotes and dashes of the text itself stay as they are written
    for text in [
        node
        for node in doctree.findall(Text)
        if " -- " in node and not isinstance(node.parent, (literal, literal_block))
    ]:
        text.parent.replace(text, Text(text.replace(" -- ", " \N{EN DASH} ")))


def setup(app: Any) -> None:
    """Mend what docstrings and help texts are not written for."""
    app.add_html_math_renderer("mathml", (_equation, None), (_equation, None))
    app.connect("doctree-read", _dashes)
    app.connect("autodoc-process-docstring", _plain_references)
    app.connect("sphinx-click-process-description", _plain_asterisks)
