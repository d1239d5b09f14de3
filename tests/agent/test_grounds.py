"""What spoke for a verdict and what against it."""

import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.facts import Fact, Facts
from agent.judgement.belief import believe
from agent.judgement.grounds import Ground, grounds
from agent.judgement.outcomes import OUTCOMES, Outcome, outcome_probabilities
from agent.judgement.tables import decision_model
from agent.judgement.verdict import judge
from agent.vocabulary import UNKNOWN, fact_kinds
from knowledge import load_corpus

MODEL = decision_model()
NOBODY: frozenset[str] = frozenset()
steady = settings(deadline=None, max_examples=30, derandomize=True, database=None)

SAYINGS = st.builds(
    lambda said, sure: Fact(said[0], (said[1],), "", 1, sure),
    st.sampled_from([(name, value) for name, kind in fact_kinds().items() for value in (*kind.values, UNKNOWN)]),
    st.floats(0.3, 0.99),
)
CASES = st.lists(SAYINGS, min_size=1, max_size=8, unique_by=lambda fact: fact.name)


@pytest.fixture(scope="module")
def passages() -> frozenset[str]:
    return frozenset(load_corpus().by_id)


def known(**values: str) -> dict[str, Fact]:
    return {name: Fact(name, tuple(v.split("|")), "", 1, 0.97) for name, v in values.items()}


def weighed(facts: Facts) -> dict[tuple[str, str], Ground]:
    return {(g.fact, g.value): g for g in grounds(facts, judge(facts, NOBODY, MODEL), MODEL)}


def log_odds(facts: Facts, one: Outcome, other: Outcome) -> float:
    belief = believe(facts, MODEL)
    shares = dict(zip(OUTCOMES, outcome_probabilities(belief.states, belief.circumstances, MODEL), strict=True))
    return math.log(shares[one] / shares[other])


KNOWLEDGE = known(
    symptom="missing_facts", prompting="basic", stack="prompt_only", context_test="fixes_it",
    knowledge_kind="own_documents", corpus_size="large", volatility="weekly",
)  # fmt: skip
DRIFT = known(
    symptom="wrong_tone", prompting="exhausted", context_test="still_wrong", consistency="tone", examples="thousands"
)


@steady
@given(CASES)
def test_the_strength_is_what_the_value_does_to_the_odds_against_the_runner_up(said: list[Fact]) -> None:
    facts = {fact.name: fact for fact in said}
    verdict = judge(facts, NOBODY, MODEL)
    for ground in grounds(facts, verdict, MODEL):
        without = {name: fact for name, fact in facts.items() if name != ground.fact}
        there = log_odds(without, verdict.outcome, verdict.runner_up)
        assert ground.strength == pytest.approx(log_odds(facts, verdict.outcome, verdict.runner_up) - there, abs=1e-3)


@steady
@given(said=CASES)
def test_a_ground_is_a_value_that_was_said_and_it_names_passages_that_exist(
    passages: frozenset[str], said: list[Fact]
) -> None:
    facts = {fact.name: fact for fact in said}
    for ground in grounds(facts, judge(facts, NOBODY, MODEL), MODEL):
        assert ground.value in facts[ground.fact].values
        assert ground.value != UNKNOWN
        assert set(ground.because) <= passages


@steady
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(said: list[Fact], chance: Random) -> None:
    verdict = judge({fact.name: fact for fact in said}, NOBODY, MODEL)
    orders = [said, chance.sample(said, len(said))]
    one, other = (grounds({fact.name: fact for fact in order}, verdict, MODEL) for order in orders)
    assert one == other


def test_a_failing_context_test_that_the_facts_mend_speaks_for_a_knowledge_gap() -> None:
    ground = weighed(KNOWLEDGE)["context_test", "fixes_it"]
    assert ground.direction == "for"
    assert ground.on_gap > 1
    assert "failure-mode-guide/one-question-knowledge-or-behavior-gap" in ground.because


def test_a_symptom_of_behaviour_speaks_against_a_verdict_of_knowledge() -> None:
    found = weighed(KNOWLEDGE | known(symptom="missing_facts|wrong_tone"))
    assert found["symptom", "missing_facts"].on_gap > 0 > found["symptom", "wrong_tone"].on_gap


def test_what_decides_only_the_step_weighs_on_the_step_and_not_on_the_gap() -> None:
    ground = weighed(KNOWLEDGE | known(corpus_size="small"))["volatility", "weekly"]
    assert ground.direction == "for"
    assert (ground.on_gap, ground.on_step > 0) == (0.0, True)


def test_a_surer_reading_weighs_more() -> None:
    fact = KNOWLEDGE["context_test"]
    strengths = [
        weighed({**KNOWLEDGE, "context_test": Fact(fact.name, fact.values, "", 1, sure)})["context_test", "fixes_it"]
        for sure in (0.5, 0.9, 0.99)
    ]
    assert [g.on_gap for g in strengths] == sorted({g.on_gap for g in strengths})


def test_the_weightiest_ground_comes_first() -> None:
    found = grounds(DRIFT, judge(DRIFT, NOBODY, MODEL), MODEL)
    weights = [max(abs(g.strength), abs(g.on_gap), abs(g.on_step)) for g in found]
    assert len(weights) > 2
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize(
    ("facts", "fact", "value"),
    [
        (known(symptom="not_llm"), "symptom", "not_llm"),
        (DRIFT | known(citations="required"), "citations", "required"),
        (DRIFT, "prompting", "exhausted"),
    ],
    ids=["no language model", "a duty that weights break", "prompting was exhausted"],
)
def test_what_a_hard_rule_rests_on_is_decisive_though_the_odds_may_not_show_it(
    facts: Facts, fact: str, value: str
) -> None:
    verdict = judge(facts, NOBODY, MODEL)
    assert weighed(facts)[fact, value].decisive
    assert judge({n: f for n, f in facts.items() if n != fact}, NOBODY, MODEL).outcome != verdict.outcome


def test_where_nothing_was_said_there_is_no_ground() -> None:
    assert weighed({}) == {}
    assert weighed(known(volatility=UNKNOWN)) == {}
