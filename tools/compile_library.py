"""Write what is generated from the edition files: the compiled form that ships, and the reference page."""

from __future__ import annotations

import sys
from pathlib import Path

from reirrad.errors import LibraryError
from reirrad.library.compiled import compiled_form
from reirrad.library.edition_file import parse_edition
from reirrad.library.load import shipped_files, shipped_structures, shipped_tables
from reirrad.report.library_page import library_page

ROOT = Path(__file__).parents[1]
COMPILED = ROOT / "src/reirrad/library/compiled.jsonl"
PAGE = ROOT / "docs/library.md"


def main() -> int:
    """Compile the library; print every problem of every file if there is one."""
    structures = shipped_structures()
    editions, errors = [], []
    for name, content in shipped_files().items():
        try:
            editions.append(parse_edition(content, name, structures, origin="shipped"))
        except LibraryError as error:
            errors.append(str(error))
    if errors:
        print("\n".join(errors), file=sys.stderr)
        return 2
    COMPILED.write_text(compiled_form(editions, shipped_tables()), encoding="utf-8")
    PAGE.write_text(library_page(loaded.edition for loaded in editions), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
