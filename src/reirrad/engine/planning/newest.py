"""What planning answers say where a constraint says nothing of the newest course: the finding is of an earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
