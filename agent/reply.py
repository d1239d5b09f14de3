"""What the advisor says in one turn: typed, frozen, and the same for browser, terminal, programs and evaluations."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from agent.facts import JsonValue
from agent.judgement.outcomes import Lever, Primary
from agent.judgement.plan import When

Kind = Literal["question", "recommendation", "answer", "notice", "error"]


@dataclass(frozen=True, slots=True)
class Question:
    """The open question."""

    fact: str
    text: str
    why: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact as understood, shown so that it can be corrected."""

    value: JsonValue
    unit: str | None
    text: str
    """The user's own words."""
    turn: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is believed so far."""

    gaps: Mapping[str, float]
    primary: Primary
    settled: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the plan."""

    lever: Lever
    when: When
    why: str
    how: tuple[str, ...]
    until: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Avoid:
    """A lever to leave alone, and why."""

    lever: Lever
    why: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The next best verdict."""

    primary: Primary
    first_step: Lever
    margin: float


@dataclass(frozen=True, slots=True)
class Position:
    """One side of a disagreement."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where the sources differ on something that the plan touches."""

    id: str
    topic: str
    positions: tuple[Position, ...]
    followed: int | None
    why: str
    changes_verdict: bool


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one fact that would change the plan."""

    fact: str
    was: str
    to: str
    primary: Primary
    first_step: Lever


@dataclass(frozen=True, slots=True)
class CostView:
    """What one lever costs and how long it takes, as the sources say it and with the user's own numbers."""

    lever: Lever
    is_rival: bool
    """Whether it is no step of the plan, but what the plan is weighed against."""
    setup: str
    """Bands side by side, each with its marks; empty where no source says any."""
    running: str
    """The same for a month or a call."""
    time: str
    formulas: tuple[str, ...]
    break_even: tuple[str, ...]
    unknown: tuple[str, ...]
    """The facts whose numbers would bring a closer figure."""
    dated: tuple[str, ...]
    """The sources of the bands, each with what it says of its age."""
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The plan."""

    first_step: Lever
    verdict: str
    plan: tuple[Step, ...]
    avoid: tuple[Avoid, ...]
    costs: tuple[CostView, ...]
    """Of the plan's levers and at most two rivals, in the order of the plan."""
    runner_up: RunnerUp
    disagreements: tuple[Disagreement, ...]
    would_change: tuple[Change, ...]
    assumed: tuple[str, ...]
    """What was taken for granted because nobody said it."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage that a sentence of this reply rests on."""

    n: int
    passage_id: str
    source: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One turn's answer."""

    conversation: str
    turn: int
    kind: Kind
    text: str
    question: Question | None = None
    facts: Mapping[str, FactView] | None = None
    diagnosis: Diagnosis | None = None
    recommendation: Recommendation | None = None
    citations: tuple[Citation, ...] = ()
    engine: str = "embedded"
    versions: Mapping[str, str] | None = None
    """Of decision model and corpus."""
    elapsed_ms: int = 0

    def as_json(self) -> dict[str, Any]:
        """The reply as plain JSON values, with the names of the contract."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        data["facts"] = data["facts"] or {}
        if data["recommendation"]:
            for change in data["recommendation"]["would_change"]:
                change["from"] = change.pop("was")
        return data
