"""The training data of the reader: what people say, written by several authors, labelled by meaning."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from agent.vocabulary import fact_kinds

INTERVIEW = "interview"
INTENTS = (
    INTERVIEW,
    "question",
    "greeting",
    "thanks",
    "tell_me_now",
    "outcome",
    "abuse",
    "off_topic",
    "injection",
    "dont_know",
)
"""What a message is for; `interview` is talk about the user's own case."""
WANTS = ("fine_tuning", "rag", "distillation", "prompt_engineering", "smaller_model")
"""Levers that a user may ask for."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One labelled text: an answer to a question, a clause of a longer message, or a message with its intent."""

    author: str
    text: str
    answers: str | None
    """The fact that was asked for, where the text is an answer."""
    labels: Mapping[str, tuple[str, ...]]
    """What it says: values by fact, and `wants`."""
    intent: str | None
    """What it is for, where that is labelled."""
    complete: bool
    """Whether the labels are all that it says."""


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person of the training data: everything they say, labelled, and the verdict that their facts amount to."""

    name: str
    opening: tuple[Utterance, ...]
    """Its clauses."""
    answers: Mapping[str, Utterance]
    """By the fact that is asked for."""
    primary: str
    first_step: str


def load_utterances() -> tuple[Utterance, ...]:
    """All utterances, in the order of authors and lines."""
    return tuple(utterance for author, line in _lines() for utterance in _utterances(author, line))


def load_people() -> tuple[Person, ...]:
    """The whole people among them, in the same order."""
    return tuple(
        Person(
            line["person"],
            tuple(_message(author, line["opening"]))[: len(line["opening"])],
            {fact: _answer(author, fact, answer, complete=True) for fact, answer in line["answers"].items()},
            line["gold"]["primary"],
            line["gold"]["first_step"],
        )
        for author, line in _lines()
        if line["kind"] == "person"
    )


def _lines() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every line of data with its author."""
    folder = files("agent.reading") / "data"
    for entry in sorted((e for e in folder.iterdir() if e.name.endswith(".jsonl")), key=lambda e: e.name):
        for line in entry.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield entry.name.removesuffix(".jsonl"), json.loads(line)


def _utterances(author: str, line: Mapping[str, Any]) -> Iterator[Utterance]:
    match line["kind"]:
        case "answer":
            yield _answer(author, line["fact"], line, complete=False)
        case "message":
            yield from _message(author, line["clauses"])
        case "intent":
            yield Utterance(author, line["text"], None, {}, line["intent"], complete=line["intent"] != INTERVIEW)
        case "person":
            yield from _message(author, line["opening"])
            for fact, answer in line["answers"].items():
                yield _answer(author, fact, answer, complete=True)
        case kind:
            raise ValueError(f"{author}: unknown kind of utterance {kind!r}")


def _answer(author: str, fact: str, line: Mapping[str, Any], *, complete: bool) -> Utterance:
    labels = {fact: line["values"], **line.get("also", {})}
    intent = "dont_know" if line["values"] == ["unknown"] else INTERVIEW
    return Utterance(author, line["text"], fact, _frozen(labels), intent, complete)


def _message(author: str, clauses: Sequence[Mapping[str, Any]]) -> Iterator[Utterance]:
    """Its clauses, and the whole of it."""
    said: dict[str, list[str]] = {}
    for clause in clauses:
        yield Utterance(author, clause["text"], None, _frozen(clause["facts"]), INTERVIEW, complete=True)
        for name, values in clause["facts"].items():
            several = name == "wants" or fact_kinds()[name].many
            said[name] = [*(said.get(name, []) if several else []), *values]
    if len(clauses) > 1:
        whole = " ".join(clause["text"] for clause in clauses)
        yield Utterance(author, whole, None, _frozen(said), INTERVIEW, complete=True)


def _frozen(labels: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(dict.fromkeys(values)) for name, values in labels.items()}
