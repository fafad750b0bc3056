"""What a self-test ran with: the package's own files, the interpreter, the system, the packages that compute.

Nothing that names a machine or a person: a record leaves the clinic.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Iterator
from importlib import metadata, resources
from importlib.resources.abc import Traversable

_COMPUTES = ("numpy", "scipy", "pydantic", "pydantic-core", "click")
#: Code, rules and tables, and templates of reports; not what Python compiles for itself.
_OWN = (".py", ".toml", ".jsonl", ".j2")


def code_digest(root: Traversable | None = None) -> str:
    """Return the SHA-256 of the files of a package, the same for a wheel and for the source tree that it is built from.

    It is that of a list with one line for each file, by its path inside the package, in the order of these: SHA-256 of
    its content, two spaces, path. ``sha256sum`` prints such lines, so that the digest can be had without this program.

    Parameters
    ----------
    root
        Folder of the package; the one that runs, if it is not stated.
    """
    digests = dict(_digests(resources.files("reirrad") if root is None else root, ""))
    lines = [f"{digests[name]}  {name}\n" for name in sorted(digests)]
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"


def _digests(folder: Traversable, above: str) -> Iterator[tuple[str, str]]:
    """Yield path and SHA-256 of every file of a folder and of those within it."""
    for item in folder.iterdir():
        name = f"{above}{item.name}"
        if item.is_dir():
            yield from _digests(item, f"{name}/")
        elif item.name.endswith(_OWN):
            yield name, hashlib.sha256(item.read_bytes()).hexdigest()


def environment() -> dict[str, str]:
    """Return the interpreter, the operating system, the machine, and the packages that compute, with their versions."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "operating_system": _system(),
        "machine": f"{platform.system()} {platform.machine()}",
        "float": f"{sys.float_info.mant_dig} bits, exponents {sys.float_info.min_exp} to {sys.float_info.max_exp}",
        **{name: metadata.version(name) for name in _COMPUTES},
    }


def _system() -> str:
    """Return the operating system and its release; of Linux the name of the distribution, too, where it states one."""
    if platform.system() == "Darwin":
        return f"macOS {platform.mac_ver()[0]} (Darwin {platform.release()})"
    if platform.system() == "Windows":
        return f"Windows {platform.release()} ({platform.version()})"
    name = f"{platform.system()} {platform.release()}"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']} ({name})"
    except (OSError, KeyError):
        return name
