"""Run the command line: ``python -m reirrad``."""

from reirrad.cli.entry import run

if __name__ == "__main__":
    run()
