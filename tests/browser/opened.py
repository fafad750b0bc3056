"""The pages that are opened: those of the example cases, of a hostile case, without names, and those of audits."""

from __future__ import annotations

import copy
import dataclasses
import json
import shutil
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from cli.runner import CASES, HPC, REPOSITORY, Outcome, invoke
from report.two_courses import case_of

EXAMPLES = [path.stem for path in sorted(CASES.glob("*.toml"))]
HOSTILE, SMUGGLED, NAMELESS = "hostile", "smuggled", "nameless"
#: Pages of one case that the command line makes.
JUDGED = [*EXAMPLES, HOSTILE]
CONSULT = [*JUDGED, SMUGGLED, NAMELESS]
AUDIT, HOSTILE_AUDIT = "audit", "hostile audit"
AUDITS = [AUDIT, HOSTILE_AUDIT]
EVERY = CONSULT + AUDITS

#: Where it would run, the title of the page would be "ran" or a request would be made.
PAYLOADS = (
    "<script>document.title='ran'</script>",
    "<img src=https://elsewhere.invalid/x onerror=\"document.title='ran'\">",
    '"><svg onload="document.title=\'ran\'"><a href="javascript:alert(1)">x</a>',
    "</style></title></table><iframe src='https://elsewhere.invalid/'></iframe>",
    "' onmouseover='alert(1)' style='background:url(https://elsewhere.invalid/y)",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.invalid/z'><!--",
    "{{ 7*7 }}{% raw %}&lt;b&gt;&amp;&#x3c;script&#x3e;]]>",
)
#: A name may have 200 characters.
LONG = "Unbroken" * 24
#: Letters that are written from right to left, stacked marks, wide ones: all are letters and none is a control.
SCRIPTS = (
    "\u05d7\u05d5\u05d8 \u0627\u0644\u0646\u062e\u0627\u0639 Za\u0301\u0302\u0303\u0304lgo \u810a\u9ad3 \U0001f9b4"
)
#: What a case may not hold, if it got there all the same: escape sequences, overrides of direction, zero width.
CONTROLS = "\x1b[2J\u202egnp\u202c\u200b\u2066\ufeff\x00\x85\u2028"
#: A letter of nobody that stands for them until the case is read.
_STAND_IN = "\ue123"
CANARY = "Zanzibar"
FIRST, LAST, START = "1913-03-04", "1913-03-28", "1917-11-19"


def hostile_case() -> dict[str, Any]:
    """Return a case with payloads, long words and other scripts wherever text may stand."""
    raw = tomllib.loads(case_of("2020-01-17", "2022-03-07"))
    text = " ".join((*PAYLOADS, LONG * 3, SCRIPTS))
    names = [*PAYLOADS, LONG, SCRIPTS]
    raw |= {"case_id": f"{PAYLOADS[0]}{SCRIPTS}{LONG[:100]}", "note": f"{text}\n=1+1\t{text}", "systemic_therapy": text}
    raw["structures"] += names
    raw["repair_half_time_h"] = dict.fromkeys(names, 4.0)
    for number, course in enumerate(raw["course"]):
        course |= {"id": f"{PAYLOADS[number + 1]}{LONG[:100]}{number}", "note": text, "systemic_therapy": text}
        course["dose"] |= {name: {"Max[Gy]": 1.0, f"{PAYLOADS[0]}[Gy]": 1.0} for name in names}
    return raw


def hostile_rules(folder: Path) -> list[str | Path]:
    """Return options with an edition and a profile of the user that are as hostile as the case."""
    text = (CASES.parents[1] / "src/reirrad/library/editions/nieder-2006.toml").read_text(encoding="utf-8")
    evil = json.dumps(f"{PAYLOADS[0]} {PAYLOADS[1]} {LONG} {SCRIPTS}", ensure_ascii=False)
    short = json.dumps(f"{PAYLOADS[0]} {LONG[:100]}")
    lines = []
    for line in text.replace("nieder-2006", "our-own").splitlines():
        key = line.partition(" = ")[0]
        is_text = key in {"title", "citation", "doi", "population", "endpoint", "locator", "risk_at_limit", "note"}
        if is_text:
            line = f"{key} = {short if key in {'title', 'doi'} else evil}"
        lines.append(line)
    own = folder / "rules"
    own.mkdir()
    (own / "our-own.toml").write_text("\n".join(lines), encoding="utf-8")
    profile = f'schema = "reirrad-profile/1"\nid = {evil}\neditions = ["our-own", "umich-2019"]\nreason = {evil}\n'
    (folder / "profile.toml").write_text(profile, encoding="utf-8")
    return ["--library", own, "--profile", folder / "profile.toml"]


def nameless_case() -> dict[str, Any]:
    """Return a case with a word wherever text may stand, and days that are known."""
    raw = tomllib.loads(case_of(LAST, START))
    raw |= {"case_id": f"{CANARY} 1", "structures": ["Spinal Cord", f"{CANARY} 2"], "age_years": 97}
    raw |= {"note": f"{CANARY} 3, born {FIRST}", "systemic_therapy": f"{CANARY} 4"}
    for number, course in enumerate(raw["course"]):
        own = course["dose"].pop("SpinalCord")
        course |= {"id": f"{CANARY} 5{number}", "note": f"{CANARY} 6", "systemic_therapy": f"{CANARY} 7"}
        course["dose"] = {"spinal cord": own, f"{CANARY} 2": {"Max[Gy]": 3.0, f"{CANARY}[Gy]": 3.0}}
    raw["course"][0]["start"] = FIRST
    return raw


def arguments(name: str, folder: Path) -> list[str | Path]:
    """Return what ``reirrad check`` is asked for a page, but for the format."""
    if name in EXAMPLES:
        return [CASES / f"{name}.toml"]
    path = folder / f"{name} {CANARY if name == NAMELESS else ''}.json"
    if not path.exists():
        path.write_text(json.dumps(nameless_case() if name == NAMELESS else hostile_case()), encoding="utf-8")
        if name == HOSTILE:
            hostile_rules(folder)
    rules = ["--library", folder / "rules", "--profile", folder / "profile.toml"]
    return [path, *(["--deidentify"] if name == NAMELESS else rules)]


@cache
def told(name: str, folder: Path) -> dict[str, Any]:
    """Return the JSON of the same case."""
    report: dict[str, Any] = json.loads(_judged(invoke("check", "--format", "json", *arguments(name, folder))).out)
    return report


def make(name: str, folder: Path) -> Path:
    """Write a page into a folder and return its file."""
    path = folder / f"{name}.html"
    if name == SMUGGLED:
        path.write_text(_smuggled(), encoding="utf-8")
    elif name == HOSTILE_AUDIT:
        path.write_text(_hostile_audit(), encoding="utf-8")
    elif name == AUDIT:
        out = folder / "out"
        cohort = REPOSITORY / "data" / "cohorts" / "generated-2000.csv"
        ended = invoke("audit", cohort, "--keep", "site", "--out", out, "--quiet", "--workers", "1")
        assert ended.code == 3, ended.err
        shutil.copy(out / "report.html", path)
    else:
        _judged(invoke("check", "--format", "html", "--output", path, *arguments(name, folder)))
    return path


def _judged(ended: Outcome) -> Outcome:
    assert ended.code in {0, 1, 3}, ended.err
    return ended


def _smuggled() -> str:
    """Return a page of a case with what no case file may hold, as if every check before it had failed."""
    from reirrad import budget, check, load_case, sensitivity
    from reirrad.report.consult_html import consult_html

    case = load_case(HPC)
    case = type(case).model_validate_json(json.dumps(_marked(tomllib.loads(HPC.read_text(encoding="utf-8")))))
    parts = [case, check(case), budget(case, n_fractions=[10]), sensitivity(case)]
    case, report, left, sure = (_with_controls(part) for part in parts)
    return consult_html(case, report, budget=left, sensitivity=sure)


def _marked(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the example with the stand-in in every text that is free."""
    raw |= dict.fromkeys(("case_id", "note", "systemic_therapy"), f"a{_STAND_IN}b")
    raw["structures"].append(f"a{_STAND_IN}b")
    for number, course in enumerate(raw["course"]):
        course |= {"id": f"a{_STAND_IN}{number}", "note": f"a{_STAND_IN}b", "systemic_therapy": f"a{_STAND_IN}b"}
        course["dose"][f"a{_STAND_IN}b"] = {"Max[Gy]": 1.0}
    return raw


def _with_controls(value: Any) -> Any:
    """Return a value with the controls where the stand-in is."""
    if isinstance(value, str):
        return value.replace(_STAND_IN, CONTROLS)
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return value.model_copy(update={name: _with_controls(getattr(value, name)) for name in fields})
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [own.name for own in dataclasses.fields(value) if own.init]
        return dataclasses.replace(value, **{name: _with_controls(getattr(value, name)) for name in names})
    if isinstance(value, dict):
        return {_with_controls(key): _with_controls(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_with_controls(item) for item in value)
    return value


@cache
def _summary() -> dict[str, Any]:
    from report.test_audit_html import SUMMARY

    return SUMMARY


def _hostile_audit() -> str:
    from reirrad.report.audit_html import audit_html

    summary = copy.deepcopy(_summary())
    evil = [*PAYLOADS, LONG, SCRIPTS, CONTROLS]

    # a unit is a word of the package
    def change(value: Any, number: list[int]) -> Any:
        if isinstance(value, str):
            number[0] += 1
            return evil[number[0] % len(evil)]
        if isinstance(value, dict):
            return {key: item if key == "unit" else change(item, number) for key, item in value.items()}
        return [change(item, number) for item in value] if isinstance(value, list) else value

    options = {f"{text} {number}": text for number, text in enumerate(evil)}
    return audit_html(change(summary, [0]) | {"schema": summary["schema"], "options": options})
