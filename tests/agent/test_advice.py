"""The reviewed sentences: bound to passages that exist and carry every figure, and enough of them for every plan."""

import re
from collections import Counter

import pytest

from agent.citations import Sentence, faults
from agent.facts import Fact, Facts
from agent.judgement.outcomes import OUTCOMES, Outcome
from agent.judgement.tables import decision_model
from agent.judgement.verdict import Verdict
from agent.reading.utterances import WANTS
from agent.vocabulary import fact_kinds
from agent.writing.advice import advice_book, slots
from agent.writing.compose import Case, write
from knowledge import Library, load_corpus

MODEL = decision_model()
BOOK = advice_book()

LEVERS = [
    "prompt_engineering", "full_context", "rag", "improve_retrieval", "fine_tuning", "distillation", "right_size", "measure_first",
    "tool_use", "human_review", "out_of_scope",
]  # fmt: skip
PARTS = {"why", "how", "until", "gate", "avoid", "verdict", "premise"}
SLOT = re.compile(r"\{(\w*)\}")


def test_every_sentence_has_an_id_of_its_own() -> None:
    assert [i for i, times in Counter(advice.id for advice in BOOK).items() if times > 1] == []


def test_every_sentence_stands_in_a_known_place() -> None:
    assert {advice.part for advice in BOOK} <= PARTS
    assert [a.id for a in BOOK if a.lever not in LEVERS and a.lever != a.part] == []


def test_every_sentence_is_carried_by_passages_that_exist_and_are_not_doubtful() -> None:
    passages = load_corpus().by_id
    found = {a.id: faults(Sentence(SLOT.sub("", a.text), a.cites), passages) for a in BOOK}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_every_condition_names_facts_and_values_that_exist() -> None:
    values = {name: set(kind.values) for name, kind in fact_kinds().items()}
    values |= {
        "primary": {outcome.primary for outcome in OUTCOMES},
        "first_step": {outcome.first_step for outcome in OUTCOMES},
        "task": {*MODEL.floors},
        "wants": {*WANTS},
    }
    conditions = [(a.id, name, said) for a in BOOK for name, said in a.when.items()]
    assert [c for c in conditions if c[1] not in values or not set(c[2]) <= values[c[1]]] == []


def test_every_sentence_fills_only_slots_that_there_are() -> None:
    slots_there_are = set(slots({}, MODEL))
    assert [a.id for a in BOOK if not set(SLOT.findall(a.text)) <= slots_there_are] == []


@pytest.mark.parametrize("lever", LEVERS)
def test_every_lever_has_a_reason_and_an_end_that_hold_always(lever: str) -> None:
    always = {advice.part for advice in BOOK if advice.lever == lever and not advice.when}
    assert {"why", "until"} <= always


def known(**values: str) -> dict[str, Fact]:
    return {name: Fact(name, tuple(v.split("|")), "", 1, 0.97) for name, v in values.items()}


SITUATIONS: dict[str, Facts] = {
    "nothing known": {},
    "a symptom alone": known(symptom="missing_facts"),
    "facts": known(
        symptom="missing_facts|stale_facts", prompting="basic", stack="rag", context_test="retrieval_misses",
        corpus_size="large", volatility="weekly", citations="required", regulated="yes", eval_set="no",
    ),
    "drift": known(
        symptom="wrong_tone", prompting="exhausted", context_test="still_wrong", consistency="tone", examples="hundreds",
        deadline="weeks", team="no_ml",
    ),
    "hostile": known(symptom="breaks_rules", prompting="basic", consistency="hostile_policy", examples="none"),
    "cost": known(symptom="too_expensive", works_today="yes", volume="massive", cost="too_high|smaller_model_failed", eval_set="yes"),
}  # fmt: skip


def verdict(outcome: Outcome) -> Verdict:
    gaps = dict.fromkeys(MODEL.gaps, 0.1) | {gap: 0.9 for gap in outcome.primary.split("+") if gap != "none"}
    return Verdict(outcome, gaps, OUTCOMES[outcome == OUTCOMES[0]], 0.4, ())


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda o: f"{o.primary}-{o.first_step}")
def test_every_step_of_every_plan_has_a_reason_and_an_end(outcome: Outcome, situation: str, library: Library) -> None:
    case = Case(verdict(outcome), SITUATIONS[situation], frozenset(), ("fine_tuning",), MODEL, library)
    recommendation = write(case).recommendation
    assert recommendation.verdict
    assert recommendation.plan[0].lever == outcome.first_step
    assert [step.lever for step in recommendation.plan if not (step.why and step.until)] == []
