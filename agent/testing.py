"""What tests, drills, benchmarks and evaluations need beside the door: a scripted reader, the store, the core itself, the parts of a turn by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.advisor import Advisor
from agent.errors import EngineFault
from agent.facts import Fact, Facts, known_values
from agent.graph import speak
from agent.graph.listen import merge
from agent.judgement import policy
from agent.judgement.plan import compose
from agent.judgement.policy import next_question
from agent.judgement.tables import DecisionModel, decision_model
from agent.judgement.verdict import Verdict, half_said, judge
from agent.reading.answers import exact_answer
from agent.reading.clauses import clauses
from agent.reading.counting import counted, examples_value
from agent.reading.heads import ReaderModel, load_reader_model, softened_answers
from agent.reading.layout import OFF
from agent.reading.protocol import OpenQuestion, Reader, Reading
from agent.reading.utterances import INTERVIEW, Person, Utterance, load_people
from agent.store import Store
from agent.writing.compose import Case, Written, write

__all__ = [
    "OFF",
    "PARTS_OF_A_TURN",
    "Case",
    "DecisionModel",
    "Fact",
    "Facts",
    "Known",
    "Person",
    "ReaderModel",
    "Reading",
    "ScriptedReader",
    "Store",
    "Utterance",
    "Verdict",
    "Written",
    "clauses",
    "compose",
    "counted",
    "decision_model",
    "examples_value",
    "half_said",
    "judge",
    "known",
    "known_values",
    "load_people",
    "load_reader_model",
    "merge",
    "next_question",
    "reader_of",
    "softened_answers",
    "write",
]

PARTS_OF_A_TURN: tuple[tuple[Any, str, str], ...] = (
    (ReaderModel, "logits", "reading (encoder and heads)"),
    (policy, "rank", "choosing the question"),
    (speak, "write", "writing a recommendation"),
)
"""Owner, attribute and name of what a turn is made of, for timing."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a conversation has come to know."""

    facts: Facts
    asked: frozenset[str]
    """Facts that were asked for."""
    wants: tuple[str, ...]
    """Levers that the user asked for by name."""


def known(advisor: Advisor, conversation: str) -> Known:
    """What is known in a conversation after its last turn."""
    state = advisor._state(conversation)
    return Known(state.get("facts", {}), frozenset(state.get("asked", ())), state.get("wants", ()))


def reader_of(advisor: Advisor) -> Reader:
    """The reader that an advisor reads with; the embedded one answers any fault of it, as in a turn."""
    return _WithFallback(advisor._reader, advisor._embedded)


@dataclass(frozen=True, slots=True)
class _WithFallback:
    first: Reader
    second: Reader

    def read(self, text: str, question: OpenQuestion | None, facts: Facts, turn: int) -> Reading:
        """The reading of the first, or of the second where that fails."""
        try:
            return self.first.read(text, question, facts, turn)
        except EngineFault:
            return self.second.read(text, question, facts, turn)


class ScriptedReader:
    """Reads by a script; a message that is not in it answers the open question with its first option."""

    def __init__(self, script: Mapping[str, Reading] | None = None) -> None:
        self.script = script or {}
        self.heard: list[str] = []
        """Every message read, in order."""

    def read(self, text: str, question: OpenQuestion | None, facts: Facts, turn: int) -> Reading:
        """The scripted reading."""
        self.heard.append(text)
        if text in self.script:
            return self.script[text]
        if question is None:
            return Reading(INTERVIEW, (Fact("symptom", ("missing_facts",), text, turn, 0.95),), (), None)
        chosen = exact_answer(question.options[0], question, turn)
        return Reading(INTERVIEW, (chosen,) if chosen else (), (), None)
