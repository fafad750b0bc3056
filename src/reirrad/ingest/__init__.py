"""Reading: files and mappings to cases, every error located."""

from reirrad.ingest.case_file import load_case, parse_case, parse_case_bytes

__all__ = ["load_case", "parse_case", "parse_case_bytes"]
