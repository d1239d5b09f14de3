"""How well questions are answered: with the right facts, and declined where the sources don't say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent import Answer
from evals.asked import Asked


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of each question."""

    right: tuple[bool, ...]
    """Of the answerable ones: answered, and every group of facts that a whole answer needs is cited."""
    wrongly_declined: tuple[bool, ...]
    """Of the answerable ones."""
    declined: tuple[bool, ...]
    """Of the unanswerable ones."""
    words: tuple[int, ...]
    """Length of each answer that was given."""


def answer_all(questions: Sequence[Asked], answer: Callable[[str], Answer]) -> Answered:
    """Ask all questions."""
    given = [(question, answer(question.text)) for question in questions]
    known = [(question, found) for question, found in given if question.answerable]
    return Answered(
        tuple(not found.abstained and _cites_all(question, found) for question, found in known),
        tuple(found.abstained for _, found in known),
        tuple(found.abstained for question, found in given if not question.answerable),
        tuple(len(found.text.split()) for _, found in known if not found.abstained),
    )


def _cites_all(question: Asked, found: Answer) -> bool:
    cited = {citation.passage_id for citation in found.citations}
    return all(not group.isdisjoint(cited) for group in question.answers)
