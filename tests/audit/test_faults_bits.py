"""Single bits of what an interrupted audit has left are flipped: it goes on with what was written or not (F08)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from audit.fault_cohorts import assert_failed, audit, files_of, lines_of, text_of, workplace, write
from audit.faulty_run import SMALL, fail_at, place
from reirrad.audit.digests import digest_of, sealed, unsealed

DAMAGED = "what the interrupted audit had read is damaged"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SMALL.items():
        monkeypatch.setattr(*place(name), value)


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    return write(tmp_path / "cohort.csv", text_of([*lines_of(60), '"unbalanced', "00007,1,SpinalCord"]))


@pytest.fixture
def left(cohort: Path, tmp_path: Path) -> Path:
    """Return what an audit has left of which everything is judged."""
    with pytest.MonkeyPatch.context() as patch:
        owner, last = place("reirrad.audit.run:write_quarantine")
        patch.setattr(owner, last, getattr(owner, last))
        fail_at("reirrad.audit.run:write_quarantine", 0, "full")
        assert audit(cohort, "--out", tmp_path / "out").code == 2
    return workplace(tmp_path / "out")


def flip(path: Path, place_of: Callable[[bytes], int], bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[place_of(bytes(content))] ^= 1 << bit
    path.write_bytes(content)


def at(share: float) -> Callable[[bytes], int]:
    return lambda content: int(share * (len(content) - 1))


def after(text: bytes) -> Callable[[bytes], int]:
    return lambda content: content.index(text) + len(text)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 0.5, 0.75, 0.9, 1.0])
@pytest.mark.parametrize("name", ["rows-00000.arrow", "bad-lines.jsonl"])
def test_f08_a_bit_of_rows_that_were_read(name: str, share: float, left: Path, cohort: Path, tmp_path: Path) -> None:
    flip(left / name, at(share))
    outcome = audit(cohort, "--out", tmp_path / "out", "--resume")
    assert_failed(outcome, tmp_path / "out", DAMAGED, "begin anew: --overwrite without --resume")


def test_f08_a_dose_of_which_a_bit_is_flipped(left: Path, cohort: Path, tmp_path: Path) -> None:
    """50 Gy would be 10 Gy, and a patient met who violates a limit."""
    # the distinct doses, one behind the other
    doses = b"507013.848.79"
    path = left / "rows-00000.arrow"
    flip(path, lambda content: content.index(doses), bit=2)
    assert doses.replace(b"50", b"10", 1) in path.read_bytes()
    assert_failed(audit(cohort, "--out", tmp_path / "out", "--resume"), tmp_path / "out", DAMAGED)


@pytest.mark.parametrize("share", [0.0, 0.4, 0.99])
@pytest.mark.parametrize("suffix", ["findings", "patients", "json"])
def test_any_bit_of_a_result(suffix: str, share: float, left: Path, cohort: Path, tmp_path: Path) -> None:
    """The bucket is judged again, and the results are those of an audit that nothing befell."""
    assert audit(cohort, "--out", tmp_path / "whole").code == 3
    flip(sorted(left.glob(f"bucket-*.{suffix}"))[1], at(share))
    assert audit(cohort, "--out", tmp_path / "out", "--resume").code == 3
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")


@pytest.mark.parametrize("suffix", ["findings", "patients"])
def test_f08_a_bit_of_a_result(suffix: str, left: Path, cohort: Path, tmp_path: Path) -> None:
    """A status or a verdict is another word, and nothing else is broken by it."""
    assert audit(cohort, "--out", tmp_path / "whole").code == 3
    flip(sorted(left.glob(f"bucket-*.{suffix}"))[1], lambda content: content.rindex(b"violated"))
    assert audit(cohort, "--out", tmp_path / "out", "--resume").code == 3
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")


@pytest.mark.parametrize(
    "place_of", [at(0.0), at(0.5), after(b'"rows_of_parts": ['), after(b'"rows": '), after(b'"crc32": ')]
)
def test_f08_a_bit_of_the_state(place_of: Callable[[bytes], int], left: Path, cohort: Path, tmp_path: Path) -> None:
    flip(left / "state.json", place_of)
    assert_failed(audit(cohort, "--out", tmp_path / "out", "--resume"), tmp_path / "out", DAMAGED)


def test_digests(tmp_path: Path) -> None:
    """CRC-32 of "123456789" is cbf43926, as every description of it says."""
    assert digest_of(write(tmp_path / "a", b"123456789")) == 0xCBF43926
    assert digest_of(write(tmp_path / "a", b"")) == 0


def test_what_is_sealed() -> None:
    what = {"rows": (1, 2), "ä": None, "margin": 0.1, "worst": float("inf")}
    text = sealed(what)
    assert unsealed(text) == what | {"rows": [1, 2]}
    for changed in (text.replace("0.1", "0.3"), text.replace("[1, 2]", "[1, 3]"), "{}", "[]", "", "1", text[:-1]):
        with pytest.raises(ValueError, match=r"not what was written|line 1"):
            unsealed(changed)
