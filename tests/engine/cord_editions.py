"""The library narrowed to the editions that the separate transcription covers in full."""

from reirrad.library import Library, load_library

CORD_EDITIONS = ("hytec-cord-2021", "nieder-2005", "nieder-2006")
CORD: Library = load_library().select(CORD_EDITIONS)
