"""The decision model as data: hidden variables, evidence tables, circumstances, losses. Loaded from `model.yaml`, checked, frozen."""

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

Array = NDArray[np.float64]

QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Circumstance:
    """Something that decides the first step once the gap is known."""

    name: str
    fact: str
    prior: float
    yes: frozenset[str]
    no: frozenset[str]
    implied: Mapping[str, frozenset[str]]
    """Values of other facts that can hardly be without it."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A fact that is required, or no longer required, for some verdict where other facts have certain values."""

    verdict: str
    """A first step, or a primary gap."""
    fact: str
    when: Mapping[str, frozenset[str]]

    def holds(self, known: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether every condition is known to hold (values by fact)."""
        return all(values & set(known.get(name, ())) for name, values in self.when.items())


@dataclass(frozen=True, slots=True, eq=False)
class DecisionModel:
    """Everything that the judgement knows before it has heard anything."""

    version: str
    hidden: Mapping[str, tuple[str, ...]]
    """Levels of each hidden variable."""
    states: tuple[Mapping[str, str], ...]
    """All combinations of levels, `quality` derived; the axis `S` of every array."""
    prior: Array
    """Shape (S,)."""
    likelihood: Mapping[str, Mapping[str, Array]]
    """P(value | state) by fact and value, each of shape (S,)."""
    gaps: Mapping[str, Array]
    """For each gap, which states have it, shape (S,)."""
    circumstances: tuple[Circumstance, ...]
    floors: Mapping[str, int]
    cautious_floor: int
    full_context_tokens: int
    loss: Mapping[str, float]
    question_cost: Mapping[str, float]
    unknown_answers: float
    second_step: float
    most_questions: int
    preconditions: Mapping[str, tuple[str, ...]]
    moot: tuple[Clause, ...]
    """Preconditions of a first step that need not be asked for."""
    besides: tuple[Clause, ...]
    """What a primary gap requires beside its first step's preconditions."""
    silent_on_quality: frozenset[str]
    """Symptoms that say nothing of what is wrong with the answers."""
    halfway: Mapping[str, frozenset[str]]
    """Values that leave open what decides, where they were said in passing."""
    steps: Mapping[str, float]
    """The five-step scale."""
    effects: Mapping[str, Mapping[str, Mapping[str, Mapping[str, str]]]]
    """The reviewed tables themselves: fact, value, hidden variable, level, step."""
    because: Mapping[str, tuple[str, ...]]
    """The passages that justify the direction of each fact's table."""


@cache
def decision_model() -> DecisionModel:
    """The shipped model."""
    return build_model((files("agent.judgement") / "model.yaml").read_text(encoding="utf-8"))


def build_model(text: str) -> DecisionModel:
    """Build a model from the text of a `model.yaml`.

    Raises:
        ValueError: naming every unknown step, variable or level.
    """
    data = yaml.safe_load(text)
    hidden = {name: tuple(levels) for name, levels in data["hidden"].items()}
    states = tuple(_state(dict(zip(hidden, combo, strict=True))) for combo in itertools.product(*hidden.values()))
    effects = data["evidence"]
    if faults := _faults(effects, hidden, data["steps"]):
        raise ValueError("the decision model has faults: " + "; ".join(faults))
    prior = np.array([np.prod([data["hidden"][name][state[name]] for name in hidden]) for state in states])
    return DecisionModel(
        version=f"{data['version']}-{hashlib.sha256(text.encode()).hexdigest()[:8]}",
        hidden=hidden,
        states=states,
        prior=prior / prior.sum(),
        likelihood={
            fact: _likelihood(rows, states, data["steps"], data["temperature"]) for fact, rows in effects.items()
        },
        gaps={
            gap: np.array([all(s[name] == level for name, level in needs.items()) for s in states], dtype=np.float64)
            for gap, needs in data["gaps"].items()
        },
        circumstances=tuple(
            Circumstance(
                name, c["fact"], c["prior"], frozenset(c["yes"]), frozenset(c["no"]), _sets(c.get("implied", {}))
            )
            for name, c in ((name, _plain_keys(c)) for name, c in data["circumstances"].items())
        ),
        floors=data["floors"],
        cautious_floor=data["cautious_floor"],
        full_context_tokens=data["full_context_tokens"],
        loss=data["loss"],
        question_cost=data["question_cost"],
        unknown_answers=data["unknown_answers"],
        second_step=data["second_step"],
        most_questions=data["most_questions"],
        preconditions={step: tuple(facts) for step, facts in data["preconditions"].items()},
        moot=tuple(_clause(c, "step") for c in data["moot"]),
        besides=tuple(_clause(c, "primary") for c in data["besides"]),
        silent_on_quality=frozenset(data["silent_on_quality"]),
        halfway=_sets(data["halfway"]),
        steps=data["steps"],
        effects=effects,
        because={fact: tuple(ids) for fact, ids in data["because"].items()},
    )


def _clause(entry: Mapping[str, Any], verdict: str) -> Clause:
    return Clause(entry[verdict], entry["fact"], _sets(entry["when"]))


def _sets(values: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(several) for name, several in values.items()}


def _plain_keys(entry: Mapping[Any, Any]) -> dict[str, Any]:
    """YAML reads a bare `yes` or `no` as a truth value; as a key it is meant as the word."""
    return {{True: "yes", False: "no"}.get(key, key): value for key, value in entry.items()}


def _state(levels: dict[str, str]) -> Mapping[str, str]:
    right = levels["knowledge"] != "missing" and levels["conduct"] == "fine"
    return {**levels, QUALITY: "right" if right else "wrong"}


def _likelihood(
    rows: Mapping[str, Mapping[str, Mapping[str, str]]],
    states: tuple[Mapping[str, str], ...],
    steps: Mapping[str, float],
    temperature: float,
) -> dict[str, Array]:
    weights = np.array(
        [
            [np.prod([steps[levels.get(state[name], "even")] for name, levels in row.items()]) for state in states]
            for row in rows.values()
        ]
    )
    weights = weights**temperature
    return dict(zip(rows, weights / weights.sum(axis=0), strict=True))


def _faults(effects: Mapping[str, Any], hidden: Mapping[str, tuple[str, ...]], steps: Mapping[str, float]) -> list[str]:
    levels = {**hidden, QUALITY: ("right", "wrong")}
    return [
        f"{fact}.{value}.{name}.{level}: {step}"
        for fact, rows in effects.items()
        for value, row in rows.items()
        for name, cells in row.items()
        for level, step in cells.items()
        if step not in steps or level not in levels.get(name, ())
    ]
