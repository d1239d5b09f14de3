"""What tests, drills and benchmarks need beside the door: a scripted reader, the store, and the parts of a turn by name."""

from collections.abc import Mapping
from typing import Any

from agent.facts import Fact, Facts
from agent.graph import speak
from agent.judgement import policy
from agent.reading.clauses import clauses
from agent.reading.embedded import exact_answer
from agent.reading.heads import ReaderModel
from agent.reading.protocol import OpenQuestion, Reading
from agent.reading.utterances import INTERVIEW
from agent.store import Store

__all__ = ["PARTS_OF_A_TURN", "ScriptedReader", "Store", "clauses"]

PARTS_OF_A_TURN: tuple[tuple[Any, str, str], ...] = (
    (ReaderModel, "logits", "reading (encoder and heads)"),
    (policy, "rank", "choosing the question"),
    (speak, "write", "writing a recommendation"),
)
"""Owner, attribute and name of what a turn is made of, for timing."""


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
