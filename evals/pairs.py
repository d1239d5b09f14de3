"""Two systems judged on the same people: is one better, or is it chance?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """What the same people say about two systems."""

    won: int
    """Right by the first alone."""
    lost: int
    """Right by the second alone."""
    p: float
    """Two-sided exact McNemar test: how probable so uneven a split is where both are as good."""


def difference(ours: Sequence[bool], theirs: Sequence[bool]) -> Difference:
    """Compare person by person.

    Raises:
        ValueError: the two were not judged on equally many people.
    """
    won = sum(a and not b for a, b in zip(ours, theirs, strict=True))
    lost = sum(b and not a for a, b in zip(ours, theirs, strict=True))
    return Difference(won, lost, mcnemar(won, lost))


def mcnemar(won: int, lost: int) -> float:
    """The two-sided exact p of a split of people on whom two systems differ."""
    total = won + lost
    tail = sum(math.comb(total, k) for k in range(min(won, lost) + 1))
    return min(1.0, 2 * tail / (1 << total))
