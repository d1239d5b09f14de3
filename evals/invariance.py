"""Whether what does not matter changes nothing: facts in another order, other words, slips, chatter, the same conversation once more."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from agent import Advisor, fact_kinds
from agent.testing import Case, DecisionModel, Facts, Known, judge, known, write
from evals.buttons import presses
from evals.runner import Result, run
from evals.scenario import Scenario, User
from evals.shares import cell
from evals.wording import after_chatter, in_small_letters, with_slips, without_marks
from knowledge import Library

PERMUTATIONS = 10
"""Orders of the facts for each variant of the wording: they cost no conversation."""
UNLIKE = frozenset({"conversation", "elapsed_ms"})
"""What may differ between two runs of the same conversation."""
FACTS, BY_HAND, AGAIN = "facts in another order", "facts set by hand in another order", "the same conversation again"
SLIPS, SMALL, BARE = "typing slips", "small letters", "no punctuation"
CHATTER, BUTTONS, RETOLD = "chatter in front", "one-click answers", "retold by another author"
EXACT = (FACTS, BY_HAND, AGAIN)
"""Kinds of which not a single variant may differ."""
REWORDED = (SLIPS, SMALL, BARE, CHATTER, BUTTONS, RETOLD)
AT_LEAST = 0.99
"""Share of reworded variants that must come to the same verdict, and to the same citations."""
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Ending:
    """What a conversation came to."""

    primary: str
    first_step: str
    cited: frozenset[str]
    """Passage ids."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One conversation in other clothes, and what came of it."""

    kind: str
    person: str
    was: Ending | None
    became: Ending | None
    """None where no recommendation came; that is like nothing else."""
    note: str = ""
    """The facts that were read otherwise, or what else differs."""

    @property
    def same_verdict(self) -> bool:
        """Whether primary and first step are as they were."""
        return bool(self.was and self.became) and _verdict(self.was) == _verdict(self.became)

    @property
    def same_citations(self) -> bool:
        """Whether the same passages are cited."""
        return self.was is not None and self.became is not None and self.became.cited == self.was.cited


def invariance(
    advisor: Advisor, person: Scenario, variants: int, seed: int, retold: Scenario | None = None
) -> Iterator[Variant]:
    """Every variant of a person; none of one who has a script, and one that failed of one who gets no recommendation.

    Args:
        advisor: who is asked.
        person: who talks.
        variants: how many of each kind that is drawn; kinds that are not drawn come once.
        seed: of what is drawn.
        retold: the same person in the words of another author, where there is one.
    """
    if not person.user.opening:
        return
    base = run(advisor, person)
    was = ending(base)
    if was is None:
        yield Variant(AGAIN, person.id, None, None, "No recommendation came.")
        return
    held = _held(advisor, base)
    chance = random.Random(f"{seed} {person.id}")
    yield from _permuted(person.id, held, advisor, variants * PERMUTATIONS, chance)
    yield from _by_hand(person.id, held.facts, advisor, variants, chance)
    yield repeated(was, base, run(advisor, person))
    for kind, changed in reworded(person, variants, chance):
        yield _variant(kind, was, held, advisor, run(advisor, changed))
    yield _variant(BUTTONS, was, held, advisor, run(advisor, person, presses(base, held.facts)))
    if retold:
        yield _variant(RETOLD, was, held, advisor, run(advisor, retold))


def reordered(held: Known, chance: random.Random) -> Known:
    """The same facts in another order, each said in the turn of another."""
    names = sorted(held.facts)
    chance.shuffle(names)
    turns = [held.facts[name].turn for name in names]
    chance.shuffle(turns)
    return replace(held, facts={n: replace(held.facts[n], turn=t) for n, t in zip(names, turns, strict=True)})


def concluded(held: Known, model: DecisionModel, library: Library) -> Ending:
    """What decision model and writer make of facts; no conversation is held."""
    verdict = judge(held.facts, held.asked, model)
    written = write(Case(verdict, held.facts, held.asked, held.wants, model, library))
    cited = frozenset(citation.passage_id for citation in written.citations)
    return Ending(verdict.primary, verdict.first_step, cited)


def ending(result: Result) -> Ending | None:
    """What a conversation came to; None where no recommendation came."""
    advice = result.advice
    if advice is None:
        return None
    cited = frozenset(citation["passage_id"] for citation in advice["citations"])
    return Ending(advice["diagnosis"]["primary"], advice["recommendation"]["first_step"], cited)


def reworded(person: Scenario, variants: int, chance: random.Random) -> Iterator[tuple[str, Scenario]]:
    """The person with other wordings of what they say, each with its kind."""
    yield SMALL, _said(person, in_small_letters)
    yield BARE, _said(person, without_marks)
    for _ in range(variants):
        yield SLIPS, _said(person, lambda text: with_slips(text, chance))
        opening = after_chatter(person.user.opening or "", chance)
        yield CHATTER, person.model_copy(update={"user": User(opening=opening, answers=person.user.answers)})


def repeated(was: Ending, first: Result, second: Result) -> Variant:
    """The same conversation once more: alike only if every byte of every reply is, but for id and time."""
    unlike = [n for n, (a, b) in enumerate(zip(_bytes(first), _bytes(second), strict=False), 1) if a != b]
    alike = not unlike and len(first.exchanges) == len(second.exchanges)
    note = f"reply {unlike[0]} differs" if unlike else ""
    return Variant(AGAIN, first.scenario.id, was, ending(second) if alike else None, note)


def is_invariant(found: Sequence[Variant]) -> bool:
    """Whether what must be exact is, and at least 99% of the reworded variants end alike; nothing found does not hold."""
    reworded_ones = [v for v in found if v.kind in REWORDED]
    alike = [all(marks) for marks in ((v.same_verdict, v.same_citations) for v in found if v.kind in EXACT)]
    verdicts = sum(v.same_verdict for v in reworded_ones)
    cited = sum(v.same_citations for v in reworded_ones)
    return bool(alike) and all(alike) and bool(reworded_ones) and min(verdicts, cited) >= AT_LEAST * len(reworded_ones)


def invariance_lines(found: Sequence[Variant]) -> Iterator[str]:
    """A table by kind, then the variants that changed most."""
    yield "| variant | same verdict (95% interval) | same citations |"
    yield "| --- | --- | --- |"
    kinds = [(kind, [v for v in found if v.kind == kind]) for kind in (*EXACT, *REWORDED)]
    for title, variants in [*kinds, ("all wordings together", [v for v in found if v.kind in REWORDED])]:
        verdicts, cited = ([getattr(v, name) for v in variants] for name in ("same_verdict", "same_citations"))
        yield f"| {title} | {cell(verdicts)} | {cell(cited)} |"
    changed = Counter(v.person for v in found if not v.same_verdict)
    worst = sorted((v for v in found if not v.same_verdict), key=lambda v: (-changed[v.person], v.person, v.kind))
    if worst:
        yield ""
    for variant in worst[:MOST_SHOWN]:
        was, became = _verdict(variant.was), _verdict(variant.became)
        yield f"{variant.person}, {variant.kind}: {was} became {became}. {variant.note}".rstrip()


def _verdict(end: Ending | None) -> str:
    return f"{end.primary}/{end.first_step}" if end else "nothing to compare"


def _permuted(person: str, held: Known, advisor: Advisor, times: int, chance: random.Random) -> Iterator[Variant]:
    was = concluded(held, advisor.model, advisor.library)
    for _ in range(times):
        yield Variant(FACTS, person, was, concluded(reordered(held, chance), advisor.model, advisor.library))


def _by_hand(person: str, facts: Facts, advisor: Advisor, times: int, chance: random.Random) -> Iterator[Variant]:
    names = sorted(facts)
    was = _set(advisor, facts, names)
    for _ in range(times):
        chance.shuffle(names)
        yield Variant(BY_HAND, person, was, _set(advisor, facts, names))


def _set(advisor: Advisor, facts: Facts, names: Sequence[str]) -> Ending:
    """What it comes to when facts are set by hand, one a turn, in the order of names."""
    conversation = advisor.start()
    for name in names:
        advisor.correct(conversation, name, facts[name].values)
    return concluded(known(advisor, conversation), advisor.model, advisor.library)


def _bytes(result: Result) -> list[str]:
    return [json.dumps({k: v for k, v in e.reply.items() if k not in UNLIKE}) for e in result.exchanges]


def _variant(kind: str, was: Ending, held: Known, advisor: Advisor, result: Result) -> Variant:
    heard = _held(advisor, result).facts
    unlike = [
        f"{name}: {_values(held.facts, name)} became {_values(heard, name)}"
        for name in fact_kinds()
        if _values(held.facts, name) != _values(heard, name)
    ]
    return Variant(kind, result.scenario.id, was, ending(result), "; ".join(unlike))


def _values(facts: Facts, name: str) -> str:
    return ", ".join(sorted(facts[name].values)) if name in facts else "nothing"


def _held(advisor: Advisor, result: Result) -> Known:
    return known(advisor, result.exchanges[0].reply["conversation"])


def _said(person: Scenario, change: Callable[[str], str]) -> Scenario:
    answers = {fact: change(text) for fact, text in person.user.answers.items()}
    return person.model_copy(update={"user": User(opening=change(person.user.opening or ""), answers=answers)})
