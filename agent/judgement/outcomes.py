"""The possible verdicts, how probable each is under a belief, and what it costs to give one where another is true. Pure."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from agent.judgement.belief import Belief
from agent.judgement.tables import Array, DecisionModel

Primary = Literal["instruction", "knowledge", "behavior", "efficiency", "knowledge+behavior", "none"]
Lever = Literal[
    "prompt_engineering",
    "full_context",
    "rag",
    "improve_retrieval",
    "fine_tuning",
    "distillation",
    "right_size",
    "measure_first",
    "tool_use",
    "human_review",
    "out_of_scope",
]

PRIMARIES: tuple[Primary, ...] = (
    "instruction",
    "knowledge",
    "behavior",
    "efficiency",
    "knowledge+behavior",
    "none",
)
KNOWLEDGE_STEPS: tuple[Lever, ...] = ("tool_use", "improve_retrieval", "full_context", "rag")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict: the primary gap and the first step."""

    primary: Primary
    first_step: Lever


OUTCOMES: tuple[Outcome, ...] = (
    Outcome("instruction", "prompt_engineering"),
    *(Outcome("knowledge", step) for step in KNOWLEDGE_STEPS),
    Outcome("behavior", "fine_tuning"),
    Outcome("behavior", "prompt_engineering"),
    Outcome("efficiency", "distillation"),
    Outcome("efficiency", "right_size"),
    *(Outcome("knowledge+behavior", step) for step in KNOWLEDGE_STEPS),
    Outcome("none", "measure_first"),
    Outcome("none", "out_of_scope"),
)

FORBIDDEN_FOR: dict[Lever, frozenset[Primary]] = {
    "fine_tuning": frozenset({"instruction", "knowledge", "efficiency", "knowledge+behavior", "none"}),
    "distillation": frozenset({"instruction", "knowledge", "behavior", "knowledge+behavior", "none"}),
    "rag": frozenset({"behavior", "instruction"}),
}
"""Where a lever does harm as a first step, whatever else is known."""


@cache
def classes(model: DecisionModel) -> Array:
    """Which primary each hidden state amounts to, and whether it is unnameable: shape (S, 7), one 1 a row.

    Columns: the six primaries in order, `none` meaning that all is well, then `none` meaning that nobody can say.
    """
    columns = np.zeros((len(model.states), len(PRIMARIES) + 1))
    for row, state in enumerate(model.states):
        columns[row, _class(state["knowledge"], state["conduct"], state["economy"], state["clarity"])] = 1.0
    return columns


def _class(knowledge: str, conduct: str, economy: str, clarity: str) -> int:
    if clarity == "unclear":
        return len(PRIMARIES)
    primary: Primary = "none"
    if knowledge == "missing":
        primary = "knowledge+behavior" if conduct == "stubborn" else "knowledge"
    elif conduct != "fine":
        primary = "behavior" if conduct == "stubborn" else "instruction"
    elif economy == "strained":
        primary = "efficiency"
    return PRIMARIES.index(primary)


def outcome_probabilities(states: Array, circumstances: Array, model: DecisionModel) -> Array:
    """Probability of each outcome; leading axes are kept, shapes (…, S) and (…, C) to (…, O)."""
    by_class = states @ classes(model)
    column = {c.name: circumstances[..., i] for i, c in enumerate(model.circumstances)}
    live, retrieval = column["live"], column["retrieval"]
    fits = column["small"] * column["slow"] * column["free"] * column["shared"]
    shrink = 1 - (1 - column["stretched"]) * (1 - column["massive"])
    steps = {
        "tool_use": live,
        "improve_retrieval": (1 - live) * retrieval,
        "full_context": (1 - live) * (1 - retrieval) * fits,
        "rag": (1 - live) * (1 - retrieval) * (1 - fits),
        "fine_tuning": column["enough"],
        "distillation": shrink,
        "right_size": 1 - shrink,
    }
    one = np.ones_like(live)

    def share(outcome: Outcome) -> Array:
        primary = by_class[..., PRIMARIES.index(outcome.primary)]
        match outcome.primary, outcome.first_step:
            case "none", "measure_first":
                return by_class[..., len(PRIMARIES)]
            case ("none", "out_of_scope") | ("instruction", _):
                return primary * one
            case "behavior", "prompt_engineering":
                return primary * (1 - column["enough"])
            case _, step:
                return primary * steps[step]

    return np.stack([share(outcome) for outcome in OUTCOMES], axis=-1)


@cache
def losses(model: DecisionModel) -> Array:
    """What it costs to recommend the row's outcome where the column's is true, shape (O, O)."""
    return np.array([[_loss(given, true, model) for true in OUTCOMES] for given in OUTCOMES])


def _loss(given: Outcome, true: Outcome, model: DecisionModel) -> float:
    total = 0.0
    if given.primary != true.primary:
        near = {given.primary, true.primary} == {"knowledge", "knowledge+behavior"}
        total += model.loss["near_primary" if near else "wrong_primary"]
    if given.first_step != true.first_step:
        total += model.loss["wrong_step"]
        unready = given.first_step == "fine_tuning" and true.first_step == "prompt_engineering"
        if unready or true.primary in FORBIDDEN_FOR.get(given.first_step, frozenset()):
            total += model.loss["harmful_step"]
    return total


def expected_losses(belief: Belief) -> Array:
    """Expected loss of recommending each outcome, shape (O,)."""
    probabilities = outcome_probabilities(belief.states, belief.circumstances, belief.model)
    result: Array = losses(belief.model) @ probabilities
    return result
