"""Links of pages to files of the repository that are no pages: shown by their path, since the site does not hold them.

On a code host a relative link such as ``../src/reirrad/quantities.py`` leads to the file. The site is also read where
there is no code host, so there the link becomes its text with the path in the repository. Links to files beside the
pages (a table that a script reads, a picture) stay links.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import download_reference, pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

_DOCS = Path(__file__).parents[1].resolve()
_ROOT = _DOCS.parent
#: Files outside docs/ that have a page of their own.
_PAGES = {"CONTRIBUTING.md": "contributing", "CHANGELOG.md": "changelog", "README.md": "index"}


class RepositoryLinks(SphinxTransform):
    """Replace links to what lies outside of docs/ or is a folder."""

    # before links are resolved and downloads are collected
    default_priority = 5

    def apply(self, **_kwargs: Any) -> None:
        """Change the links of one page."""
        here = Path(self.env.doc2path(self.env.docname)).parent
        for link in [*self.document.findall(pending_xref), *self.document.findall(download_reference)]:
            target = str(link.get("reftarget", ""))
            if not target or "://" in target or link.get("refdomain") not in (None, "", "doc"):
                continue
            path = (here / target.split("#")[0]).resolve()
            # a page and the folder of its files have one name, and a link to a page is without its suffix here
            is_page = path.with_name(path.name + ".md").exists()
            if is_page or not path.exists() or not path.is_relative_to(_ROOT):
                continue
            name = path.relative_to(_ROOT).as_posix()
            if name in _PAGES:
                link["reftarget"] = "/" + _PAGES[name]
            elif path.is_dir() or not path.is_relative_to(_DOCS):
                link.replace_self(self._as_text(link, name))

    @staticmethod
    def _as_text(link: nodes.Element, name: str) -> list[nodes.Node]:
        shown = link.astext().strip("`")
        if shown == name:
            return [nodes.literal(name, name)]
        return [
            *(child.deepcopy() for child in link.children),
            nodes.Text(" ("),
            nodes.literal(name, name),
            nodes.Text(")"),
        ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform."""
    app.add_transform(RepositoryLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
