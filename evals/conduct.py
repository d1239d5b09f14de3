"""How an interview was led: how much was asked, what was asked although it had been said, and what had to be asked again."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from agent import UNKNOWN, fact_kinds
from agent.testing import decision_model, examples_value, half_said
from evals.runner import Exchange, Result


def questions(counts: Sequence[int]) -> str:
    """How many questions people were asked, in words; the percentile is a number of questions that somebody was asked."""
    middle, high = np.percentile(counts, 50), np.percentile(counts, 95, method="inverted_cdf")
    return f"median {middle:g}, mean {np.mean(counts):.1f}, 95th percentile {high:g}, most {max(counts)}"


def reasked(result: Result) -> list[bool]:
    """Of each question before the recommendation: whether its fact was known when it was asked."""
    return [_known(e, e.reply["question"]["fact"]) for e in _interview(result) if e.reply["kind"] == "question"]


def followed_up(result: Result) -> list[bool]:
    """Of each question about what was known: whether it asks for something else, as what was said of it leaves open what decides."""
    again = [e for e in _interview(result) if e.reply["kind"] == "question" and _known(e, e.reply["question"]["fact"])]
    return [_half_said(e, e.reply["question"]["fact"]) for e in again]


def reprompted(result: Result) -> list[bool]:
    """Of each turn that answers an open question: whether the same question is still open after it."""
    return [
        bool(after.reply["question"]) and after.reply["question"]["fact"] == before.reply["question"]["fact"]
        for before, after in pairwise(_interview(result))
        if before.reply["question"]
    ]


def _interview(result: Result) -> tuple[Exchange, ...]:
    """The exchanges up to the first recommendation, with it."""
    kinds = [e.reply["kind"] for e in result.exchanges]
    end = kinds.index("recommendation") + 1 if "recommendation" in kinds else len(kinds)
    return result.exchanges[:end]


def _known(exchange: Exchange, fact: str) -> bool:
    held = exchange.reply["facts"].get(fact)
    return held is not None and held["value"] != UNKNOWN


def _half_said(exchange: Exchange, fact: str) -> bool:
    if fact == "symptom" and exchange.reply["question"]["text"] != fact_kinds()[fact].wording.question:
        return True  # asked in other words: what goes wrong besides
    value, model = exchange.reply["facts"][fact]["value"], decision_model()
    if fact == "examples" and isinstance(value, int | float):
        value = examples_value(value)
    return half_said(fact, value if isinstance(value, list) else [value], model)
