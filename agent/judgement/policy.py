"""Which question to ask next, or none: the worth of an answer for the verdict, less what the question costs. Pure.

The worth is looked up two steps ahead, because some facts (size, change, duties) count only together.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from agent.facts import Facts
from agent.judgement.belief import ABOVE, BELOW, Belief, believe
from agent.judgement.outcomes import losses, outcome_probabilities
from agent.judgement.tables import Array, DecisionModel
from agent.judgement.verdict import Verdict, is_open, judge


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that could be asked, and what it is worth."""

    fact: str
    worth: float
    """Expected loss that its answer saves, less its cost."""


@dataclass(frozen=True, slots=True)
class _Answers:
    """Every answer that some open questions could get; row by row."""

    question: list[int]
    likelihood: Array
    """P(answer | state), shape (A, S)."""
    share: Array
    """P(answer | circumstances), shape (A,); multiplies the likelihood."""
    circumstances: Array
    """The circumstances after the answer, shape (A, C); NaN where the answer does not touch them."""


def next_question(facts: Facts, asked: frozenset[str], verdict: Verdict, model: DecisionModel) -> str | None:
    """The fact to ask for, or None where no answer can plausibly change the plan."""
    if "symptom" not in facts and "symptom" not in asked:
        return "symptom"
    if "symptom" in facts and "not_llm" in facts["symptom"].values:
        return None
    if "symptom" in facts and is_open("symptom", facts, asked, model):
        return "symptom"
    ranked = rank(facts, asked, model)
    unmet = [c for c in ranked if c.fact in verdict.unmet]
    worthy = [c for c in ranked if c.worth > 0]
    if worthy and unmet:
        return max((worthy[0], unmet[0]), key=lambda c: c.worth).fact
    chosen = worthy or unmet
    if chosen:
        return chosen[0].fact
    return "symptom" if _second_trouble_matters(facts, asked, verdict, model) else None


def _second_trouble_matters(facts: Facts, asked: frozenset[str], verdict: Verdict, model: DecisionModel) -> bool:
    """Whether a trouble that was only half heard beside the first would change the verdict, or call for one more answer."""
    symptom = facts.get("symptom")
    if symptom is None or "symptom" in asked:
        return False
    joined = (replace(symptom, values=(*symptom.values, value)) for value in symptom.half_heard)
    others = [judge({**facts, "symptom": both}, asked, model) for both in joined]
    return any(other.outcome != verdict.outcome or set(other.unmet) - set(verdict.unmet) for other in others)


def rank(facts: Facts, asked: frozenset[str], model: DecisionModel) -> list[Candidate]:
    """All questions still open, the one worth most first."""
    names = [
        name
        for name in model.question_cost
        if is_open(name, facts, asked, model) and (name in model.likelihood or _decides(name, model))
    ]
    if not names:
        return []
    belief = believe(facts, model)
    worth = _worth(belief, names, model)
    ranked = [Candidate(name, round(float(value), 6)) for name, value in zip(names, worth, strict=True)]
    return sorted(ranked, key=lambda c: (-c.worth, names.index(c.fact)))


def _decides(name: str, model: DecisionModel) -> bool:
    return any(c.fact == name for c in model.circumstances)


def _worth(belief: Belief, names: list[str], model: DecisionModel) -> Array:
    answers = _answers(belief, names, model)
    cost = np.array([model.question_cost[name] for name in names])
    now = _least_loss(belief.states, belief.circumstances, model)

    weight, states, circumstances = _after(belief.states, belief.circumstances, answers)
    loss_after_one = _least_loss(states, circumstances, model)
    weight_two, states_two, circumstances_two = _after(states, circumstances, answers)
    loss_after_two = _least_loss(states_two, circumstances_two, model)

    second = _by_question(weight_two * loss_after_two, answers.question, len(names))
    heard = 1 - model.unknown_answers
    gain = heard * (loss_after_one[:, None] - second) - cost[None, :]
    for row, question in enumerate(answers.question):
        gain[row, question] = 0.0
    best_second = np.maximum(gain.max(axis=1), 0.0) * model.second_step
    saved = _by_question((weight * (loss_after_one - best_second))[None, :], answers.question, len(names))[0]
    without = now - model.second_step * _best_without(belief, names, answers, cost, now, model)
    result: Array = heard * np.maximum(without - saved, now - _single(weight, loss_after_one, answers, names)) - cost
    return result


def _single(weight: Array, loss: Array, answers: _Answers, names: list[str]) -> Array:
    result: Array = _by_question((weight * loss)[None, :], answers.question, len(names))[0]
    return result


def _best_without(
    belief: Belief, names: list[str], answers: _Answers, cost: Array, now: float | Array, model: DecisionModel
) -> Array:
    """What the best other single question would save: a pair is worth only what it adds to that."""
    weight, states, circumstances = _after(belief.states, belief.circumstances, answers)
    single = now - _single(weight, _least_loss(states, circumstances, model), answers, names)
    net = np.maximum((1 - model.unknown_answers) * single - cost, 0.0)
    return np.array([np.max(np.delete(net, i), initial=0.0) for i in range(len(names))])


def _answers(belief: Belief, names: Iterable[str], model: DecisionModel) -> _Answers:
    question: list[int] = []
    likelihood: list[Array] = []
    share: list[float] = []
    circumstances: list[Array] = []
    untouched = np.full(len(model.circumstances), np.nan)
    for number, name in enumerate(names):
        index = next((i for i, c in enumerate(model.circumstances) if c.fact == name), None)
        rows = model.likelihood.get(name)
        if index is None:
            for row in (rows or {}).values():
                question.append(number)
                likelihood.append(row)
                share.append(1.0)
                circumstances.append(untouched)
            continue
        circumstance = model.circumstances[index]
        for holds, values in ((True, circumstance.yes), (False, circumstance.no)):
            after = untouched.copy()
            after[index] = ABOVE if holds else BELOW
            chance = float(belief.circumstances[index])
            question.append(number)
            likelihood.append(_pooled(rows, values, len(model.states)))
            share.append(chance if holds else 1.0 - chance)
            circumstances.append(after)
    return _Answers(question, np.array(likelihood), np.array(share), np.array(circumstances))


def _pooled(rows: object, values: frozenset[str], states: int) -> Array:
    """How likely each state makes any of these values, relative to an even answer."""
    if not isinstance(rows, dict):
        return np.ones(states)
    inside = np.array([row for value, row in rows.items() if value in values])
    result: Array = inside.sum(axis=0) * len(rows) / len(inside)
    return result


def _after(states: Array, circumstances: Array, answers: _Answers) -> tuple[Array, Array, Array]:
    """Weight, states and circumstances after each answer; adds an axis of answers."""
    joint = states[..., None, :] * (answers.likelihood * answers.share[:, None])
    raw = joint.sum(axis=-1)
    number = max(answers.question) + 1
    total = _by_question(raw, answers.question, number)[..., answers.question]
    after = np.where(np.isnan(answers.circumstances), circumstances[..., None, :], answers.circumstances)
    weight: Array = raw / total
    return weight, joint / raw[..., None], after


def _by_question(values: Array, question: list[int], number: int) -> Array:
    """Sum over the answers of each question, the last axis."""
    belongs = np.zeros((len(question), number))
    belongs[np.arange(len(question)), question] = 1.0
    result: Array = values @ belongs
    return result


def _least_loss(states: Array, circumstances: Array, model: DecisionModel) -> Array:
    """The expected loss of the best verdict, over any leading axes."""
    probabilities = outcome_probabilities(states, circumstances, model)
    result: Array = (probabilities @ losses(model).T).min(axis=-1)
    return result
