"""The rule library: editions, structure names and conventions, loaded, linted and selected."""

from reirrad.library.compiled import LoadedEdition
from reirrad.library.load import Library, load_library, load_profile
from reirrad.library.profile import Profile
from reirrad.library.structures import Structures

__all__ = ["Library", "LoadedEdition", "Profile", "Structures", "load_library", "load_profile"]
