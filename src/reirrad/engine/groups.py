"""Limits that a source states only together: what a report says of them as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from reirrad.library import Library
from reirrad.model.finding import Finding, GroupFinding, StatusWord, told_of_a_part
from reirrad.model.rule import Constraint

_GRAVEST_FIRST: tuple[StatusWord, ...] = ("violated", "not_evaluated", "met", "not_applicable")


class Group(NamedTuple):
    """A group as it is reported, and its limits that the profile leaves out: without them it is never met."""

    finding: GroupFinding
    not_judged: tuple[str, ...]


def groups_of(findings: Iterable[Finding], library: Library) -> Iterator[Group]:
    """Yield the groups of each edition: a group of another one may have the same name.

    Parameters
    ----------
    findings
        Of one case.
    """
    members: dict[tuple[str, str, str], list[Finding]] = {}
    for item in findings:
        if item.group is not None:
            members.setdefault((item.edition, item.group, item.structure), []).append(item)
    for (edition, group, structure), items in members.items():
        judged = {item.constraint_id for item in items}
        not_judged = tuple(
            rule.id
            for loaded, rule in library.constraints()
            if loaded.edition.id == edition and rule.group == group and structure in rule.structures
            if rule.id not in judged
        )
        found = GroupFinding(
            group=group,
            structure=structure,
            status=group_status({item.status for item in items}, is_whole=not not_judged),
            members=tuple(item.constraint_id for item in items),
        )
        yield Group(found, not_judged)


def group_status(statuses: set[StatusWord], *, is_whole: bool) -> StatusWord:
    """Return the gravest status of the members; a part of a group is never met."""
    gravest = next(status for status in _GRAVEST_FIRST if status in statuses)
    return gravest if is_whole or gravest != "met" else "not_evaluated"


def notes_of_groups(groups: Iterable[Group]) -> Iterator[str]:
    """Yield of which groups a part is judged only."""
    for item, not_judged in groups:
        if not_judged and item.status != "not_applicable":
            yield item.told_of_a_part + ", ".join(not_judged)


def told_of_parts(applied: Iterable[tuple[str, str]], library: Library) -> Iterator[str]:
    """Yield the same where no findings are made: of which groups a part is judged, and what is left out of them.

    Parameters
    ----------
    applied
        Id and structure of the constraints that apply.
    library
        The rules.
    """
    applies = set(applied)
    judged = {rule.id for _, rule in library.judged()}
    groups: dict[tuple[str, str], list[Constraint]] = {}
    for loaded, rule in library.constraints():
        if rule.group is not None:
            groups.setdefault((loaded.edition.id, rule.group), []).append(rule)
    for (_, group), rules in groups.items():
        for structure in dict.fromkeys(name for rule in rules for name in rule.structures):
            members = [rule.id for rule in rules if structure in rule.structures]
            left_out = [name for name in members if name not in judged]
            if left_out and any((name, structure) in applies for name in members):
                yield told_of_a_part(structure, group) + ", ".join(left_out)
