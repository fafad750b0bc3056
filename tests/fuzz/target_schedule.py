"""Texts of schedules: what is read means what its numbers and units say, or it is refused (D01-D06, D24, D25, O03)."""

from __future__ import annotations

import re
from fractions import Fraction

from fuzz.contract import check_words, text_of
from fuzz.mutations import of_tokens
from reirrad.model.schedule import Schedule, ScheduleError, parse_schedule

TOKENS = [
    *("50", "25", "2", "1.8", "45.5", "0", "200", "999999999", "Gy", "cGy", "mGy", "CGE", "Gy(RBE)", "Gy_RBE", "rad"),
    *(" ", "/", "x", "*", "=", "in", "of", "(", ")", "#", "fx", "fr", "fractions", "fraction", "\xd7", ",", "-", "e1"),
    *("\u0665", "\xa0", "nan"),
]
SEEDS = [
    *(
        "50 Gy / 25",
        "5000 cGy / 25",
        "50 Gy in 25 fractions",
        "30 Gy / 10 fx",
        "25 x 2 Gy",
        "25 \xd7 2 Gy",
        "2 Gy x 25",
    ),
    *("30 x 1.5 Gy = 45 Gy", "1.5 Gy x 30 = 4500 cGy", "50 Gy / 25 (2 Gy)", "45 Gy / 28 (1.61 Gy)", "25 fx x 200 cGy"),
]
_TOKEN = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<unit>cGy|Gy)|(?P<mark>fractions?|fx|fr|#|in|of|[/x*=()])|\s")
_IN_GY = {"Gy": Fraction(1), "cGy": Fraction(1, 100)}

MOST_BYTES = 64
CHANGE = of_tokens(TOKENS)


def seeds() -> list[bytes]:
    return [text.encode() for text in SEEDS]


def one_input(data: bytes) -> bool:
    """Whether the schedule was read."""
    text = text_of(data)
    try:
        schedule = parse_schedule(text)
    except ScheduleError as error:
        check_words(f"{error.what}; {error.hint}")
        return False
    _check(text, schedule)
    total, n_fractions = schedule.total_dose_gy, schedule.n_fractions
    for printed in (f"{total:f} Gy / {n_fractions}", f"{total * 100:f} cGy / {n_fractions}"):
        # nine digits behind the point are read
        assert len(printed.partition(".")[2].partition(" ")[0]) > 9 or parse_schedule(printed) == schedule, printed
    return True


def _check(text: str, schedule: Schedule) -> None:
    """The number without a unit is the number of fractions; a dose before ``/`` or behind ``=`` is the total."""
    tokens = _tokens(text.strip().replace("\xd7", "x"))
    doses: list[tuple[Fraction, str]] = []
    counts: list[Fraction] = []
    mark = ""
    for place, (kind, token) in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else ("", "")
        if kind == "number" and following[0] == "unit":
            doses.append((Fraction(token) * _IN_GY[following[1]], mark))
        elif kind == "number":
            counts.append(Fraction(token))
        elif kind == "mark":
            mark = token
    assert counts == [schedule.n_fractions], text
    assert 1 <= schedule.n_fractions <= 200
    total = Fraction(schedule.total_dose_gy)
    assert 0 < total <= 1000
    is_total_first = any(token in ("/", "in") for _, token in tokens)
    # the dose that is no total is that of one fraction, rounded to no less than two decimals
    totals = [dose for dose, before in doses if (before == "=" if not is_total_first else before == "")]
    each = [dose for dose, before in doses if (before != "=" if not is_total_first else before != "")]
    assert len(totals) <= 1, text
    assert len(each) <= 1, text
    if totals:
        assert total == totals[0], text
    for dose in each:
        assert abs(dose * counts[0] - total) <= (Fraction(1, 200) * counts[0] if totals else 0), text
    assert totals or each, text


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        assert match, f"read, with {text[at:][:20]!r} in it"
        at = match.end()
        if match.lastgroup:
            tokens.append((match.lastgroup, match[0]))
    return tokens
