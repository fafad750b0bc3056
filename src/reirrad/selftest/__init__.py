"""The program against what is known without it, on the machine that it runs on."""

from reirrad.selftest.run import selftest

__all__ = ["selftest"]
