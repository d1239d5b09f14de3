"""The reviewed sentences of the advisor, each bound to passages; picked by lever, part and what is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from agent.facts import Facts, known_values
from agent.judgement.belief import example_count, task_kind
from agent.judgement.tables import DecisionModel
from agent.judgement.verdict import Verdict

Situation = Mapping[str, tuple[str, ...]]
"""Known values by fact, with the keys `primary`, `first_step`, `wants` and `task` added."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One reviewed sentence."""

    id: str
    lever: str
    part: str
    """why, how, until, gate, avoid, verdict or premise."""
    when: Mapping[str, tuple[str, ...]]
    """Facts that must be known with one of these values."""
    text: str
    cites: tuple[str, ...]


@cache
def advice_book() -> tuple[Advice, ...]:
    """All sentences, in file order."""
    entries = yaml.safe_load((files("agent.writing") / "advice.yaml").read_text(encoding="utf-8"))
    return tuple(
        Advice(
            id=entry["id"],
            lever=entry["lever"],
            part=entry["part"],
            when={name: tuple(values) for name, values in entry.get("when", {}).items()},
            text=" ".join(entry["text"].split()),
            cites=tuple(entry["cites"]),
        )
        for entry in entries
    )


def situation(verdict: Verdict, facts: Facts, wants: tuple[str, ...]) -> Situation:
    """What is known, as conditions see it."""
    named = {
        "primary": (verdict.primary,),
        "first_step": (verdict.first_step,),
        "wants": wants,
        "task": (task_kind(facts),),
    }
    return {**known_values(facts), **named}


def holds(when: Mapping[str, tuple[str, ...]], known: Situation) -> bool:
    """Whether every condition is known to hold."""
    return all(set(known.get(name, ())) & set(values) for name, values in when.items())


def pick(lever: str, part: str, known: Situation, most: int) -> list[Advice]:
    """The sentences that suit, the most specific first, at most `most`."""
    suited = [a for a in advice_book() if a.lever == lever and a.part == part and holds(a.when, known)]
    return sorted(suited, key=lambda a: -len(a.when))[:most]


def slots(facts: Facts, model: DecisionModel) -> dict[str, str]:
    """What the user's own figures and the tables put into a sentence."""
    count = example_count(facts)
    size, volume = facts.get("corpus_size"), facts.get("volume")
    return {
        "examples": "your" if count is None else f"{count:,.0f}",
        "floor": f"{model.floors[task_kind(facts)]:,}",
        "task": TASKS[task_kind(facts)],
        "size": f"{size.number:,.0f} {size.unit}" if size and size.number else "the text",
        "volume": f"{volume.number:,.0f}" if volume and volume.number else "the calls",
    }


TASKS = {
    "format": "an output format",
    "tone": "a voice",
    "policy": "a policy",
    "hostile_policy": "a policy under attack",
    "labels": "labels",
    "extraction": "extraction",
    "skill": "a narrow skill",
    "other": "this task",
}
