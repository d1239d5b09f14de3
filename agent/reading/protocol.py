"""What a reader does: from prose to facts. Two implementations: `embedded` here, `openai` with a language model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from agent.facts import Fact, Facts
from agent.vocabulary import fact_kinds


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The question that waits for an answer."""

    fact: str
    text: str
    options: tuple[str, ...]


def open_question(fact: str, known: Mapping[str, tuple[str, ...]]) -> OpenQuestion:
    """The question about a fact, in the wording that suits what is known (values by fact)."""
    wording = fact_kinds()[fact].wording_for(known)
    return OpenQuestion(fact, wording.question, wording.options)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says."""

    intent: str
    """One of `agent.reading.utterances.INTENTS`, or `foreign`: a language that the reader does not read."""
    facts: tuple[Fact, ...]
    wants: tuple[str, ...]
    """Levers that the user asks for by name."""
    asks: str | None
    """The part of the message that puts a question about the subject, where there is one."""
    takes_back: bool = False
    """Whether the message begins by taking back what was said before, so that its facts replace what they would be joined with."""


class Reader(Protocol):
    """Reads one message."""

    def read(self, text: str, question: OpenQuestion | None, facts: Facts, turn: int) -> Reading:
        """Read a message in the light of the open question and of what is known."""
