"""The shipped editions in one file that is read without validation: ``compiled.jsonl``.

It is written from the edition files after lint (``make library``), and a test keeps the two equal. Each edition carries
the digest of its file, so that a file that was changed on disk is read itself and named as modified.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from reirrad.model.finding import EditionUsed
from reirrad.model.rule import (
    Conditions,
    Constraint,
    CordModel,
    Edition,
    RecoverySchedule,
    RecoveryStep,
    Score,
    ScoreGroup,
)

_SCHEMA = "reirrad-compiled/1"

#: Where an edition comes from: as the package ships it, a shipped one changed on disk, or a user's own.
Origin = Literal["shipped", "modified", "user"]


class CompiledFormError(ValueError):
    """The compiled form cannot be read; the edition files can."""


@dataclass(frozen=True, slots=True)
class LoadedEdition:
    """An edition with the digest of the file it was read from."""

    edition: Edition
    digest: str
    source: str
    origin: Origin = "user"

    def used(self) -> EditionUsed:
        """Return what a document says of the edition that it was judged by."""
        return EditionUsed(
            id=self.edition.id, digest=self.digest, origin=self.origin, population=self.edition.population
        )


def digest_of(content: bytes) -> str:
    """Return the digest of an edition file."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def compiled_form(editions: Iterable[LoadedEdition], tables: Mapping[str, bytes]) -> str:
    """Return the text of the compiled form; what is absent is left out.

    Parameters
    ----------
    editions
        The editions, parsed from their files.
    tables
        The other tables of the library by name; only their digests are kept.
    """
    rows: list[dict[str, Any]] = [{"file": name, "digest": digest_of(content)} for name, content in tables.items()]
    rows += [
        {"file": loaded.source, "digest": loaded.digest, "edition": _without_absent(asdict(loaded.edition))}
        for loaded in editions
    ]
    # one edition a line: a change of one shows as one
    body = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    return f"{_SCHEMA} {digest_of(body.encode())}\n{body}"


def _without_absent(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_absent(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_absent(item) for item in value]
    return "inf" if value == float("inf") else value


def read_compiled(content: bytes) -> tuple[dict[str, LoadedEdition], dict[str, str]]:
    """Return the editions of a compiled form by the name of their file, and the digests of the other tables.

    Raises
    ------
    CompiledFormError
        If it is none.
    """
    try:
        head, _, body = content.partition(b"\n")
        if head.decode() != f"{_SCHEMA} {digest_of(body)}":
            raise CompiledFormError("it is not the form that was written")
        rows = [json.loads(line) for line in body.splitlines()]
        editions = {
            row["file"]: LoadedEdition(_edition(row["edition"]), row["digest"], row["file"], "shipped")
            for row in rows
            if "edition" in row
        }
        return editions, {row["file"]: row["digest"] for row in rows if "edition" not in row}
    except (ValueError, KeyError, TypeError) as error:
        raise CompiledFormError(str(error)) from None


def _edition(raw: dict[str, Any]) -> Edition:
    raw["recovery"] = tuple(_schedule(item) for item in raw.get("recovery", ()))
    raw["constraint"] = tuple(_constraint(item) for item in raw["constraint"])
    return Edition(**raw)


def _schedule(raw: dict[str, Any]) -> RecoverySchedule:
    raw["step"] = tuple(RecoveryStep(**step) for step in raw["step"])
    return RecoverySchedule(**raw)


def _constraint(raw: dict[str, Any]) -> Constraint:
    raw["structures"] = tuple(raw["structures"])
    raw["modalities"] = tuple(raw["modalities"])
    raw["conditions"] = Conditions(**{key: _tuple(value) for key, value in raw["conditions"].items()})
    if "limit" in raw:
        raw["limit"] = tuple(raw["limit"])
    if "limit_by_n_fractions" in raw:
        raw["limit_by_n_fractions"] = tuple((n, tuple(limit)) for n, limit in raw["limit_by_n_fractions"])
    if "score" in raw:
        groups = tuple(ScoreGroup(**group) for group in raw["score"].pop("group"))
        bands = tuple(raw["score"].pop("cumulative_above_gy"))
        raw["score"] = Score(**raw["score"], cumulative_above_gy=bands, group=groups)
    if "cord_model" in raw:
        raw["cord_model"] = CordModel(**{key: _tuple(value) for key, value in raw["cord_model"].items()})
    return Constraint(**raw)


def _tuple(value: Any) -> Any:
    return tuple(float("inf") if item == "inf" else item for item in value) if isinstance(value, list) else value
