"""The rule library: editions, structure names and conventions, loaded, linted and selected."""

from reirrad.library.load import Library, LoadedEdition, load_library
from reirrad.library.structures import Structures

__all__ = ["Library", "LoadedEdition", "Structures", "load_library"]
