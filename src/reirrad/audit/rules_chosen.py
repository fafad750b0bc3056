"""The rules of an audit of files: chosen by names and paths, and told from others by a digest."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from reirrad.audit.choices import path_problems
from reirrad.engine.arguments import flag_problems
from reirrad.errors import TableError
from reirrad.library import Library
from reirrad.library.load import load_library, load_profile
from reirrad.library.validity import library_as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is judged, as names and paths, so that another process can load it."""

    libraries: tuple[str, ...] = ()
    #: digests that the files of these folders must have, if any is stated
    rules_sha256: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    profile: str | None = None
    risk_percent: float | None = None
    #: the day on which no edition that is used may have ended; text, so that it can be written down
    as_of: str | dt.date | None = None
    strict: bool = False
    assume_once_daily: bool = False

    def __post_init__(self) -> None:
        problems = path_problems("libraries", self.libraries, "('rules',)")
        problems += flag_problems(strict=self.strict, assume_once_daily=self.assume_once_daily)
        if problems:
            raise TableError("choice", problems)
        # what can be told apart by its hash, and sent; what is no list is refused with the rules
        for name in ("rules_sha256", "editions"):
            if isinstance(value := getattr(self, name), list):
                object.__setattr__(self, name, tuple(value))
        if isinstance(self.as_of, dt.date):
            object.__setattr__(self, "as_of", self.as_of.isoformat())
        object.__setattr__(self, "libraries", tuple(map(str, self.libraries)))
        for name in ("strict", "assume_once_daily"):
            object.__setattr__(self, name, bool(getattr(self, name)))

    def library(self) -> Library:
        """Return the library that is chosen, as its files are now."""
        library = load_library([Path(folder) for folder in self.libraries], rules_sha256=self.rules_sha256)
        profile = None if self.profile is None else load_profile(self.profile)
        chosen = library.select(self.editions, profile=profile, model_risk_percent=self.risk_percent)
        return chosen if self.as_of is None else library_as_of(chosen, self.as_of)


def rules_digest(library: Library) -> str:
    """Return a digest of the editions that are used and of what the profile judges of them."""
    profile = library.profile
    what = {
        "editions": [[loaded.edition.id, loaded.digest] for loaded in library.used()],
        "profile": [profile.name, sorted(profile.kinds), profile.editions, sorted(profile.constraints), profile.reason],
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
