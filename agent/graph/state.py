"""What a conversation remembers between turns (raw data only), and what a turn is given to work with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from agent.facts import Fact
from agent.judgement.tables import DecisionModel
from agent.reading.protocol import Reader, Reading
from knowledge import Library

STORED_TYPES = [("agent.facts", "Fact"), ("agent.reading.protocol", "Reading")]
"""The only classes that a checkpoint may hold, by module and name."""


class State(TypedDict, total=False):
    """The channels of the graph."""

    text: str
    """What the user typed in this turn; empty for a correction."""
    turn_id: str
    corrections: Mapping[str, tuple[str, ...]]
    """Facts that the user set by hand in this turn."""
    turn: int
    facts: dict[str, Fact]
    asked: tuple[str, ...]
    """Facts that were asked for, in order."""
    question: str | None
    """The fact whose question is open."""
    wants: tuple[str, ...]
    recommended: tuple[str, str] | None
    """Primary and first step of the last recommendation; None before the first."""
    missed: int
    """The last turn of which nothing could be made out."""
    fallback: bool
    """Whether a model call of this turn failed, so that the embedded engine answered."""
    heard: Reading
    """What was read in this turn."""
    news: tuple[str, ...]
    """Facts that are new or changed in this turn."""
    reply: Mapping[str, Any]
    """The reply of this turn as plain JSON values, whole."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the nodes use; given anew to each run."""

    conversation: str
    library: Library
    reader: Reader
    embedded: Reader
    model: DecisionModel
    engine: str
    started: float
    """`time.perf_counter()` when the turn began."""
