"""Run the command line: ``python -m reirrad``."""

from reirrad.cli.main import run

run()
