"""Which verdict was expected and which was given, as a table of counts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from evals.given import NONE_GIVEN, Given

Counts = Mapping[tuple[str, str], int]
"""Number of people by expected and given pair of primary and first step."""


def confusion(givens: Sequence[Given]) -> Counts:
    """Count the pairs of everybody whose primary and first step are both expected."""
    return Counter(
        (f"{g.scenario.expect.primary}/{g.scenario.expect.first_step}", g.pair)
        for g in givens
        if g.scenario.expect.primary and g.scenario.expect.first_step
    )


def confusion_table(counts: Counts) -> Iterator[str]:
    """A Markdown table, expected down and given across; the columns carry the numbers of the rows to stay narrow."""
    names = sorted({name for pair in counts for name in pair}, key=lambda name: (name == NONE_GIVEN, name))
    yield f"| expected, given across | {' | '.join(str(number) for number in range(1, len(names) + 1))} | right |"
    yield f"| --- |{' ---: |' * (len(names) + 1)}"
    for number, expected in enumerate(names, 1):
        row = [counts.get((expected, told), 0) for told in names]
        right = f"{row[number - 1]} of {sum(row)}" if sum(row) else ""
        yield f"| {number} {expected} | {' | '.join(str(n) if n else '·' for n in row)} | {right} |"
