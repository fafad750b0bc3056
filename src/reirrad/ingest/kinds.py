"""What a file is that is neither a case nor a table, by its first bytes."""

from __future__ import annotations

import re

#: So many bytes tell what a file is.
HEAD_BYTES = 132
_DICOM_PREFIX = b"DICM"
_BEGINNINGS = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"\x28\xb5\x2f\xfd", "a compressed file (zstd)"),
    (b"\xfd7zXZ\x00", "a compressed file (xz)"),
    (b"%PDF-", "a PDF document"),
)
_BZIP2 = re.compile(rb"BZh[1-9]1AY&SY")


def kind_of(head: bytes) -> str | None:
    r"""Return what a file is that is not read, or ``None``: nothing is unpacked, and no DICOM object is read.

    >>> kind_of(b"PK\x03\x04...."), kind_of(b"schema = 1")
    ('a zip archive or an Excel workbook', None)
    """
    if head[HEAD_BYTES - len(_DICOM_PREFIX) : HEAD_BYTES] == _DICOM_PREFIX:
        return "a DICOM file"
    if _BZIP2.match(head):
        return "a compressed file (bzip2)"
    return next((kind for beginning, kind in _BEGINNINGS if head.startswith(beginning)), None)
