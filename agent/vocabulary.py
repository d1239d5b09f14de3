"""The words of the interview: facts, their values, and the questions that ask for them. Loaded from `vocabulary.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

UNKNOWN = "unknown"
"""The value of a fact that the user says they do not know; it is no evidence."""
GIVES_WAY = frozenset({"unclear", "works_fine", "not_llm", "none", "nothing", "fine"})
"""Values that give way to what says something, where both are said of one fact."""
EXCLUSIVE = frozenset({"rag", "prompt_only"})
"""What cannot both be in place: a search over documents, and nothing but a model and a prompt."""
DONT_KNOW = "I don't know"
"""The last answer of every question."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How a fact is asked for."""

    question: str
    why: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    """What stands on each button, and the values that it means."""
    find_out: str | None
    """The experiment that settles it where the user does not know."""

    @property
    def options(self) -> tuple[str, ...]:
        """The one-click answers, "I don't know" last."""
        return (*(text for text, _ in self.answers), DONT_KNOW)


@dataclass(frozen=True, slots=True)
class FactKind:
    """One fact that the interview collects."""

    name: str
    title: str
    many: bool
    """Whether several values can hold at once."""
    values: Mapping[str, str]
    """Each value with its meaning in a few words."""
    wording: Wording
    variants: tuple[tuple[Mapping[str, tuple[str, ...]], Wording], ...]

    def wording_for(self, known: Mapping[str, tuple[str, ...]]) -> Wording:
        """The wording that suits what is known (values by fact)."""
        for when, wording in self.variants:
            if all(set(known.get(fact, ())) & set(values) for fact, values in when.items()):
                return wording
        return self.wording

    @property
    def all_wordings(self) -> tuple[Wording, ...]:
        """Every wording in which the fact may be asked for."""
        return (self.wording, *(wording for _, wording in self.variants))


def telling(values: tuple[str, ...]) -> tuple[str, ...]:
    """Drops what says nothing beside something: "unclear" beside a named symptom, "fine" beside "too high"."""
    return tuple(value for value in values if value not in GIVES_WAY) or values


@cache
def fact_kinds() -> Mapping[str, FactKind]:
    """All facts by name, in the order of the contract."""
    entries = yaml.safe_load((files("agent") / "vocabulary.yaml").read_text(encoding="utf-8"))
    return {entry["fact"]: _fact_kind(entry) for entry in entries}


def _fact_kind(entry: Mapping[str, Any]) -> FactKind:
    return FactKind(
        name=entry["fact"],
        title=entry["title"],
        many=entry.get("many", False),
        values=entry["values"],
        wording=_wording(entry),
        variants=tuple(
            (
                {fact: tuple(values) for fact, values in variant["when"].items()},
                _wording({**entry, **variant}),
            )
            for variant in entry.get("variants", ())
        ),
    )


def _wording(entry: Mapping[str, Any]) -> Wording:
    return Wording(
        question=entry["question"],
        why=entry["why"],
        answers=tuple((text, tuple(values)) for text, values in entry["answers"]),
        find_out=entry.get("find_out"),
    )
