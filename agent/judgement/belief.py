"""What is believed after hearing the facts: a distribution over hidden states, and one over the circumstances. Pure."""

from dataclasses import dataclass

import numpy as np

from agent.facts import Fact, Facts, known_values
from agent.judgement.tables import Array, Circumstance, DecisionModel, decision_model

KINDS_OF = {
    "wrong_format": ("format",),
    "wrong_tone": ("tone",),
    "breaks_rules": ("policy", "hostile_policy"),
    "weak_skill": ("labels", "extraction", "skill"),
}
"""What may have to hold, by what goes wrong; the first where nobody says more, but for a task that is not named."""
TYPICAL = {"none": 0.0, "dozens": 40.0, "hundreds": 300.0, "thousands": 3000.0}
"""Number of examples that a word stands for."""
PRAISES_THE_REST = 0.8
"""How often praise of the answers leaves out the failure of conduct that was named before."""
BELOW, ABOVE = 0.03, 0.97
"""Probability of a circumstance that the facts settle, before the reading's own doubt."""


@dataclass(frozen=True, slots=True)
class Belief:
    """The state of the diagnosis."""

    states: Array
    """Probability of each hidden state, shape (S,)."""
    circumstances: Array
    """Probability of each circumstance, shape (C,), in the model's order."""
    model: DecisionModel

    def gap(self, name: str) -> float:
        """Probability of one gap."""
        return float(self.states @ self.model.gaps[name])

    def circumstance(self, name: str) -> float:
        """Probability of one circumstance."""
        return float(self.circumstances[[c.name for c in self.model.circumstances].index(name)])


def believe(facts: Facts, model: DecisionModel) -> Belief:
    """The belief that the facts justify; their order does not matter."""
    states = model.prior.copy()
    for name in sorted(facts):
        told = evidence(facts[name], model)
        aside = _praises_the_rest(facts) if name == "works_today" else 0.0
        states = states * (aside + (1.0 - aside) * told)
    circumstances = np.array([probability(c, facts, model) for c in model.circumstances])
    return Belief(states / states.sum(), circumstances, model)


def _praises_the_rest(facts: Facts) -> float:
    """Probability that the answers are called right but for what was named as wrong with their form, manner or skill."""
    symptom = facts.get("symptom")
    if symptom is None or "yes" not in facts["works_today"].values or not KINDS_OF.keys() & set(symptom.values):
        return 0.0
    return PRAISES_THE_REST * symptom.confidence


def evidence(fact: Fact, model: DecisionModel) -> Array:
    """How much more likely each state makes the fact, shape (S,); softened by the reading's doubt."""
    ratio = np.ones_like(model.prior)
    if not fact.known:
        return ratio
    for value in fact.values:
        doubt = 1.0 - fact.confidence - sum(chance for _, chance in fact.otherwise)
        meant = fact.confidence * _lift(fact.name, value, model)
        ratio = ratio * (meant + sum(p * _lift(fact.name, v, model) for v, p in fact.otherwise) + max(0.0, doubt))
    return ratio


def _lift(name: str, value: str, model: DecisionModel) -> Array:
    """How much likelier than typical each state makes a value, shape (S,); 1 where the tables say nothing of it."""
    likelihood = model.likelihood.get(name, {}).get(value)
    return np.ones_like(model.prior) if likelihood is None else likelihood / float(model.prior @ likelihood)


def probability(circumstance: Circumstance, facts: Facts, model: DecisionModel) -> float:
    """Probability of a circumstance given the facts."""
    if circumstance.name == "enough":
        return _enough_examples(circumstance, facts, model)
    odds = _odds(_said(circumstance, facts.get(circumstance.fact)))
    for name, values in circumstance.implied.items():
        fact = facts.get(name)
        if fact is not None:
            odds *= _odds(ABOVE) ** fact.chance(values)
    return odds / (1.0 + odds)


def _said(circumstance: Circumstance, fact: Fact | None) -> float:
    """What the fact that settles a circumstance says of it, softened by the reading's doubt."""
    if fact is None:
        return circumstance.prior
    holds, holds_not = fact.chance(circumstance.yes), fact.chance(circumstance.no)
    if circumstance.yes & set(fact.values):  # of several values that stand together one is enough
        holds_not = min(holds_not, 1.0 - holds)
    open_still = max(0.0, 1.0 - holds - holds_not)
    return holds * ABOVE + holds_not * BELOW + open_still * circumstance.prior


def _odds(chance: float) -> float:
    return chance / (1.0 - chance)


def task_kind(facts: Facts) -> str:
    """What fails and must hold every time, as the table of floors names it; of several the one with the highest floor.

    `other` where nobody has said.
    """
    values = known_values(facts)
    failing = [kind for symptom in values.get("symptom", ()) for kind in KINDS_OF.get(symptom, ())]
    wanted = [kind for kind in values.get("consistency", ()) if kind != "none"]
    unsaid = [KINDS_OF[s][0] for s in values.get("symptom", ()) if s in KINDS_OF and not {*KINDS_OF[s]} & {*wanted}]
    least = unsaid if wanted or set(unsaid) != {"labels"} else []
    said = [kind for kind in wanted if kind in failing or kind in KINDS_OF["weak_skill"]] or wanted
    kinds = [*said, *least]
    return max(kinds, key=lambda kind: decision_model().floors[kind], default="other")


def example_count(facts: Facts) -> float | None:
    """How many labelled examples there are; None where it is not known."""
    fact = facts.get("examples")
    if fact is None or not fact.known:
        return None
    return fact.number if fact.number is not None else TYPICAL[fact.values[0]]


def _enough_examples(circumstance: Circumstance, facts: Facts, model: DecisionModel) -> float:
    count = example_count(facts)
    if count is None:
        return circumstance.prior
    settled = ABOVE if count >= model.floors[task_kind(facts)] else BELOW
    confidence = facts["examples"].confidence
    return confidence * settled + (1.0 - confidence) * circumstance.prior
