"""Which question is asked next."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.facts import Fact, Facts
from agent.judgement.policy import next_question, rank
from agent.judgement.tables import decision_model
from agent.judgement.verdict import Verdict, judge
from agent.vocabulary import UNKNOWN, fact_kinds

MODEL = decision_model()
steady = settings(deadline=None, max_examples=60, derandomize=True, database=None)

SAYINGS = st.sampled_from(
    [Fact(name, (v,), "", 1, 0.9) for name, kind in fact_kinds().items() for v in (*kind.values, UNKNOWN)]
)
CASES = st.lists(SAYINGS, max_size=10, unique_by=lambda fact: fact.name)
ASKED = st.frozensets(st.sampled_from(list(fact_kinds())), max_size=8)


def known(**values: str) -> dict[str, Fact]:
    return {name: Fact(name, tuple(v.split("|")), "", 1, 0.97) for name, v in values.items()}


def following(facts: Facts, asked: frozenset[str] = frozenset()) -> str | None:
    return next_question(facts, asked, judge(facts, asked, MODEL), MODEL)


def interview(facts: Facts, chance: Random, share_unknown: float) -> tuple[list[str], Verdict]:
    """Someone who answers at random; the questions asked until the policy stops by itself, and the verdict."""
    known_facts, asked = dict(facts), list[str]()
    while (name := following(known_facts, frozenset(asked))) and len(asked) < 30:
        asked.append(name)
        value = UNKNOWN if chance.random() < share_unknown else chance.choice(list(fact_kinds()[name].values))
        known_facts[name] = Fact(name, (value,), "", len(asked), 0.95)
    return asked, judge(known_facts, frozenset(asked), MODEL)


def test_the_first_question_without_a_symptom_is_for_the_symptom() -> None:
    assert following({}) == "symptom"
    assert following(known(stack="rag", volume="massive", prompting="basic")) == "symptom"


def test_a_symptom_that_nobody_knows_is_not_asked_for_again() -> None:
    assert following(known(symptom=UNKNOWN), frozenset({"symptom"})) != "symptom"


@steady
@given(CASES, ASKED)
def test_what_is_known_or_was_asked_is_not_asked(said: list[Fact], asked: frozenset[str]) -> None:
    facts = {fact.name: fact for fact in said}
    halfway = {name for name, values in MODEL.halfway.items() if name in facts and set(facts[name].values) <= values}
    wrong = "works_today" in facts and {"no", "partly", UNKNOWN} & set(facts["works_today"].values)
    silent = wrong and "symptom" in facts and set(facts["symptom"].values) <= MODEL.silent_on_quality
    settled = {*facts} - halfway - ({"symptom"} if silent else set()) | asked
    assert following(facts, asked) not in settled
    assert not {c.fact for c in rank(facts, asked, MODEL)} & settled


def test_a_structured_prompt_named_in_passing_is_followed_by_how_it_was_judged() -> None:
    facts = known(symptom="wrong_tone", context_test="still_wrong", prompting="structured")
    assert "prompting" in {c.fact for c in rank(facts, frozenset(), MODEL)}
    assert "prompting" not in {c.fact for c in rank(facts, frozenset({"prompting"}), MODEL)}


def test_a_bad_quality_of_which_only_the_price_was_said_is_asked_about() -> None:
    facts = known(symptom="too_expensive", works_today="no")
    assert following(facts) == "symptom"
    assert following(facts, frozenset({"symptom"})) != "symptom"
    assert following(known(symptom="too_expensive", works_today="yes")) != "symptom"


def test_a_price_complained_of_in_passing_leaves_the_smaller_model_to_be_asked_for() -> None:
    facts = known(symptom="too_expensive", works_today="yes", volume="low", cost="too_high")
    assert following(facts) == "cost"
    assert following(facts, frozenset({"cost"})) != "cost"


ROWS = {"examples": Fact("examples", ("thousands",), "2,600 rows", 1, 0.95, 2600.0, "examples")}
STUBBORN = known(symptom="weak_skill", prompting="exhausted", context_test="still_wrong", consistency="labels")


def test_a_count_in_passing_that_would_carry_training_is_followed_by_how_many_are_checked() -> None:
    assert following({**STUBBORN, **ROWS}) == "examples"
    assert following({**STUBBORN, **ROWS}, frozenset({"examples"})) != "examples"


def test_a_count_in_passing_that_is_too_small_anyway_is_not_asked_about() -> None:
    few = {"examples": Fact("examples", ("hundreds",), "140 letters", 1, 0.95, 140.0, "examples")}
    assert following({**STUBBORN, **few}) != "examples"


SETTLED = known(
    stack="rag", context_test="retrieval_misses", knowledge_kind="documents", works_today="no", corpus_size="large"
)


def missing(*half_heard: str) -> dict[str, Fact]:
    return {**SETTLED, "symptom": Fact("symptom", ("wrong_passages",), "", 1, 0.97, half_heard=half_heard)}


@pytest.mark.parametrize(("half_heard", "asks"), [((), False), (("missing_facts",), False), (("wrong_tone",), True)])
def test_a_second_trouble_half_heard_is_asked_about_where_it_would_change_the_verdict(
    half_heard: tuple[str, ...], asks: bool
) -> None:
    asked = frozenset(fact_kinds()) - {"symptom", "prompting"}
    assert (following(missing(*half_heard), asked) == "symptom") is asks
    assert following(missing(*half_heard), asked | {"symptom"}) is None


@steady
@given(CASES, ASKED)
def test_the_order_of_facts_does_not_matter(said: list[Fact], asked: frozenset[str]) -> None:
    one, other = ({fact.name: fact for fact in order} for order in (said, reversed(said)))
    assert following(one, asked) == following(other, asked)


@pytest.mark.parametrize("share_unknown", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("symptom", list(fact_kinds()["symptom"].values))
def test_an_interview_ends_by_itself_with_nothing_required_left_open(symptom: str, share_unknown: float) -> None:
    for seed in range(6):
        asked, verdict = interview(known(symptom=symptom), Random(f"{symptom}{seed}"), share_unknown)
        assert len(asked) == len(set(asked)) < 30
        assert verdict.unmet == ()


@pytest.mark.parametrize(
    ("facts", "required"),
    [
        (known(symptom="wrong_tone"), {"prompting"}),
        (known(symptom="wrong_tone", prompting="exhausted"), {"examples", "context_test"}),
        (known(symptom="missing_facts"), {"stack", "corpus_size"}),
        (known(symptom="too_expensive"), {"works_today", "symptom"}),
        (known(symptom="too_expensive", works_today="yes"), {"volume", "cost"}),
    ],
    ids=["drift", "drift after prompting", "facts", "cost of who knows what", "cost of what works"],
)
def test_what_decides_the_step_is_asked(facts: Facts, required: set[str]) -> None:
    asked, _ = interview(facts, Random(1), 1.0)
    assert required <= set(asked)


def test_nothing_more_is_asked_where_no_language_model_is_meant() -> None:
    assert following(known(symptom="not_llm")) is None


def test_candidates_come_best_first() -> None:
    worth = [candidate.worth for candidate in rank(known(symptom="missing_facts"), frozenset(), MODEL)]
    assert len(worth) > 3
    assert worth == sorted(worth, reverse=True)
