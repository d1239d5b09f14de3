"""How well a search finds: whether a passage with the answer comes first, or among the first five."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.asked import Asked, answerable

FIRST_FEW = 5

Ranking = Callable[[str], Sequence[str]]
"""Gives the ids of the best passages for a question, best first."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of each answerable question, in their order."""

    first: tuple[bool, ...]
    """A passage with the answer came first."""
    among_five: tuple[bool, ...]
    all_sides: tuple[bool, ...]
    """Of every group that a whole answer needs, one was among the first five."""


def find(questions: Sequence[Asked], ranking: Ranking) -> Found:
    """Ask all questions that the sources answer."""
    asked = answerable(questions)
    ranked = [tuple(ranking(question.text))[:FIRST_FEW] for question in asked]
    holds = [frozenset().union(*question.answers) for question in asked]
    return Found(
        tuple(bool(ids) and ids[0] in right for ids, right in zip(ranked, holds, strict=True)),
        tuple(not right.isdisjoint(ids) for ids, right in zip(ranked, holds, strict=True)),
        tuple(
            all(not group.isdisjoint(ids) for group in question.answers)
            for ids, question in zip(ranked, asked, strict=True)
        ),
    )
