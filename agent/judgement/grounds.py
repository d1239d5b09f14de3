"""What spoke for the verdict and what against it: each value that was said, weighed against the runner-up. Pure."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from agent.facts import Facts
from agent.judgement.belief import Belief, believe
from agent.judgement.outcomes import OUTCOMES, PRIMARIES, Outcome, classes, outcome_probabilities
from agent.judgement.tables import Array, DecisionModel
from agent.judgement.verdict import Verdict, judge
from agent.vocabulary import fact_kinds

Direction = Literal["for", "against"]

LEAST = 0.05
"""Log-odds below which a value is taken to say nothing: less than about 5% on the odds."""
NOBODY_ASKED: frozenset[str] = frozenset()
"""The outcome depends on what was said, not on what was asked."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One value that the user said, and how it weighs on the verdict."""

    fact: str
    value: str
    direction: Direction
    """As `strength` has it; where that is next to nothing, as the larger of `on_gap` and `on_step` has it."""
    strength: float
    """How much it moves the natural log of the odds of the verdict against the runner-up; positive speaks for the verdict.

    The two differ in their gap, in their first step, or in both, and so a fact that decides only the step counts where the steps
    differ. It is the log of a likelihood ratio in the light of all else that was said, softened by the reading's doubt.
    """
    on_gap: float
    """How much it moves the natural log of the odds that the named gap is there at all (that all is well, that nobody can say)."""
    on_step: float
    """How much it moves the natural log of the odds of the first step, given the gap."""
    decisive: bool
    """Whether the verdict would be another one had this not been said; so a hard rule shows that the odds do not."""
    because: tuple[str, ...]
    """Ids of the passages that justify the direction of the fact's table; empty where no table has the value."""


def grounds(facts: Facts, verdict: Verdict, model: DecisionModel) -> tuple[Ground, ...]:
    """Every value that speaks for or against the verdict, the weightiest first; their order in `facts` does not matter.

    Args:
        facts: all that is known; what the user does not know is no ground.
        verdict: the verdict on these facts.
        model: the decision model that it was judged by.
    """
    return tuple(sorted(_grounds(facts, verdict, model), key=_weightiest_first))


def _grounds(facts: Facts, verdict: Verdict, model: DecisionModel) -> Iterator[Ground]:
    here = believe(facts, model)
    for name, fact in facts.items():
        for value in fact.values if fact.known else ():
            without = _without(facts, name, value)
            there = believe(without, model)
            moved = (_change(here, there, odds, verdict) for odds in (_against_runner_up, _of_gap, _of_step))
            strength, on_gap, on_step = moved
            decisive = judge(without, NOBODY_ASKED, model).outcome != verdict.outcome
            telling = strength if abs(strength) >= LEAST else max(on_gap, on_step, key=abs)
            if decisive or abs(telling) >= LEAST:
                direction: Direction = "against" if telling <= -LEAST else "for"
                yield Ground(name, value, direction, strength, on_gap, on_step, decisive, _because(name, value, model))


def _change(here: Belief, there: Belief, odds: Callable[[Belief, Outcome, Outcome], float], verdict: Verdict) -> float:
    one, other = (odds(belief, verdict.outcome, verdict.runner_up) for belief in (here, there))
    return round(one - other, 4) + 0.0  # the sum makes -0.0 a plain zero


def _against_runner_up(belief: Belief, outcome: Outcome, runner_up: Outcome) -> float:
    probable = _probabilities(belief)
    return math.log(probable[outcome] / probable[runner_up])


def _of_step(belief: Belief, outcome: Outcome, _: Outcome) -> float:
    """Zero where the gap has but one first step; for "no gap" the step is what is named, and `_of_gap` has it."""
    probable = _probabilities(belief)
    others = sum(p for o, p in probable.items() if o.primary == outcome.primary and o != outcome)
    return math.log(probable[outcome] / others) if others and outcome.primary != "none" else 0.0


def _probabilities(belief: Belief) -> dict[Outcome, float]:
    shares = outcome_probabilities(belief.states, belief.circumstances, belief.model)
    return {outcome: float(share) for outcome, share in zip(OUTCOMES, shares, strict=True)}


def _of_gap(belief: Belief, outcome: Outcome, _: Outcome) -> float:
    there = float(belief.states @ _having_it(outcome, belief.model))
    return math.log(there / (1.0 - there))


def _having_it(outcome: Outcome, model: DecisionModel) -> Array:
    """The hidden states in which what the outcome names is the matter, shape (S,), each 0 or 1."""
    if outcome.primary == "none":
        column = len(PRIMARIES) if outcome.first_step == "measure_first" else PRIMARIES.index("none")
        return classes(model)[:, column]
    result: Array = np.prod([model.gaps[gap] for gap in outcome.primary.split("+")], axis=0)
    return result


def _because(name: str, value: str, model: DecisionModel) -> tuple[str, ...]:
    return model.because.get(name, ()) if value in model.likelihood.get(name, {}) else ()


def _without(facts: Facts, name: str, value: str) -> Facts:
    """The facts had this value not been said."""
    left = tuple(v for v in facts[name].values if v != value)
    others = {n: f for n, f in facts.items() if n != name}
    return {**others, name: replace(facts[name], values=left)} if left else others


def _weightiest_first(ground: Ground) -> tuple[float, int, str]:
    weight = max(map(abs, (ground.strength, ground.on_gap, ground.on_step)))
    return -weight, list(fact_kinds()).index(ground.fact), ground.value
