"""A person who presses the one-click answer wherever one means what they would have typed."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from agent import DONT_KNOW, fact_kinds
from agent.testing import Facts
from evals.runner import Result


def presses(typed: Result, facts: Facts) -> Callable[[dict[str, Any]], str]:
    """Answers each question with the button that means what was understood of the person's own words.

    Own words stay where no button means the same: a number was said, or the answer said more than it was asked for.

    Args:
        typed: the conversation in the person's own words.
        facts: what was understood in it.
    """
    plain = set(_plainly_answered(typed))

    def answer(question: dict[str, Any]) -> str:
        name = question["fact"]
        own = typed.scenario.user.answers.get(name, DONT_KNOW)
        if name not in plain or facts[name].number is not None:
            return own
        if not facts[name].known:
            return DONT_KNOW
        meant = set(facts[name].values)
        return next((text for text, values in _buttons(name, question["options"]) if values == meant), own)

    return answer


def _plainly_answered(typed: Result) -> Iterator[str]:
    """The facts whose answer told that fact and no other, and which nothing said later changed."""
    last = typed.exchanges[-1].reply["facts"]
    for before, after in pairwise(e.reply for e in typed.exchanges):
        told = {name for name, view in after["facts"].items() if view != before["facts"].get(name)}
        asked = before["question"]["fact"] if before["question"] else None
        if asked and told == {asked} and last[asked] == after["facts"][asked]:
            yield asked


def _buttons(name: str, options: Sequence[str]) -> Iterator[tuple[str, set[str]]]:
    """What each button of a question means; a text that two wordings share means what the first of them says."""
    meanings: dict[str, set[str]] = {}
    for wording in fact_kinds()[name].all_wordings:
        for text, values in wording.answers:
            meanings.setdefault(text, set(values))
    yield from ((text, meanings[text]) for text in options if text in meanings)
