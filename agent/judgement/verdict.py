"""From belief and facts to a verdict: gaps, primary, first step, and how far the next best is. Pure; hard rules come last."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from agent.facts import Facts, known_values
from agent.judgement.belief import Belief, believe, example_count, task_kind
from agent.judgement.outcomes import (
    OUTCOMES,
    PRIMARIES,
    Lever,
    Outcome,
    Primary,
    classes,
    outcome_probabilities,
)
from agent.judgement.tables import DecisionModel
from agent.vocabulary import UNKNOWN

COUNTS = 0.5
"""Probability from which a gap counts as there."""
CONTENT_FROM = 0.8
"""Least probability that an answer that it works, or praise, was read rightly, for the advice to leave it alone."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the facts so far amount to."""

    outcome: Outcome
    gaps: dict[str, float]
    runner_up: Outcome
    margin: float
    """How much more probable the outcome is than the runner-up; 0 to 1."""
    unmet: tuple[str, ...]
    """Facts that must be asked for before the first step is settled."""

    @property
    def primary(self) -> Primary:
        """The gap to close first."""
        return self.outcome.primary

    @property
    def first_step(self) -> Lever:
        """The lever to pull now."""
        return self.outcome.first_step


def judge(facts: Facts, asked: frozenset[str], model: DecisionModel) -> Verdict:
    """The verdict on the facts; `asked` are facts that were asked for, answered or not."""
    belief = believe(facts, model)
    gaps = {gap: _named(belief, gap) for gap in model.gaps}
    primary = _primary(belief, facts, gaps)
    outcome = Outcome(primary, _first_step(primary, belief, facts))
    probabilities = outcome_probabilities(belief.states, belief.circumstances, model)
    own = float(probabilities[OUTCOMES.index(outcome)]) if outcome in OUTCOMES else 0.0
    order = sorted((-float(p), i) for i, p in enumerate(probabilities) if OUTCOMES[i] != outcome)
    return Verdict(
        outcome=outcome,
        gaps={gap: round(p, 4) for gap, p in gaps.items()},
        runner_up=OUTCOMES[order[0][1]],
        margin=round(max(0.0, own + order[0][0]), 4),
        unmet=tuple(f for f in required(outcome, facts, belief) if is_open(f, facts, asked, model)),
    )


def required(outcome: Outcome, facts: Facts, belief: Belief) -> tuple[str, ...]:
    """The facts that must be known, or asked for, before this outcome may be settled."""
    known = known_values(facts)
    if "not_llm" in known.get("symptom", ()):
        return ()
    model = belief.model
    step = "fine_tuning" if outcome == Outcome("behavior", "prompt_engineering") else outcome.first_step
    moot = {clause.fact for clause in model.moot if clause.verdict == step and clause.holds(known)}
    if outcome == Outcome("behavior", "prompt_engineering") and "examples" in known:
        moot.add("examples")  # of examples that are too few no closer count can make enough
    if step == "rag" and min(belief.circumstance(name) for name in ("slow", "free", "shared")) < COUNTS:
        moot.add("corpus_size")
    besides = (c.fact for c in model.besides if c.verdict == outcome.primary and c.holds(known))
    return tuple(dict.fromkeys([*(fact for fact in model.preconditions[step] if fact not in moot), *besides]))


def is_open(name: str, facts: Facts, asked: frozenset[str], model: DecisionModel) -> bool:
    """Whether a fact may still be asked for: nobody has said it and it was not asked; or what was said leaves open what decides."""
    if name in asked:
        return False
    known = known_values(facts)
    if name == "symptom" and name in known:
        doubted = "works_today" in facts and bool({"no", "partly", UNKNOWN} & set(facts["works_today"].values))
        return doubted and names_no_failure(facts, model)
    return name not in facts or (half_said(name, facts[name].values, model) and not facts[name].set_by_hand)


def half_said(name: str, values: Iterable[str], model: DecisionModel) -> bool:
    """Whether what was said of a fact leaves open what decides."""
    open_ended = model.silent_on_quality if name == "symptom" else model.halfway.get(name, frozenset())
    return set(values) <= open_ended


def names_no_failure(facts: Facts, model: DecisionModel) -> bool:
    """Whether nothing that was said of the symptom tells what is wrong with the answers."""
    return half_said("symptom", known_values(facts).get("symptom", ()), model)


def _named(belief: Belief, gap: str) -> float:
    named = np.array([state["clarity"] == "named" for state in belief.model.states], dtype=np.float64)
    return float((belief.states * named) @ belief.model.gaps[gap])


def _primary(belief: Belief, facts: Facts, gaps: dict[str, float]) -> Primary:
    if "not_llm" in known_values(facts).get("symptom", ()):
        return "none"
    there = {gap for gap, p in gaps.items() if p >= COUNTS}
    if {"knowledge", "behavior"} <= there:
        return "knowledge+behavior"
    for gap in ("knowledge", "behavior", "instruction", "efficiency"):
        if gap in there:
            return gap
    by_class = belief.states @ classes(belief.model)
    best = int(np.argmax(by_class))
    return PRIMARIES[min(best, len(PRIMARIES) - 1)]


def _first_step(primary: Primary, belief: Belief, facts: Facts) -> Lever:
    match primary:
        case "instruction":
            return "prompt_engineering"
        case "knowledge" | "knowledge+behavior":
            return _knowledge_step(belief)
        case "behavior":
            return "fine_tuning" if may_train(facts, belief.model) else "prompt_engineering"
        case "efficiency":
            shrink = max(belief.circumstance("stretched"), belief.circumstance("massive"))
            return "distillation" if shrink >= COUNTS and may_distil(facts) else "right_size"
        case "none":
            return "out_of_scope" if _content(facts) else "measure_first"


def _knowledge_step(belief: Belief) -> Lever:
    if belief.circumstance("live") >= COUNTS:
        return "tool_use"
    if belief.circumstance("retrieval") >= COUNTS:
        return "improve_retrieval"
    if min(belief.circumstance(name) for name in ("small", "slow", "free", "shared")) >= COUNTS:
        return "full_context"
    return "rag"


def may_train(facts: Facts, model: DecisionModel) -> bool:
    """Whether training does no harm now: prompting exhausted, no fewer examples than the task's floor, no duty that weights break."""
    count = example_count(facts)
    exhausted = known_values(facts).get("prompting") == ("exhausted",)
    enough = count is not None and count >= model.floors[task_kind(facts)]
    return exhausted and enough and not weights_forbidden(facts)


def may_distil(facts: Facts) -> bool:
    """Whether distilling does no harm now: nobody says that the quality is not there, and no duty that weights break."""
    return not set(known_values(facts).get("works_today", ())) & {"no", "partly"} and not weights_forbidden(facts)


def weights_forbidden(facts: Facts) -> bool:
    """Sources must be shown, or permissions differ, and no retrieval is in place that does it: weights can do neither."""
    values = known_values(facts)
    duty = values.get("citations") == ("required",) or values.get("access_control") == ("differs",)
    return duty and "rag" not in values.get("stack", ())


def _content(facts: Facts) -> bool:
    """Whether there is evidence that all is well, or that no language model is meant.

    A complaint that nobody can name, praise that nobody has measured and a "yes" that may be misread are none.
    """
    values = known_values(facts)
    symptom, works = values.get("symptom", ()), values.get("works_today", ())
    yes = facts["works_today"].chance(frozenset({"yes"})) if works else 0.0
    praise = facts["symptom"].confidence if "works_fine" in symptom and "not_measured" not in works else 0.0
    sure = 1.0 - (1.0 - yes) * (1.0 - praise) >= CONTENT_FROM
    unnamed = "unclear" in symptom and not (sure and facts["symptom"].confidence < CONTENT_FROM)
    return "not_llm" in symptom or (sure and not unnamed)
