"""``reirrad rules``: what the library holds, what one rule says, and whether files are valid editions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from reirrad.cli import exit_codes
from reirrad.cli.command import GroupOfOneMind
from reirrad.cli.options import GivenPath, chosen_library, folders_option, output_options
from reirrad.cli.output import answer_text, error_line, refuse_existing, write_result
from reirrad.engine.example import Example, example_at_limit
from reirrad.errors import LibraryError, Problem, shown
from reirrad.library import Library, LoadedEdition, load_library
from reirrad.library.lint_files import lint_files
from reirrad.library.profile import did_you_mean
from reirrad.model.finding import Finding
from reirrad.model.rule import Constraint, Edition, Scope
from reirrad.model.wording import KNOWN_NAMES
from reirrad.report.blocks import Block, Heading, Paragraph
from reirrad.report.json_report import json_text
from reirrad.report.library_page import library_page
from reirrad.report.rule_list import rule_list_blocks
from reirrad.report.rule_text import rule_blocks
from reirrad.report.structure_list import structure_list_blocks

_SCOPES = list(Scope.__args__)  # type: ignore[attr-defined]


@click.group("rules", cls=GroupOfOneMind, short_help="List, show and check the rules of the library.")
def rules_command() -> None:
    """Show what the library holds, and check editions of one's own."""


@rules_command.command("list", short_help="List rules: what is compared with what, and when.")
@click.option("--structure", help="Only rules about this structure (a TG-263 name or an alias).")
@click.option("--edition", "editions", multiple=True, metavar="ID", help="Only this edition; repeatable.")
@click.option("--scope", type=click.Choice(_SCOPES), help="Only rules of this scope.")
@click.option("--kind", type=click.Choice(["limit", "reference"]), help="Only limits, or only references.")
@click.option("--format", "form", type=click.Choice(["text", "json", "md"]), default="text", show_default=True)
@folders_option
@output_options
def list_command(
    structure: str | None,
    editions: tuple[str, ...],
    scope: str | None,
    kind: str | None,
    form: str,
    *,
    libraries: tuple[Path, ...],
    rules_sha256: tuple[str, ...],
    output: Path | None,
    overwrite: bool,
) -> int:
    """List the rules by edition: what is compared with what, and when.

    \b
    Examples:
      reirrad rules list --structure SpinalCord
      reirrad rules list --edition umich-2019 --scope cumulative

    Exit codes: 0 what there is is listed, be it nothing; 2 could not run, as of an edition that is not known.
    """
    refuse_existing(output, overwrite=overwrite)
    library = chosen_library(libraries, editions, rules_sha256=rules_sha256)
    name = None if structure is None else _structure(structure, library)
    found = [
        (loaded, rule)
        for loaded, rule in library.constraints()
        if (not editions or loaded.edition.id in editions)
        and (name is None or _is_about(rule, name, library))
        and scope in (None, rule.scope)
        and kind in (None, rule.kind)
    ]
    if form == "json":
        text = json_text({"schema": "reirrad-rules/1", "rules": [_rule(loaded, rule) for loaded, rule in found]})
    elif form == "md":
        is_whole = len(found) == len(library.constraints()) and not libraries
        text = library_page(_narrowed(library, [rule for _, rule in found]), is_whole=is_whole)
    else:
        text = answer_text(rule_list_blocks([(loaded.edition, rule) for loaded, rule in found]), output)
    write_result(text, output, overwrite=overwrite)
    return 0


def _is_about(rule: Constraint, name: str, library: Library) -> bool:
    """Whether a case that judges a structure has a finding for a rule."""
    related = rule.applies_to_related and any(library.structures.are_related(name, other) for other in rule.structures)
    return name in rule.structures or related


def _narrowed(library: Library, rules: Sequence[Constraint]) -> Iterator[Edition]:
    for loaded in library.editions:
        chosen = tuple(rule for rule in loaded.edition.constraint if rule in rules)
        used = {rule.recovery for rule in chosen}
        if chosen:
            schedules = tuple(schedule for schedule in loaded.edition.recovery if schedule.id in used)
            yield replace(loaded.edition, constraint=chosen, recovery=schedules)


def _structure(name: str, library: Library) -> str:
    canonical = library.structures.canonical(name)
    if canonical is None:
        near = [side for suffix in ("_L", "_R") if (side := library.structures.canonical(name + suffix))]
        hint = f"write its side: {' or '.join(near)}" if near else KNOWN_NAMES
        raise LibraryError("--structure", [Problem("", "the structure is not known", shown(name), hint=hint)])
    return canonical


@rules_command.command("show", short_help="Show one rule, with a worked example at its limit.")
@click.argument("rule_id", metavar="ID")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@folders_option
@output_options
def show_command(
    rule_id: str,
    form: str,
    *,
    libraries: tuple[Path, ...],
    rules_sha256: tuple[str, ...],
    output: Path | None,
    overwrite: bool,
) -> int:
    """Show everything about one rule: conventions, conditions, source, and a worked example at the limit.

    \b
    Example:
      reirrad rules show umich-2019.spinal-cord

    Exit codes: 0 it is shown; 2 could not run, as of an ID that is not known.
    """
    refuse_existing(output, overwrite=overwrite)
    library = chosen_library(libraries, rules_sha256=rules_sha256)
    loaded, rule = _find(rule_id, library)
    example = example_at_limit(rule, library)
    if form == "json":
        worked = None if example is None else {"met": asdict(example.met), "beyond": asdict(example.beyond)}
        text = json_text({"schema": "reirrad-rule/1", **_rule(loaded, rule), "example": worked})
    else:
        text = answer_text(_shown(loaded, rule, example), output)
    write_result(text, output, overwrite=overwrite)
    return 0


def _find(rule_id: str, library: Library) -> tuple[LoadedEdition, Constraint]:
    for loaded, rule in library.constraints():
        if rule.id == rule_id:
            return loaded, rule
    hint = did_you_mean(rule_id, [rule.id for _, rule in library.constraints()])
    raise LibraryError("library", [Problem("", "there is no such rule", shown(rule_id), hint=hint)])


def _shown(loaded: LoadedEdition, rule: Constraint, example: Example | None) -> Iterator[Block]:
    yield from rule_blocks(loaded.edition, rule, loaded.digest)
    if example is None:
        why = "a reference is never compared" if rule.kind == "reference" else "no stated dose decides it"
        yield Heading("Worked example")
        yield Paragraph(f"None: {why}.", 2)
        return
    yield Heading("Worked example: the last that is met")
    yield from _arithmetic(example.met)
    yield Heading(f"and {example.step}")
    yield from _arithmetic(example.beyond)


def _arithmetic(item: Finding) -> list[Block]:
    return [Paragraph(text, 2) for text in item.derivation if not text.startswith("note of the edition")]


def _rule(loaded: LoadedEdition, rule: Constraint) -> dict[str, Any]:
    """Return a rule with what its edition says of it; an open end of a condition is null."""
    content = asdict(rule)
    for key, value in content["conditions"].items():
        if isinstance(value, tuple):
            content["conditions"][key] = [None if item == float("inf") else item for item in value]
    schedule = next((asdict(one) for one in loaded.edition.recovery if one.id == rule.recovery), None)
    edition = loaded.edition
    return {
        **content,
        "unit": rule.unit,
        "recovery_schedule": schedule,
        "edition": {
            "id": edition.id,
            "title": edition.title,
            "citation": edition.citation,
            "doi": edition.doi,
            "read": edition.read,
            "published": edition.published,
            "population": edition.population,
            "valid_until": edition.valid_until,
            "superseded_by": edition.superseded_by,
            "digest": loaded.digest,
            "origin": loaded.origin,
        },
    }


@rules_command.command("structures", short_help="List the structures that are known, with their other names.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@output_options
def structures_command(form: str, *, output: Path | None, overwrite: bool) -> int:
    """List the structures that are known: side, the other names that mean exactly them, and what they lie within.

    The list is closed: an edition of one's own cannot add a structure, and one that is not listed is not evaluated.

    \b
    Example:
      reirrad rules structures --format json

    Exit codes: 0 they are listed; 2 could not run, as to a file that exists.
    """
    refuse_existing(output, overwrite=overwrite)
    found = load_library().structures.listed()
    if form == "json":
        text = json_text({"schema": "reirrad-structures/1", "structures": [asdict(one) for one in found]})
    else:
        text = answer_text(structure_list_blocks(found), output)
    write_result(text, output, overwrite=overwrite)
    return 0


@rules_command.command("lint", short_help="Check edition files of your own.")
@click.argument("files", nargs=-1, required=True, type=GivenPath(), metavar="FILE...")
def lint_command(files: tuple[Path, ...]) -> int:
    """Check edition files: every problem of every file, each with its line. A folder stands for those in it.

    \b
    Example:
      reirrad rules lint our-rules

    Exit codes: 0 no problem, 2 a problem.
    """
    results = lint_files(files)
    good = [f"{path}: no problem in {count} constraint{'s' * (count != 1)}" for path, count in results.counts]
    if good:
        write_result("\n".join(good) + "\n")
    for error in results.errors:
        error_line(str(error))
    return exit_codes.COULD_NOT_RUN if results.errors else 0
