"""The directive that puts a table of the reference on a page: ``{reference-table} reasons``."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from reference_tables import TABLES
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class ReferenceTable(SphinxDirective):
    """Parse the Markdown that a function of ``reference_tables`` makes."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table, with its headings."""
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(f"no table of the reference: {name}; there are {', '.join(TABLES)}")
        return self.parse_text_to_nodes(TABLES[name](), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("reference-table", ReferenceTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
