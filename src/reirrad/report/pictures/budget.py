"""The dose that a further course may still give, against its number of fractions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from reirrad.model.budget import Budget, BudgetRow
from reirrad.model.wording import plain
from reirrad.report.budget_text import without_rows
from reirrad.report.counts import counted
from reirrad.report.pictures.sheet import HEAD_PT, SMALL_PT, Sheet, spread
from reirrad.report.pictures.style import BLACK, GREY, Style, style
from reirrad.report.pictures.words import code_words, listed

_PANEL_IN = 2.15
_LABEL_PART, _ABOVE = 0.075, 1.15

#: A series: what it is called, and its rows by fraction number.
_Series = tuple[str, list[BudgetRow]]


def budget_figure(budget: Budget) -> Any:
    """Return the picture of the dose budget.

    Every structure has a panel. Where the case proposes a course a line is a constraint; where the budget is one by
    intervals, a line is an interval and its dose is the one that every evaluated limit allows.

    Parameters
    ----------
    budget
        The budget of a case.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    sheet = Sheet()
    sheet.text(f"Dose budget: case {budget.case_id}", size=HEAD_PT, bold=True)
    structures = dict.fromkeys(row.structure for row in budget.rows)
    for structure in structures:
        _panel(sheet, structure, [row for row in budget.rows if row.structure == structure])
    if not budget.rows:
        sheet.text(f"Nothing to show: {without_rows(budget.left_out)}.")
    else:
        sheet.text(
            "A mark is the largest total dose to the structure with which a constraint is still met; a ring: the "
            "smallest of those found binds. A dose that is left is no advice to give it.",
            size=SMALL_PT,
        )
    for text in _silent(budget):
        sheet.text(text, size=SMALL_PT)
    for name in budget.unmapped_structures:
        sheet.text(f"Not evaluated: structure {name} is not known.", size=SMALL_PT)
    if budget.left_out:
        sheet.text(f"Not evaluated, no largest dose answers them: {listed(budget.left_out)}.", size=SMALL_PT)
    return sheet.figure()


def budget_alt_text(budget: Budget) -> str:
    """Return the picture in words: what binds, and where nothing is left."""
    if not budget.rows:
        return f"Nothing to show: {without_rows(budget.left_out)}."
    parts = []
    for structure in dict.fromkeys(row.structure for row in budget.rows):
        own = [row for row in budget.rows if row.structure == structure]
        told: dict[tuple[str, int | None], list[int]] = {}
        for (months, n), rows in _columns(own).items():
            told.setdefault((_envelope_words(rows), months), []).append(n)
        texts = [f"{_where(months, numbers)} {words}" for (words, months), numbers in told.items()]
        parts.append(f"{structure}: {'; '.join(texts)}.")
    return "Largest total dose of a further course. " + " ".join([*parts, *_silent(budget)])


def _silent(budget: Budget) -> Iterator[str]:
    """Yield structures without a row that decides, for which nothing or not every course is drawn."""
    asked = {(row.interval_months, row.n_fractions) for row in budget.rows}
    for name in dict.fromkeys(item.structure for item in budget.unanswered):
        own = {(item.interval_months, item.n_fractions) for item in budget.unanswered if item.structure == name}
        which = "such a course" if asked <= own else "some such courses"
        yield f"No constraint that decides applies to {which}: {name}; that is no dose that is left."


_Key = tuple[int | None, int]


def _columns(rows: Sequence[BudgetRow]) -> dict[_Key, list[BudgetRow]]:
    """Return the rows of each interval and fraction number."""
    found: dict[_Key, list[BudgetRow]] = {}
    for row in rows:
        found.setdefault((row.interval_months, row.n_fractions), []).append(row)
    return found


def _where(months: int | None, numbers: Sequence[int]) -> str:
    which = ", ".join(map(str, numbers))
    return f"in {which} fraction{'s' * (numbers != [1])}" + ("" if months is None else f" after {months} months")


def _envelope_words(rows: Sequence[BudgetRow]) -> str:
    none = [row.constraint_id for row in rows if row.state == "none" and not row.advisory]
    if none:
        return f"NO DOSE ({listed(none)})"
    binding = [row for row in rows if row.binding]
    unknown = sum(row.state == "not_evaluated" and not row.advisory for row in rows)
    if not binding:
        return f"{counted(unknown, 'limit')} not evaluated" if unknown else "no bound"
    text = f"{plain(binding[0].max_total_dose_gy or 0.0, decimals=2)} Gy"
    text += f" ({listed(row.constraint_id for row in binding)})"
    return text + (f", {counted(unknown, 'limit')} not evaluated" if unknown else "")


def _panel(sheet: Sheet, structure: str, rows: Sequence[BudgetRow]) -> None:
    counts = sorted({row.n_fractions for row in rows})
    is_by_interval = any(row.interval_months is not None for row in rows)
    every = list(_by_interval(rows) if is_by_interval else _by_constraint(rows))
    series = [(name, own) for name, own in every if own]
    sheet.space(1 / 10)
    sheet.text(structure, bold=True)
    for text in _texts([row for row in rows if row.state == "none"]):
        sheet.text(text, size=SMALL_PT, bold=True)
    forbidden = _forbidden(rows)
    if series:
        sheet.axes(
            _PANEL_IN,
            lambda axes: _paint(axes, series, counts, forbidden),
            left_in=0.55,
            right_in=0.72,
            above_in=1 / 10,
            below_in=0.46,
        )
    else:
        sheet.text("No dose to draw.")
    for number, (name, own) in enumerate(series):
        doses = [f"{plain(row.max_total_dose_gy or 0.0, decimals=2)} Gy in {row.n_fractions}" for row in own]
        sheet.key(style(number), f"{name}: {', '.join(doses)}")
    for text in _texts([row for row in rows if row.state != "none"]):
        sheet.text(text, size=SMALL_PT)
    if is_by_interval and (bound := sorted({row.constraint_id for row in rows if row.binding})):
        sheet.text(f"What binds: {listed(bound)}.", size=SMALL_PT)


def _by_constraint(rows: Sequence[BudgetRow]) -> Iterator[_Series]:
    for name in dict.fromkeys(row.constraint_id for row in rows):
        own = [row for row in rows if row.constraint_id == name]
        advisory = " (advisory)" if own[0].advisory else ""
        bounded = [row for row in own if row.max_total_dose_gy is not None]
        yield name + advisory, sorted(bounded, key=lambda row: row.n_fractions)


def _by_interval(rows: Sequence[BudgetRow]) -> Iterator[_Series]:
    """Yield for each interval what binds, where no limit forbids every dose."""
    for months in dict.fromkeys(row.interval_months for row in rows):
        own = [row for row in rows if row.interval_months == months]
        forbidden = _forbidden(own)
        binding: dict[int, BudgetRow] = {}
        for row in own:
            if row.binding and (months, row.n_fractions) not in forbidden:
                binding.setdefault(row.n_fractions, row)
        yield f"after {months} months", [binding[n] for n in sorted(binding)]


def _forbidden(rows: Sequence[BudgetRow]) -> set[_Key]:
    """Return at which intervals and fraction numbers a limit leaves no dose: nothing else binds there."""
    return {(row.interval_months, row.n_fractions) for row in rows if row.state == "none" and not row.advisory}


def _texts(rows: Sequence[BudgetRow]) -> Iterator[str]:
    words = {"none": "NO DOSE", "unbounded": "No bound", "not_evaluated": "Not evaluated"}
    for state, word in words.items():
        silent = sorted(
            (row for row in rows if row.state == state), key=lambda row: (row.constraint_id, row.reason or "")
        )
        told: dict[tuple[str, str], list[str]] = {}
        for (name, reason), group in groupby(silent, key=lambda row: (row.constraint_id, row.reason)):
            own = list(group)
            advisory = " (advisory)" if own[0].advisory else ""
            told.setdefault((_places(own), code_words(reason)), []).append(name + advisory)
        for (where, why), names in told.items():
            yield f"{word}{f', {why}' if why else ''}: {listed(names)}, {where}."


def _places(rows: Sequence[BudgetRow]) -> str:
    """Return at which fraction numbers and intervals; those of several intervals once where they are the same."""
    numbers: dict[int | None, set[int]] = {}
    for row in rows:
        numbers.setdefault(row.interval_months, set()).add(row.n_fractions)
    months: dict[tuple[int, ...], list[int]] = {}
    for interval, own in numbers.items():
        months.setdefault(tuple(sorted(own)), []).extend([] if interval is None else [interval])
    texts = []
    for counts, intervals in months.items():
        text = f"in {', '.join(map(str, counts))} fraction{'s' * (counts != (1,))}"
        when = f" after {', '.join(map(str, sorted(intervals)))} months" if intervals else ""
        texts.append(text + when)
    return "; ".join(texts)


def _paint(axes: Any, series: Sequence[_Series], counts: Sequence[int], forbidden: set[_Key]) -> None:
    top = _ABOVE * max(row.max_total_dose_gy or 0.0 for _, rows in series for row in rows) or 1.0
    place = {n: index for index, n in enumerate(counts)}
    #: where a line ends, and the letters of all that fall on it
    ends: dict[tuple[tuple[int, float], ...], str] = {}
    for number, (_, rows) in enumerate(series):
        own = style(number)
        doses = [row.max_total_dose_gy or 0.0 for row in rows]
        course = tuple((place[row.n_fractions], dose) for row, dose in zip(rows, doses, strict=True))
        if course in ends:
            ends[course] += f", {own.letter}"
            continue
        ends[course] = own.letter
        _draw(axes, [place[row.n_fractions] for row in rows], doses, own)
        for row, dose in zip(rows, doses, strict=True):
            if row.binding and (row.interval_months, row.n_fractions) not in forbidden:
                axes.plot(
                    [place[row.n_fractions]],
                    [dose],
                    marker="o",
                    markersize=12,
                    markerfacecolor="none",
                    markeredgecolor=BLACK,
                    markeredgewidth=1.2,
                )
    axes.set_ylim(0, top)
    right = len(counts) - 1 + 1 / 3
    axes.set_xlim(-1 / 3, right)
    axes.set_xticks(range(len(counts)), [str(n) for n in counts])
    axes.tick_params(labelsize=SMALL_PT)
    axes.set_xlabel("number of fractions of the further course", fontsize=SMALL_PT)
    axes.set_ylabel("largest total dose, Gy", fontsize=SMALL_PT)
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    moved = spread([course[-1][1] for course in ends], _LABEL_PART * top, 0, top)
    for (course, letters), height in zip(ends.items(), moved, strict=True):
        axes.annotate(
            letters,
            course[-1],
            (right + 0.12, height),
            fontsize=SMALL_PT,
            fontweight="bold",
            va="center",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "linewidth": 0.5, "color": GREY, "shrinkA": 0, "shrinkB": 4},
        )


def _draw(axes: Any, places: Sequence[int], doses: Sequence[float], own: Style) -> None:
    axes.plot(
        places,
        doses,
        color=own.colour,
        linestyle=own.line,
        marker=own.marker,
        markersize=5,
        linewidth=1.6,
        markeredgecolor="white",
        markeredgewidth=0.5,
    )
