"""What the mutation tests change, and by which tests: areas that can be measured one by one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Area:
    """Some modules, and the tests that are to kill their mutants."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    #: parts of the package that use none of the modules: their caches may stay from test to test
    kept: tuple[str, ...] = ()


def _modules(folder: str, names: str) -> tuple[str, ...]:
    return tuple(f"src/reirrad/{folder}/{name}.py" for name in names.split())


def _tests(folder: str, names: str) -> tuple[str, ...]:
    return tuple(f"tests/{folder}/test_{name}.py" for name in names.split())


_LIBRARY = ("reirrad.library", "reirrad.model")

# each with few tests that are about it, in milliseconds: every mutant pays for what is collected
AREAS = {
    "radiobiology": Area(_modules("radiobiology", "*"), ("tests/radiobiology", "src/reirrad/radiobiology")),
    # units, dates and schedules as they are read in cases
    "reading": Area(
        ("src/reirrad/quantities.py", *_modules("model", "dates schedule metric")),
        ("tests/model", "src/reirrad/model", "src/reirrad/quantities.py"),
    ),
    # whether dates, schedules and doses of a course go together, and numbers that float64 cannot hold
    "courses": Area(
        _modules("model", "course_dates days_needed schedule_checks exact_numbers"),
        (
            "tests/ingest",
            *_tests("model", "course_dates days_needed exact_numbers schedule_checks"),
            "src/reirrad/model/days_needed.py",
        ),
    ),
    "fields": Area(
        _modules("model", "fields"), (*_tests("model", "fields exact_numbers"), "src/reirrad/model/fields.py")
    ),
    # the same in the cells of tables
    "cells": Area(
        _modules("audit", "rows row_order table declared_cells agreement"),
        (
            *_tests("audit", "cells rows agreement any_order zones declared_dates arrays apostrophes schedules"),
            *_tests("audit", "held_numbers many_columns many_names refused_tables second_header said_twice lost_cells"),
        ),
        _LIBRARY,
    ),
    # the steps of a decision
    "decision": Area(
        _modules("engine", "decide decided proof scopes intervals limits"),
        (
            *_tests(
                "engine", "boundaries bounds_of_sums cord_model_judged decide intervals limit_causes limits_of_orders"
            ),
            *_tests("engine", "proof reasons recovery_bins shown stated_months judge_steps shares"),
            "src/reirrad/engine/intervals.py",
        ),
        _LIBRARY,
    ),
    # one constraint on all cases
    "judging": Area(
        _modules("engine", "judge judged evaluate view"),
        (
            *_tests("engine", "judge judge_cases judge_causes judge_steps shares view evaluate"),
            *_tests("engine", "newest_course part_of_a_group phases_of_a_course covered_by_fewer without_rule"),
        ),
        _LIBRARY,
    ),
    # what is decided from: cases as columns, their doses, orders and conditions
    "columns": Area(
        (
            *_modules("engine", "from_cases batch convert repair doses orders applicability fractionation"),
            *_modules("engine", "selection missing vague contradictions"),
        ),
        (
            *_tests("engine", "applicability fractions_that_treat no_maximum columns converting"),
            *_tests("engine", "part_above_container parts_of_batches phase_doses repair"),
            *_tests("engine", "rows_of_orders what_would_decide same_days what_stands_for_less phases_of_a_course"),
            *_tests("engine", "covered_by_fewer derivation_of_models"),
        ),
        _LIBRARY,
    ),
    # findings, reports and their words
    "answers": Area(
        _modules("engine", "check codes disagreement example explain explain_course explain_sums notes trace"),
        (
            *_tests("engine", "derivation_of_courses derivation_of_models derivation_of_recovery derivation_of_sums"),
            *_tests("engine", "derivation_without_value disagreement_by_hand example example_at_ends findings_whole"),
            *_tests("engine", "notes_in_words notes_of_courses reports_whole stated_in_vain given_arguments"),
            *_tests("engine", "phases_of_a_course repair"),
        ),
        _LIBRARY,
    ),
    # what is said beside the findings, and what callers are refused
    "notes": Area(
        _modules("engine", "arguments groups noted notes_of_days outside_model stated_in_vain"),
        (
            *_tests("engine", "given_arguments reports_whole part_of_a_group notes_of_days notes_of_courses"),
            *_tests("engine", "notes_in_words stated_in_vain derivation_of_models near_in_time"),
            *_tests("engine", "cord_model_judged reasons budget"),
            *_tests("audit", "noted"),
            *_tests("cli", "cli_parts_of_groups"),
        ),
        _LIBRARY,
    ),
    "planning": Area(
        _modules("engine/planning", "*"),
        (
            *_tests(
                "engine", "budget_rows courses_in_time drawing_together explained further largest sensitivity_rows"
            ),
            *_tests(
                "engine", "timeline_left_out timeline_lines what_if what_if_dates when_rows given_arguments budget when"
            ),
            *_tests("engine", "exceeded_before newest_course planning_silence sensitivity"),
            *_tests("cli", "cli_parts_of_groups"),
        ),
        _LIBRARY,
    ),
}
