"""A reader for tests and drills: what each message says is given beforehand. The second door beside `agent` itself."""

from collections.abc import Mapping

from agent.facts import Fact, Facts
from agent.reading.embedded import exact_answer
from agent.reading.protocol import OpenQuestion, Reading
from agent.reading.utterances import INTERVIEW
from agent.store import Store

__all__ = ["ScriptedReader", "Store"]


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
