"""How well the reader reads, and how well it knows: labelled answers and openings of the invented people, fact by fact."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from agent import Reader, fact_kinds, open_question
from evals.scenario import Scenario, load_scenarios
from evals.sureness import Claim, sureness

DECISIVE = ("symptom", "prompting", "context_test", "stack", "works_today", "corpus_size", "examples")
"""Facts of which a misreading turns the verdict."""


START, END = "<!-- reading: printed by `gapwise eval reading` -->", "<!-- /reading -->"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A person with what each text says, by fact."""

    scenario: Scenario
    opening: Mapping[str, frozenset[str]]
    answers: Mapping[str, frozenset[str]]


@dataclass(slots=True)
class Tally:
    """Counts of one fact."""

    asked: int = 0
    right: int = 0
    """Answers read as what they say: the same value, or for facts with several, one in common and nothing that is not said."""
    unread: int = 0
    """Answers of which nothing was read."""
    said: int = 0
    """Openings that say the fact."""
    found: int = 0
    """Openings of which it was read, rightly."""
    claimed: int = 0
    """Openings of which it was read at all."""
    claims: list[Claim] = field(default_factory=list)
    """Of every answer that was read: how sure, and whether rightly."""


def load_labelled(half: str) -> tuple[Labelled, ...]:
    """The labelled people of one half, `tuning` or `held-out`."""
    folder = files("evals")
    people = {s.id: s for s in load_scenarios([Path(str(folder / "scenarios" / half))])}
    rows = map(json.loads, (folder / "readings" / f"{half}.jsonl").read_text(encoding="utf-8").splitlines())
    return tuple(
        Labelled(
            people[row["id"]],
            {name: frozenset(values) for name, values in row["opening"].items()},
            {name: frozenset(values) for name, values in row["answers"].items() if values},
        )
        for row in rows
    )


def tally(
    people: Sequence[Labelled],
    reader: Reader,
    told: Callable[[str, str, str], None] | None = None,
    names: Collection[str] | None = None,
) -> dict[str, Tally]:
    """Read every answer in the light of its question and every opening without one.

    Args:
        people: who is read.
        reader: the reader that is measured.
        told: hears of each misreading: fact, text, and what was read for what is said.
        names: the facts that are measured; None for all.
    """
    counts: dict[str, Tally] = {name: Tally() for name in fact_kinds() if names is None or name in names}
    for person in people:
        for name in person.answers.keys() & counts.keys():
            _tally_answer(person, name, reader, counts[name], told)
        _tally_opening(person, reader, counts, told)
    return counts


def _tally_answer(
    person: Labelled, name: str, reader: Reader, count: Tally, told: Callable[[str, str, str], None] | None
) -> None:
    text, said = person.scenario.user.answers[name], person.answers[name]
    found = {f.name: f for f in reader.read(text, open_question(name, {}), {}, 2).facts}.get(name)
    right = found is not None and matches(name, frozenset(found.values), said)
    count.asked += 1
    count.right += right
    count.unread += found is None
    if found is not None:
        count.claims.append(Claim(found.confidence, right))
    if told and not right:
        told(name, text, f"{'nothing' if found is None else (found.values, found.confidence)} for {sorted(said)}")


def _tally_opening(
    person: Labelled, reader: Reader, counts: Mapping[str, Tally], told: Callable[[str, str, str], None] | None
) -> None:
    text = person.scenario.user.opening or ""
    found = {f.name: f for f in reader.read(text, None, {}, 1).facts}
    for name, count in counts.items():
        said = person.opening.get(name)
        read = found.get(name)
        right = said is not None and read is not None and matches(name, frozenset(read.values), said)
        count.said += said is not None
        count.claimed += read is not None
        count.found += right
        if told and not right and (read is not None or (said is not None and name in DECISIVE)):
            got = "nothing" if read is None else (read.values, read.confidence)
            told(f"({name})", text, f"{got} for {sorted(said or [])}")


def matches(name: str, read: frozenset[str], said: frozenset[str]) -> bool:
    """Whether a reading is what was said; of facts that hold several values, a part of them that adds nothing counts."""
    return read == said or (fact_kinds()[name].many and bool(read) and read <= said)


def reading_lines(counts: Mapping[str, Tally]) -> Iterator[str]:
    """A table, decisive facts first, and how far the confidences can be believed."""
    yield "| fact | answers | read right | unread | said in openings | found | precision |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    order = [*DECISIVE, *(name for name in fact_kinds() if name not in DECISIVE)]
    yield from (_row(name, counts[name]) for name in order if name in counts)
    for title, names in (("decisive facts", DECISIVE), ("all facts", tuple(fact_kinds()))):
        yield _row(title, _sum([counts[name] for name in names if name in counts]))
    sure = sureness([claim for count in counts.values() for claim in count.claims])
    if sure:
        yield f"\nConfidence of {sure.n:,} answers: Brier {sure.brier:.3f}, ECE {sure.error:.3f}, its floor at this n {sure.floor:.3f}."


def _row(title: str, count: Tally) -> str:
    def per_cent(part: int, whole: int) -> str:
        return f"{part / whole:.1%}" if whole else "–"

    return (
        f"| {title} | {count.asked} | {per_cent(count.right, count.asked)} | {per_cent(count.unread, count.asked)} | {count.said} | "
        f"{per_cent(count.found, count.said)} | {per_cent(count.found, count.claimed)} |"
    )


def _sum(counts: Sequence[Tally]) -> Tally:
    return Tally(
        *(sum(getattr(c, name) for c in counts) for name in ("asked", "right", "unread", "said", "found", "claimed"))
    )
