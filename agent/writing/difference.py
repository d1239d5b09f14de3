"""The difference between two decision records: what was said, believed and planned before, and after."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from agent.judgement.outcomes import Lever, Primary
from agent.judgement.plan import When
from agent.reply import FactView, Recommendation
from agent.vocabulary import fact_kinds
from agent.writing.names import GAPS, LEVERS, PRIMARIES, TIMES, lever_in_words
from agent.writing.quoting import quoted
from agent.writing.record import Record, in_words, plain_json

MOVED = 0.01
"""Change of a gap's probability from which it is told."""


@dataclass(frozen=True, slots=True)
class FactMoved:
    """A fact that is not what it was, in words; None where it was not known of."""

    fact: str
    was: str | None
    to: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A verdict in short."""

    primary: Primary
    first_step: Lever
    settled: bool


@dataclass(frozen=True, slots=True)
class VerdictMoved:
    """A verdict that is not what it was."""

    was: Decided
    to: Decided


@dataclass(frozen=True, slots=True)
class GapMoved:
    """The probability of a gap, before and after."""

    gap: str
    was: float
    to: float


@dataclass(frozen=True, slots=True)
class StepMoved:
    """When a lever is to be pulled, before and after; None where it is no step of the plan."""

    lever: Lever
    was: When | None
    to: When | None


@dataclass(frozen=True, slots=True)
class Place:
    """Which decision is meant."""

    conversation: str
    turn: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What is otherwise in the second of two records."""

    before: Place
    after: Place
    verdict: VerdictMoved | None
    facts: tuple[FactMoved, ...]
    gaps: tuple[GapMoved, ...]
    steps: tuple[StepMoved, ...]
    other_versions: bool
    """Whether decision model or corpus differ, so that what moved need not come from the facts."""

    def as_json(self) -> dict[str, Any]:
        """The difference as plain JSON values."""
        return plain_json(asdict(self))

    def as_markdown(self) -> str:
        """The difference as a document."""
        return "\n\n".join(_difference_parts(self)) + "\n"


def difference(before: Record, after: Record) -> Difference:
    """What changed from one record to the other; a fact told in other words is the same fact."""
    was, to = _decided(before), _decided(after)
    return Difference(
        before=Place(before.conversation, before.turn),
        after=Place(after.conversation, after.turn),
        verdict=VerdictMoved(was, to) if was != to else None,
        facts=tuple(_facts_moved(before.facts, after.facts)),
        gaps=tuple(
            GapMoved(gap, p, after.diagnosis.gaps[gap])
            for gap, p in before.diagnosis.gaps.items()
            if gap in after.diagnosis.gaps and abs(after.diagnosis.gaps[gap] - p) >= MOVED
        ),
        steps=tuple(_steps_moved(before.recommendation, after.recommendation)),
        other_versions=dict(before.versions) != dict(after.versions),
    )


def _decided(record: Record) -> Decided:
    return Decided(record.diagnosis.primary, record.recommendation.first_step, record.diagnosis.settled)


def _facts_moved(before: Mapping[str, FactView], after: Mapping[str, FactView]) -> Iterator[FactMoved]:
    for name in fact_kinds():
        was, to = (in_words(name, facts[name]) if name in facts else None for facts in (before, after))
        if was != to:
            yield FactMoved(name, was, to)


def _steps_moved(before: Recommendation, after: Recommendation) -> Iterator[StepMoved]:
    was, to = ({step.lever: step.when for step in told.plan} for told in (before, after))
    for lever in dict.fromkeys([*was, *to]):
        if was.get(lever) != to.get(lever):
            yield StepMoved(lever, was.get(lever), to.get(lever))


def _difference_parts(found: Difference) -> Iterator[str]:
    yield "# What changed"
    before, after = (
        f"conversation {quoted(place.conversation)}, turn {place.turn}" for place in (found.before, found.after)
    )
    yield f"*From {before}, to {after}.*"
    if found.other_versions:
        yield "*The two were decided by other versions of the decision model or the corpus, so not all of it need come from the facts.*"
    if found.verdict:
        yield f"**Verdict:** {_decision(found.verdict.was)} → {_decision(found.verdict.to)}"
    else:
        yield "**The verdict is the same.**"
    lines = {
        "Facts": [
            f"{fact_kinds()[f.fact].title}: {f.was or 'not spoken of'} → {f.to or 'not spoken of'}" for f in found.facts
        ],
        "Gaps": [f"{GAPS[g.gap]}: {g.was:.0%} → {g.to:.0%}" for g in found.gaps],
        "Plan": [f"{LEVERS[s.lever]}: {_when(s.was)} → {_when(s.to)}" for s in found.steps],
    }
    for heading, moved in lines.items():
        yield f"### {heading}"
        yield "\n".join(f"- {line}" for line in moved) or "Nothing moved."


def _decision(decided: Decided) -> str:
    return f"{PRIMARIES[decided.primary]}, {lever_in_words(decided.first_step)}{'' if decided.settled else ' (not settled)'}"


def _when(when: When | None) -> str:
    return TIMES[when].lower() if when else "no step"
