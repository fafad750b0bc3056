"""A mutant as it was measured, and why some survive."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXPLAINED = Path(__file__).resolve().parents[1] / "docs" / "trust" / "survivors.toml"


@dataclass(frozen=True)
class Mutant:
    """One mutant: where it is, its two versions of the lines, and what became of it."""

    name: str
    module: str
    function: str
    before: str
    after: str
    outcome: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is known by; numbers change with the code around."""
        return self.module, self.function, self.before, self.after

    def entry(self) -> str:
        """Return it as the file of explanations has it, without a reason."""
        text = [f"[[survivor]]  # {self.outcome}"]
        for name in ("module", "function", "before", "after"):
            value: Any = getattr(self, name)
            text.append(f"{name} = " + (f"'''\n{value}'''" if "\n" in value or "'" in value else f"'{value}'"))
        return "\n".join([*text, 'reason = ""', ""])


@dataclass(frozen=True)
class Explanations:
    """Why some mutants survive: one by one, or by a rule for what makes no difference wherever it stands."""

    reasons: dict[tuple[str, str, str, str], str]
    #: what is taken out of both versions of the lines; they differ in nothing else then
    rules: tuple[re.Pattern[str], ...]

    @classmethod
    def read(cls) -> Explanations:
        """Read the file of explanations; every one must say why."""
        content = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))
        items = content.get("survivor", [])
        if not all(item["reason"].strip() for item in [*items, *content.get("rule", [])]):
            raise ValueError(f"{EXPLAINED}: a reason is empty")
        reasons = {
            (item["module"], item["function"], item["before"].strip(), item["after"].strip()): item["reason"]
            for item in items
        }
        return cls(reasons, tuple(re.compile(item["ignore"]) for item in content.get("rule", [])))

    def of(self, mutant: Mutant) -> bool:
        """Return whether a mutant is explained."""
        if mutant.key in self.reasons:
            return True
        return any(rule.sub("", mutant.before) == rule.sub("", mutant.after) for rule in self.rules)
