"""The written questions on which search and answers are measured: two authors for tuning, two held out, none of whom saw the indexed questions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

HALVES = ("tuning", "held-out")
"""The tuning half may be looked at and fitted on; the held-out half is only reported."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as a colleague put it, with what answers it."""

    text: str
    author: str
    kind: str
    """lookup, advice, compare, order, definition, dissent, or none where the sources don't say."""
    answers: tuple[frozenset[str], ...]
    """Groups of passage ids: a right answer brings one of every group; no groups where the sources don't say."""

    @property
    def answerable(self) -> bool:
        """Whether the sources answer it."""
        return bool(self.answers)


def load_questions(half: str) -> tuple[Asked, ...]:
    """The questions of one half, author by author."""
    folder = files("evals") / "questions"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.startswith(half))
    return tuple(
        Asked(
            row["question"],
            name.removesuffix(".jsonl"),
            row["kind"],
            tuple(frozenset(group) for group in row["answers"]),
        )
        for name in names
        for row in map(json.loads, folder.joinpath(name).read_text(encoding="utf-8").splitlines())
    )


def answerable(questions: Sequence[Asked]) -> tuple[Asked, ...]:
    """Those that the sources answer."""
    return tuple(question for question in questions if question.answerable)
