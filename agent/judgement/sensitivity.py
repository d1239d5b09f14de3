"""What would change the verdict: computed by changing one fact at a time and judging again. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.facts import Fact, Facts
from agent.judgement.outcomes import Outcome
from agent.judgement.tables import DecisionModel
from agent.judgement.verdict import judge
from agent.vocabulary import fact_kinds

SURE = 0.97
"""Confidence of the supposed value."""


@dataclass(frozen=True, slots=True)
class Flip:
    """One fact, changed, and the outcome that then holds."""

    fact: str
    value: str
    outcome: Outcome


def flips(facts: Facts, asked: frozenset[str], model: DecisionModel) -> tuple[Flip, ...]:
    """For each known fact that decides, the first other value (in the vocabulary's order, nearest first) that flips the outcome."""
    here = judge(facts, asked, model).outcome

    def found() -> Iterator[Flip]:
        for name, fact in facts.items():
            if not fact.known or name == "symptom":
                continue
            for value in _nearest(name, fact.values[0]):
                there = judge(suppose(facts, name, (value,)), asked, model).outcome
                if there != here:
                    yield Flip(name, value, there)
                    break

    order = list(model.question_cost)
    return tuple(sorted(found(), key=lambda flip: order.index(flip.fact) if flip.fact in order else len(order)))


def suppose(facts: Facts, name: str, values: tuple[str, ...]) -> Facts:
    """The facts with one of them changed."""
    old = facts.get(name)
    new = (
        replace(old, values=values, number=None, unit=None, confidence=SURE, otherwise=())
        if old
        else Fact(name, values, "", 0, SURE)
    )
    return {**facts, name: new}


def _nearest(name: str, value: str) -> list[str]:
    values = list(fact_kinds()[name].values)
    here = values.index(value)
    return sorted((v for v in values if v != value), key=lambda v: abs(values.index(v) - here))
