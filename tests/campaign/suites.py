"""What the campaign judges random patients by, and which part of the patients each library gets."""

from __future__ import annotations

from functools import cache

from engine.cord_editions import CORD
from engine.house_edition import house_library
from reference.transcription import CONSTRAINTS
from reirrad.library import Profile, load_library
from reirrad.selftest.comparison import Suite

#: everything that is shipped; what depends on a stated fact is judged where it is stated, as by default
EVERY_KIND = Profile("every kind", frozenset({"point-dose", "stated-fact", "distribution", "incomplete"}))

#: Of each suite: what it is, and for one patient in how many further ones are drawn for it.
SUITES = {
    "cord": ("the three cord editions, against a second transcription of their numbers", 1),
    "library": ("every shipped limit but that of the cord model, of every profile", 20),
    "house": ("a made-up edition with every rule that the shipped ones do not use", 50),
}


@cache
def suite(name: str) -> Suite:
    if name == "cord":
        return Suite.of(CORD, CONSTRAINTS)
    return Suite.of(house_library() if name == "house" else load_library().select(profile=EVERY_KIND))
