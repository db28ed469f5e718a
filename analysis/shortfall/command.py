"""What the scripts share: their arguments, and the exit code when a folder is refused."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable

from shortfall.results import Refused


def parser(about: str | None) -> ArgumentParser:
    """Arguments that every script takes."""
    arguments = ArgumentParser(description=about)
    arguments.add_argument("results", help="results folder, such as results/cobalt")
    return arguments


def run(script: Callable[[], None]) -> None:
    """Runs a script; a refusal is one message and exit code 3, as from the simulator."""
    try:
        script()
    except Refused as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        raise SystemExit(3) from None
