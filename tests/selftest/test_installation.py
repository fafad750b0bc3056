"""What a record says of the installation: a digest that anybody can compute, and nothing that names a person."""

from __future__ import annotations

import getpass
import hashlib
import platform
import shutil
import socket
from pathlib import Path

import reirrad
from reirrad.selftest.installation import code_digest, environment

HOME = Path(reirrad.__file__).parent


def test_the_digest_is_that_of_a_list_that_sha256sum_prints(tmp_path: Path) -> None:
    # what `sha256sum a.jsonl a/x.toml b.py` prints for files that hold 1, 3 and 2
    for name, text in {"b.py": "2", "a/x.toml": "3", "a.jsonl": "1", "a/x.pyc": "no", "notes.md": "no"}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    one, two, three = (hashlib.sha256(text).hexdigest() for text in (b"1", b"2", b"3"))
    lines = f"{one}  a.jsonl\n{three}  a/x.toml\n{two}  b.py\n"
    assert code_digest(tmp_path) == f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"


def test_the_digest_is_of_the_package_that_runs_and_of_each_of_its_files(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(HOME, copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert code_digest(copy) == code_digest() == code_digest(HOME)
    for name in (
        "engine/decide.py",
        "library/conventions.toml",
        "library/compiled.jsonl",
        "report/templates/audit.html.j2",
    ):
        path = copy / name
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        assert code_digest(copy) != code_digest()
        path.write_bytes(content)
    (copy / "engine" / "decide.py").rename(copy / "engine" / "decided_otherwise.py")
    assert code_digest(copy) != code_digest()


def test_the_system_is_told_and_nobody_is_named() -> None:
    facts = environment()
    assert platform.release() in facts["operating_system"]
    assert facts["machine"].endswith(platform.machine())
    assert platform.python_version() in facts["python"]
    assert {"numpy", "scipy", "pydantic", "click"} <= facts.keys()
    told = " ".join(facts.values()).split()
    assert socket.gethostname() not in told
    assert getpass.getuser() not in told
