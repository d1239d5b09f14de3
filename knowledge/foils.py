"""Foils: questions that people in the field ask and that the sources do not answer.

A question nearer to them than to any question that a passage answers is probably one of their kind.
"""

from functools import cache
from importlib.resources import files


@cache
def foils() -> tuple[str, ...]:
    """The foils, in file order."""
    lines = files("knowledge").joinpath("foils.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
