"""The decision record: what was decided, and on what grounds, as values, Markdown and JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from agent.errors import BadInput
from agent.facts import Facts
from agent.judgement.grounds import LEAST, Ground, grounds
from agent.judgement.outcomes import Lever, Primary
from agent.judgement.tables import DecisionModel
from agent.judgement.verdict import judge
from agent.reply import Citation, Diagnosis, FactView, Recommendation, Reply
from agent.vocabulary import UNKNOWN, fact_kinds
from agent.writing.compose import citations
from agent.writing.markdown import document, sources
from agent.writing.names import GAPS, PRIMARIES, capitalised, lever_in_words, value_in_words
from agent.writing.quoting import quoted
from knowledge import Library

MOST_NAMED = 3
"""Grounds that are named where the next best reading is rejected."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A ground of the verdict, with the numbers of the sources that justify its table."""

    ground: Ground
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """An option that was not taken, and why."""

    kind: Literal["lever", "runner_up"]
    primary: Primary | None
    """The gap it would have named; None for a lever to leave alone."""
    lever: Lever
    why: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that is open."""

    fact: str
    why: Literal["assumed", "not known"]
    """Taken as usual because the first step rests on it, or said not to be known."""


@dataclass(frozen=True, slots=True)
class Record:
    """The decision of one turn and all that it rests on."""

    conversation: str
    turn: int
    on: date | None
    """When the record was drawn up, where that was told; the decision is as old as its turn."""
    engine: str
    diagnosis: Diagnosis
    recommendation: Recommendation
    facts: Mapping[str, FactView]
    """By name, each with the user's own words."""
    grounds: tuple[Weighed, ...] | None
    """None where the decision model has changed since, so that its weights are no longer those of the decision."""
    rejected: tuple[Rejected, ...]
    unknowns: tuple[Unknown, ...]
    sources: tuple[Citation, ...]
    """Those of the recommendation under their numbers, then those that only the grounds cite."""
    versions: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """The record as plain JSON values, with the names of the contract; `rejected` holds what is to be avoided, `unknowns` what is assumed."""
        told = asdict(self.recommendation)
        for elsewhere in ("avoid", "assumed"):
            told.pop(elsewhere)
        verdict = {name: told.pop(name) for name in ("first_step", "runner_up")}
        verdict["margin"] = self.recommendation.runner_up.margin
        return plain_json(
            {
                "conversation": self.conversation,
                "turn": self.turn,
                "date": self.on.isoformat() if self.on else None,
                "engine": self.engine,
                "verdict": {**asdict(self.diagnosis), **verdict, "text": told.pop("verdict")},
                "facts": {name: asdict(view) for name, view in self.facts.items()},
                "grounds": None if self.grounds is None else [_flat(weighed) for weighed in self.grounds],
                "rejected": [asdict(option) for option in self.rejected],
                "unknowns": [asdict(unknown) for unknown in self.unknowns],
                **told,
                "sources": [asdict(source) for source in self.sources],
                "versions": dict(self.versions),
            }
        )

    def as_markdown(self) -> str:
        """The record as a document for a decision log."""
        return "\n\n".join(part for part in _parts(self) if part) + "\n"


def decision_record(
    reply: Mapping[str, Any], facts: Facts, library: Library, model: DecisionModel, on: date | None = None
) -> Record:
    """The record of a recommendation.

    Args:
        reply: the recommendation as it was given, plain JSON values (`Reply.as_json`).
        facts: what was known then.
        library: where the passages are found that only the grounds cite.
        model: the decision model as it is now; another version than the reply's weighs nothing.
        on: the day on which the record is drawn up.

    Raises:
        BadInput: the reply is no recommendation, or one of a version whose form is not read any more.
    """
    given = _read(reply)
    told, diagnosis = given.recommendation, given.diagnosis
    if told is None or diagnosis is None:
        raise BadInput(f"Turn {given.turn} holds no recommendation; name a turn that does.")
    numbered = {citation.passage_id: citation for citation in given.citations}
    weighed: tuple[Weighed, ...] | None = None
    if (given.versions or {}).get("decision_model") == model.version:
        found = grounds(facts, judge(facts, frozenset(), model), model)
        numbered |= _numbered((i for ground in found for i in ground.because), numbered, library)
        weighed = tuple(
            Weighed(ground, tuple(sorted(numbered[i].n for i in ground.because if i in numbered))) for ground in found
        )
    return Record(
        conversation=given.conversation,
        turn=given.turn,
        on=on,
        engine=given.engine,
        diagnosis=diagnosis,
        recommendation=told,
        facts=given.facts or {},
        grounds=weighed,
        rejected=(*_left_alone(told), _not_taken(told, diagnosis, weighed)),
        unknowns=_unknowns(told, given.facts or {}),
        sources=tuple(numbered.values()),
        versions=given.versions or {},
    )


@cache
def _replies() -> TypeAdapter[Reply]:
    return TypeAdapter(Reply)


def _read(reply: Mapping[str, Any]) -> Reply:
    """A stored reply as typed values: the inverse of `Reply.as_json`."""
    told = reply["recommendation"]
    if told:
        changes = [{**change, "was": change["from"]} for change in told["would_change"]]
        reply = {**reply, "recommendation": {**told, "would_change": changes}}
    try:
        return _replies().validate_python(reply)
    except ValidationError as error:
        raise BadInput(
            "This recommendation was stored by another version of Gapwise; ask for it anew in the conversation, and record that one."
        ) from error


def _numbered(ids: Iterable[str], known: Mapping[str, Citation], library: Library) -> dict[str, Citation]:
    """The passages that have no number yet, numbered after those that have; what carries a caution is left out."""
    fetched = library.fetch(i for i in ids if i not in known)
    further = citations(passage for passage in fetched if not passage.caution)
    return {c.passage_id: replace(c, n=c.n + len(known)) for c in further}


def _left_alone(told: Recommendation) -> Iterator[Rejected]:
    for avoid in told.avoid:
        yield Rejected("lever", None, avoid.lever, avoid.why, avoid.citations)


def _not_taken(told: Recommendation, diagnosis: Diagnosis, weighed: tuple[Weighed, ...] | None) -> Rejected:
    other = told.runner_up
    what = (
        "It names the same gap and another first step" if other.primary == diagnosis.primary else "It names another gap"
    )
    points = round(100 * other.margin)
    how = (
        f"its probability is {points} {'point' if points == 1 else 'points'} lower"
        if points
        else "it is about as probable, and the rules of the decision model put the verdict before it"
    )
    telling = [w for w in weighed or () if w.ground.strength >= LEAST][:MOST_NAMED]
    titles = dict.fromkeys(fact_kinds()[w.ground.fact].title.lower() for w in telling)
    against = f" What was said of these speaks against it: {'; '.join(titles)}." if titles else ""
    cited = tuple(sorted({n for w in telling for n in w.citations}))
    return Rejected("runner_up", other.primary, other.first_step, f"{what}; {how}.{against}", cited)


def _unknowns(told: Recommendation, facts: Mapping[str, FactView]) -> tuple[Unknown, ...]:
    assumed = tuple(Unknown(fact, "assumed") for fact in told.assumed)
    told_so = (name for name, view in facts.items() if view.value == UNKNOWN and name not in told.assumed)
    return (*assumed, *(Unknown(name, "not known") for name in told_so))


def _parts(record: Record) -> Iterator[str]:
    told, diagnosis = record.recommendation, record.diagnosis
    yield "# Decision record"
    drawn = f", drawn up on {record.on.isoformat()}" if record.on else ""
    versions = "; ".join(f"{name.replace('_', ' ')} {version}" for name, version in record.versions.items())
    yield f"*Conversation {quoted(record.conversation)}, turn {record.turn}{drawn}. {capitalised(versions)}; engine {record.engine}.*"
    yield document(diagnosis.primary, diagnosis.settled, told, ())
    yield "### How probable each gap is"
    yield "\n".join(f"- {GAPS[gap]}: {probability:.0%}" for gap, probability in diagnosis.gaps.items())
    yield "### What was said"
    yield _facts_table(record.facts)
    yield "### What spoke for it and against it"
    yield from _grounds(record)
    yield "### The next best reading"
    yield from (_runner_up(option) for option in record.rejected if option.kind == "runner_up")
    if record.unknowns:
        yield "### What is open"
        yield "\n".join(_unknown(unknown) for unknown in record.unknowns)
    yield sources(record.sources)


def _facts_table(facts: Mapping[str, FactView]) -> str:
    if not facts:
        return "Nothing yet."
    rows = ["| Fact | Understood as | In the user's words | Turn | Confidence |", "| --- | --- | --- | --: | --: |"]
    rows += [
        f"| {fact_kinds()[name].title} | {in_words(name, view)} | “{quoted(view.text)}” | {view.turn} | {view.confidence:.0%} |"
        for name, view in facts.items()
    ]
    return "\n".join(rows)


def _grounds(record: Record) -> Iterator[str]:
    if record.grounds is None:
        yield "Not weighed: the decision model has changed since, and its weights would not be those of this decision."
        return
    if not record.grounds:
        yield "Nothing that was said moves the verdict; it rests on what is usual."
        return
    yield (
        "Each number is by how much the value moves the natural log of the odds: of the verdict against the next best reading, "
        "that the gap is there at all, and of the first step given the gap. Positive speaks for it."
    )
    rows = ["| Value | Speaks | Verdict | Gap | First step | Sources |", "| --- | --- | --: | --: | --: | --- |"]
    yield "\n".join([*rows, *(_ground_row(weighed) for weighed in record.grounds)])


def _ground_row(weighed: Weighed) -> str:
    ground = weighed.ground
    kind = fact_kinds()[ground.fact]
    speaks = f"{ground.direction}, and decides" if ground.decisive else ground.direction
    numbers = " | ".join(f"{value:+.2f}" for value in (ground.strength, ground.on_gap, ground.on_step))
    meaning = kind.values.get(ground.value, ground.value)
    return f"| {kind.title}: {meaning} | {speaks} | {numbers} | {_marks(weighed.citations)} |"


def _runner_up(option: Rejected) -> str:
    named = capitalised(PRIMARIES[option.primary or "none"])
    return f"**{named}, {lever_in_words(option.lever)}.** {option.why} {_marks(option.citations)}".rstrip()


def _unknown(unknown: Unknown) -> str:
    told = "not known, so taken as usual" if unknown.why == "assumed" else "the user does not know"
    return f"- {fact_kinds()[unknown.fact].title}: {told}."


def in_words(name: str, view: FactView) -> str:
    """A fact's value as people say it."""
    return value_in_words(fact_kinds()[name].values, view.value, view.unit)


def _marks(numbers: Iterable[int]) -> str:
    return "".join(f"[{n}]" for n in numbers)


def _flat(weighed: Weighed) -> dict[str, Any]:
    return {**asdict(weighed.ground), "citations": weighed.citations}


def plain_json(data: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON reads them back, with `from` for `was`, which Python keeps for itself."""

    def renamed(pairs: dict[str, Any]) -> dict[str, Any]:
        return {"from" if name == "was" else name: value for name, value in pairs.items()}

    plain: dict[str, Any] = json.loads(json.dumps(data), object_hook=renamed)
    return plain
