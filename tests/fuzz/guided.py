"""One target under libFuzzer, with the package instrumented: ``python -m fuzz.guided TARGET CORPUS -runs=...``."""

from __future__ import annotations

import sys
from random import Random


def main() -> None:
    """Hand the target to libFuzzer, which ends the process."""
    import atheris

    with atheris.instrument_imports(include=["reirrad"]):
        from fuzz.run import MOST_SECONDS, in_time, module_of

        target = module_of(sys.argv[1])
        for name in getattr(target, "IMPORTS", ()):
            __import__(name)
    change = target.CHANGE

    def mutated(data: bytes, most_bytes: int, seed: int) -> bytes:
        random = Random(seed)  # noqa: S311 - a seed of libFuzzer
        if random.randrange(4) == 0:
            return bytes(atheris.Mutate(data, most_bytes))
        for _ in range(random.choice((1, 1, 2, 3))):
            data = change(data, random)
        return data[:most_bytes]

    def one_input(data: bytes) -> None:
        in_time(target, data, most_seconds=getattr(target, "MOST_SECONDS", MOST_SECONDS))

    atheris.Setup([sys.argv[0], *sys.argv[2:]], one_input, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
