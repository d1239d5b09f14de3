"""Shares with their intervals, in words."""

import math
from collections.abc import Sequence


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95% Wilson interval of a share."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, hits / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(held: Sequence[bool]) -> str:
    """How many of how many, in per cent and with the interval."""
    hits, total = sum(held), len(held)
    low, high = wilson(hits, total)
    return f"{hits} of {total} ({hits / max(1, total):.0%}, 95% interval {low:.0%} to {high:.0%})"


def cell(held: Sequence[bool]) -> str:
    """The same, for a table whose head says what it is."""
    hits, total = sum(held), len(held)
    low, high = wilson(hits, total)
    return f"{hits} of {total}: {hits / total:.0%} ({low:.0%} to {high:.0%})" if total else "none"
