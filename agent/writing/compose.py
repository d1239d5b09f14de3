"""The embedded writer: a plan becomes a recommendation of reviewed sentences, every citation checked before it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.citations import Numbering, Sentence, figures, sound
from agent.facts import Fact, Facts, known_values
from agent.judgement.belief import example_count, task_kind
from agent.judgement.derivation import Statement, exact
from agent.judgement.economics import economics, own_numbers
from agent.judgement.plan import Plan, PlannedStep, compose
from agent.judgement.prices import prices
from agent.judgement.sensitivity import Flip, flips
from agent.judgement.tables import DecisionModel
from agent.judgement.verdict import Verdict
from agent.reply import Avoid, Change, Citation, CostView, Disagreement, Position, Recommendation, RunnerUp, Step
from agent.vocabulary import fact_kinds
from agent.writing.advice import Advice, Situation, holds, pick, situation, slots
from agent.writing.costs import cost_views, text_size
from knowledge import Dissent, Library, Passage, dissent_ledger

MOST_HOW, MOST_HOW_BESIDE, MOST_WHY = 5, 3, 2
DECISIVE = (
    "stack",
    "prompting",
    "context_test",
    "corpus_size",
    "volatility",
    "citations",
    "access_control",
    "examples",
    "works_today",
    "volume",
)
"""Facts whose absence is named as an assumption where the first step rests on them."""


@dataclass(frozen=True)
class Written:
    """A recommendation in words, with the passages it rests on."""

    recommendation: Recommendation
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Case:
    """Everything that a recommendation is written from."""

    verdict: Verdict
    facts: Facts
    asked: frozenset[str]
    wants: tuple[str, ...]
    model: DecisionModel
    library: Library


def write(case: Case) -> Written:
    """Write the recommendation for a verdict."""
    return _Writer(case).written()


class _Writer:
    """Writes one recommendation; numbers citations in reading order."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._known: Situation = situation(case.verdict, case.facts, case.wants)
        self._slots = slots(case.facts, case.model)
        self._own = frozenset(f for fact in case.facts.values() for f in figures(fact.quote)) | frozenset(
            f for text in self._slots.values() for f in figures(text)
        )
        self._numbering = Numbering()
        self._retrieved: dict[str, Passage] = {}

    def written(self) -> Written:
        case = self._case
        plan = compose(case.verdict, case.facts, case.wants, case.model)
        verdict = self._paragraph(
            [*pick("verdict", "verdict", self._known, 2), *pick("premise", "premise", self._known, 1)]
        )
        recommendation = Recommendation(
            first_step=case.verdict.first_step,
            verdict=verdict[0],
            plan=tuple(self._step(step) for step in plan.steps),
            avoid=tuple(self._avoid(plan)),
            costs=self._costs(plan),
            disagreements=tuple(self._disagreements(plan)),
            runner_up=RunnerUp(case.verdict.runner_up.primary, case.verdict.runner_up.first_step, case.verdict.margin),
            would_change=tuple(_change(flip, case.facts) for flip in flips(case.facts, case.asked, case.model)),
            assumed=self._assumed(),
        )
        cited = [self._retrieved[i] for i in self._numbering.order]
        return Written(recommendation, citations(cited))

    def _paragraph(self, advice: Iterable[Advice]) -> tuple[str, tuple[int, ...]]:
        """The sentences that pass the check, joined, and the citations they use."""
        sentences = self._checked(advice)
        text = " ".join(self._numbering.marked(sentence) for sentence in sentences)
        return text, tuple(sorted({n for s in sentences for n in self._numbering.numbers(s.cites)}))

    def _checked(self, advice: Iterable[Advice]) -> list[Sentence]:
        sentences = [Sentence(a.text.format(**self._slots), a.cites, self._own) for a in advice]
        self._retrieve(i for sentence in sentences for i in sentence.cites)
        return sound(sentences, self._retrieved)

    def _retrieve(self, ids: Iterable[str]) -> None:
        self._retrieved |= {passage.id: passage for passage in self._case.library.fetch(ids)}

    def _step(self, step: PlannedStep) -> Step:
        why, cited_why = self._paragraph(self._reasons(step))
        most = MOST_HOW if step.lever == self._case.verdict.first_step else MOST_HOW_BESIDE
        how = self._checked(pick(step.lever, "how", self._known, most)) if step.when != "later" else []
        shown = tuple(self._numbering.marked(sentence) for sentence in how)
        until, cited_until = self._paragraph(pick(step.lever, "until", self._known, 1))
        cited = {*cited_why, *cited_until, *(n for s in how for n in self._numbering.numbers(s.cites))}
        return Step(step.lever, step.when, why, shown, until, tuple(sorted(cited)))

    def _reasons(self, step: PlannedStep) -> list[Advice]:
        if step.when == "later":
            gate = pick(step.lever, "gate", self._known, 1)
            return gate or pick(step.lever, "why", self._known, 1)
        return pick(step.lever, "why", self._known, MOST_WHY)

    def _avoid(self, plan: Plan) -> Iterable[Avoid]:
        for lever in plan.avoid:
            why, cited = self._paragraph(pick(lever, "avoid", self._known, 2))
            if why:
                yield Avoid(lever, why, cited)

    def _costs(self, plan: Plan) -> tuple[CostView, ...]:
        facts, table, text = self._case.facts, prices(), text_size(self._case.facts)
        given = own_numbers(facts, table, text)

        def check(statements: Iterable[Statement]) -> list[Sentence]:
            lines = [Sentence(s.text, s.cites, workings=s.workings, own_numbers=given) for s in statements]
            self._retrieve(i for line in lines for i in line.cites)
            return sound(lines, self._retrieved)

        return cost_views(economics(plan, facts, table, text), table.dated, check, self._numbering)

    def _disagreements(self, plan: Plan) -> Iterable[Disagreement]:
        pulled = {step.lever for step in plan.steps if step.when != "later"} | set(plan.avoid)
        for dissent in dissent_ledger():
            if pulled & set(dissent.levers) and holds(dissent.when, self._known) and self._bears(dissent):
                yield self._disagreement(dissent)

    def _bears(self, dissent: Dissent) -> bool:
        """A quarrel about a least number is over where the user has more than any side asks for."""
        if dissent.id != "d1":
            return True
        count = example_count(self._case.facts)
        floor = self._case.model.floors[task_kind(self._case.facts)]
        return count is not None and count < max(self._case.model.cautious_floor, floor)

    def _disagreement(self, dissent: Dissent) -> Disagreement:
        positions = []
        for stance in dissent.positions:
            self._retrieve(stance.passages)
            if sound([Sentence(stance.text, stance.passages)], self._retrieved):
                positions.append(Position(stance.text, self._numbering.numbers(stance.passages)))
        return Disagreement(
            dissent.id, dissent.topic, tuple(positions), dissent.followed, dissent.why, dissent.flips_verdict
        )

    def _assumed(self) -> tuple[str, ...]:
        known = known_values(self._case.facts)
        needed = self._case.model.preconditions.get(self._case.verdict.first_step, ())
        return tuple(fact for fact in needed if fact in DECISIVE and fact not in known)


def citations(cited: Iterable[Passage]) -> tuple[Citation, ...]:
    """Passages numbered in the order given."""
    return tuple(
        Citation(number, passage.id, passage.source.id, passage.section, passage.text)
        for number, passage in enumerate(cited, 1)
    )


def _change(flip: Flip, facts: Facts) -> Change:
    return Change(
        flip.fact,
        said(facts[flip.fact]),
        fact_kinds()[flip.fact].values[flip.value],
        flip.outcome.primary,
        flip.outcome.first_step,
    )


def said(fact: Fact) -> str:
    """A fact's value in words: the user's number where there is one, else the meaning of its values."""
    number = f"{exact(fact.number)} {fact.unit or ''}".strip() if fact.number is not None else None
    if number and fact.name != "cost":
        return number
    values = fact_kinds()[fact.name].values
    words = ", ".join(values.get(value, value) for value in fact.values)
    return f"{words} ({number})" if number else words
