"""What is believed after hearing the facts."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.facts import Fact, Facts
from agent.judgement.belief import believe, example_count, task_kind
from agent.judgement.tables import decision_model
from agent.vocabulary import UNKNOWN, fact_kinds

MODEL = decision_model()
GAPS = ["instruction", "knowledge", "behavior", "efficiency"]
steady = settings(deadline=None, max_examples=150, derandomize=True, database=None)

SAYINGS = st.builds(
    lambda said, sure: Fact(said[0], (said[1],), "", 1, sure),
    st.sampled_from([(name, value) for name, kind in fact_kinds().items() for value in kind.values]),
    st.floats(0.3, 0.99),
)
CASES = st.lists(SAYINGS, max_size=10, unique_by=lambda fact: fact.name)


def by_name(said: list[Fact]) -> Facts:
    return {fact.name: fact for fact in said}


def gaps(facts: Facts) -> list[float]:
    belief = believe(facts, MODEL)
    return [belief.gap(name) for name in GAPS]


def known(**values: str) -> dict[str, Fact]:
    return {name: Fact(name, tuple(v.split("|")), "", 1, 0.97) for name, v in values.items()}


@steady
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(said: list[Fact], chance: Random) -> None:
    shuffled = chance.sample(said, len(said))
    one, other = believe(by_name(said), MODEL), believe(by_name(shuffled), MODEL)
    assert np.array_equal(one.states, other.states)
    assert np.array_equal(one.circumstances, other.circumstances)


@steady
@given(CASES)
def test_gaps_and_circumstances_are_probabilities(said: list[Fact]) -> None:
    belief = believe(by_name(said), MODEL)
    assert belief.states.sum() == pytest.approx(1.0)
    assert all(0 <= p <= 1 for p in [*gaps(by_name(said)), *belief.circumstances])


@steady
@given(CASES, st.sampled_from(list(fact_kinds())))
def test_what_is_unknown_is_no_evidence(said: list[Fact], name: str) -> None:
    facts = {fact.name: fact for fact in said if fact.name != name}
    told = {**facts, name: Fact(name, (UNKNOWN,), "no idea", 2, 0.99)}
    assert gaps(told) == gaps(facts)
    assert np.array_equal(believe(told, MODEL).circumstances, believe(facts, MODEL).circumstances)


@pytest.mark.parametrize(
    ("name", "value", "gap"),
    [
        ("symptom", "missing_facts", "knowledge"),
        ("symptom", "too_slow", "efficiency"),
        ("context_test", "fixes_it", "knowledge"),
        ("cost", "too_high", "efficiency"),
    ],
)
def test_a_surer_reading_moves_the_belief_further(name: str, value: str, gap: str) -> None:
    readings = [Fact(name, (value,), "", 1, confidence) for confidence in (0.0, 0.4, 0.7, 0.99)]
    moved = [believe({name: fact}, MODEL).gap(gap) for fact in readings]
    assert moved[0] == pytest.approx(believe({}, MODEL).gap(gap))
    assert moved == sorted(set(moved))


def test_a_fact_that_speaks_against_a_gap_lowers_it() -> None:
    assert believe(known(context_test="still_wrong"), MODEL).gap("knowledge") < believe({}, MODEL).gap("knowledge")


def test_a_retrieval_that_finds_the_passage_leaves_no_knowledge_gap() -> None:
    assert believe(known(stack="rag", context_test="retrieval_finds"), MODEL).gap("knowledge") < 0.1


def test_nothing_is_believed_of_behaviour_before_prompting_is_exhausted() -> None:
    drifting = believe(known(symptom="wrong_tone", prompting="structured"), MODEL)
    assert drifting.gap("behavior") < 0.1 < 0.8 < drifting.gap("instruction")


def test_an_answer_that_may_mean_either_moves_the_belief_to_between_both() -> None:
    def after(*meanings: tuple[str, float]) -> float:
        (value, confidence), *otherwise = meanings
        fact = Fact("context_test", (value,), "", 1, confidence, otherwise=tuple(otherwise))
        return believe({"context_test": fact}, MODEL).gap("knowledge")

    either = after(("retrieval_misses", 0.5), ("retrieval_finds", 0.4))
    assert (
        after(("retrieval_finds", 0.9)) < either < after(("retrieval_misses", 0.5)) < after(("retrieval_misses", 0.9))
    )


def test_praise_beside_a_named_failure_is_meant_of_the_rest() -> None:
    complained, praised = known(symptom="wrong_format"), known(works_today="yes")
    kept = believe({**complained, **praised}, MODEL).gap("instruction") / believe(complained, MODEL).gap("instruction")
    of_facts = known(symptom="invented_facts")
    left = believe({**of_facts, **praised}, MODEL).gap("knowledge") / believe(of_facts, MODEL).gap("knowledge")
    assert left < 0.8 < kept < 1


def test_every_meaning_of_an_answer_that_settles_a_circumstance_counts_for_it() -> None:
    sure = Fact("citations", ("not_needed",), "", 1, 0.95)
    either = Fact("citations", ("not_needed",), "", 1, 0.5, otherwise=(("helpful", 0.45),))
    free = [believe({"citations": fact}, MODEL).circumstance("free") for fact in (sure, either)]
    assert free[0] == pytest.approx(free[1])


@pytest.mark.parametrize(
    ("facts", "task"),
    [
        (known(symptom="wrong_tone", consistency="labels"), "labels"),
        (known(symptom="wrong_tone"), "tone"),
        (known(symptom="breaks_rules"), "policy"),
        (known(symptom="wrong_format", consistency="none"), "format"),
        (known(symptom="missing_facts"), "other"),
        (known(symptom="weak_skill"), "other"),
        (known(symptom="weak_skill", consistency="format"), "labels"),
        (known(symptom="weak_skill|wrong_format", consistency="format"), "labels"),
        (known(symptom="breaks_rules|wrong_tone", consistency="tone"), "policy"),
        (known(symptom="wrong_format", consistency="format|extraction"), "extraction"),
        (known(symptom="wrong_format", consistency="format|tone"), "format"),
    ],
    ids=[
        "said",
        "tone",
        "policy",
        "nothing in particular",
        "other",
        "a skill that nobody names",
        "a skill of which only the form is named",
        "a skill beside the form",
        "rules beside the manner",
        "form and fields",
        "form and manner",
    ],
)
def test_the_task_is_what_was_said_or_what_the_symptom_tells(facts: Facts, task: str) -> None:
    assert task_kind(facts) == task


def test_a_number_of_examples_goes_before_the_word_for_it() -> None:
    assert example_count({"examples": Fact("examples", ("dozens",), "61", 1, 0.9, 61.0, "examples")}) == 61
    assert example_count(known(examples="unknown")) is None
    assert example_count({}) is None
