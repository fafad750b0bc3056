"""What planning answers say where the finding is of an earlier course, and not of the one that is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reirrad.engine.codes import Status
from reirrad.engine.evaluate import Block


def told_of_earlier(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield of which constraints on the one case of blocks the finding is of an earlier course than the newest."""
    by_structure: dict[str, list[str]] = {}
    for block in blocks:
        if is_of_earlier(block):
            by_structure.setdefault(block.structure, []).append(block.constraint.id)
    for structure, names in by_structure.items():
        do, found = ("does", "finding is") if len(names) == 1 else ("do", "findings are")
        which = f"structure {structure}: {', '.join(names)} {do} not apply to its newest course that gives dose"
        yield f"{which}; the {found} about {'an earlier one' if len(names) == 1 else 'earlier ones'}"


def is_of_earlier(block: Block) -> bool:
    """Whether the finding on the one case of a block is of an earlier course: it applies to the newest in no order."""
    return bool(block.status[0] != Status.NOT_APPLICABLE and not block.judged.may_be_of_newest[0])


def told_of_exceeded(found: Iterable[tuple[str, str, str]], whatever: str) -> Iterator[str]:
    """Yield of which limits a delivered course is beyond: for them the structure has no answer but that.

    Parameters
    ----------
    found
        Structure, constraint and course.
    whatever
        What of the further course makes no difference to it, in words.
    """
    by_course: dict[tuple[str, str], list[str]] = {}
    for structure, constraint, course in dict.fromkeys(found):
        by_course.setdefault((structure, course), []).append(constraint)
    for (structure, course), names in by_course.items():
        are = "is" if len(names) == 1 else "are"
        yield (
            f'structure {structure}: {", ".join(names)} {are} exceeded at course "{course}" already, by what was '
            f"delivered, {whatever}; the further course by itself is not judged"
        )
