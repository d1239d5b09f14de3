"""The part of a long passage that answers: its nearest statements, in their order."""

from collections.abc import Mapping
from itertools import pairwise

from knowledge.passages import Passage
from knowledge.statements import statements

SHORT = 300
"""Characters of a passage that is quoted whole."""
MOST = 3
"""Statements quoted of a longer one."""


def excerpt(passage: Passage, nearness: Mapping[str, float]) -> str:
    """Quote a passage, or of a long one the nearest statements.

    Args:
        passage: what is quoted.
        nearness: how near its statements are to a question; one that is missing is not near.
    """
    parts = statements(passage.text)
    kept = list(range(len(parts)))
    if len(passage.text) > SHORT and len(parts) > MOST:
        kept = sorted(sorted(kept, key=lambda row: -nearness.get(parts[row], 0.0))[:MOST])
    quoted = parts[kept[0]].removeprefix("• ")
    for before, row in pairwise(kept):
        skipped = " …" if row - before > 1 else ""
        stopped = "" if parts[before][-1] in ".!?:;…" else ";"
        quoted += f"{stopped}{skipped} {parts[row].removeprefix('• ')}"
    return quoted
