"""What would change the verdict."""

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.facts import Fact, Facts
from agent.judgement.sensitivity import flips, suppose
from agent.judgement.tables import decision_model
from agent.judgement.verdict import judge
from agent.vocabulary import UNKNOWN, fact_kinds

MODEL = decision_model()
NOBODY: frozenset[str] = frozenset()
steady = settings(deadline=None, max_examples=60, derandomize=True, database=None)

DECISIVE = [
    "symptom",
    "prompting",
    "context_test",
    "stack",
    "corpus_size",
    "volatility",
    "citations",
    "examples",
    "cost",
]
SAYINGS = st.sampled_from(
    [Fact(name, (v,), "", 1, 0.95) for name in DECISIVE for v in (*fact_kinds()[name].values, UNKNOWN)]
)
CASES = st.lists(SAYINGS, min_size=2, max_size=9, unique_by=lambda fact: fact.name)


def known(**values: str) -> dict[str, Fact]:
    return {name: Fact(name, tuple(v.split("|")), "", 1, 0.97) for name, v in values.items()}


SMALL = known(
    symptom="missing_facts", prompting="basic", stack="prompt_only", knowledge_kind="own_documents",
    corpus_size="small", volatility="rarely", citations="not_needed", access_control="same",
)  # fmt: skip


@steady
@given(CASES)
def test_each_change_really_changes_the_verdict(said: list[Fact]) -> None:
    facts = {fact.name: fact for fact in said}
    here = judge(facts, NOBODY, MODEL).outcome
    for flip in flips(facts, NOBODY, MODEL):
        there = judge({**facts, flip.fact: Fact(flip.fact, (flip.value,), "", 9, 0.97)}, NOBODY, MODEL).outcome
        assert there == flip.outcome != here


@steady
@given(CASES)
def test_each_change_is_of_one_known_fact_to_another_value(said: list[Fact]) -> None:
    facts = {fact.name: fact for fact in said}
    found = flips(facts, NOBODY, MODEL)
    assert len({flip.fact for flip in found}) == len(found)
    assert all(facts[flip.fact].known for flip in found)
    assert all(flip.value in fact_kinds()[flip.fact].values for flip in found)
    assert all(flip.value not in facts[flip.fact].values for flip in found)


def test_a_change_is_to_a_value_that_does_not_hold_already() -> None:
    facts = known(symptom="too_expensive", works_today="yes", volume="high", cost="too_high|smaller_model_failed")
    assert all(flip.value not in facts[flip.fact].values for flip in flips(facts, NOBODY, MODEL))


def test_everything_that_lets_the_text_sit_in_the_prompt_is_named() -> None:
    found = {flip.fact: flip for flip in flips(SMALL, NOBODY, MODEL)}
    for name in ("corpus_size", "volatility", "citations", "access_control"):
        assert found[name].outcome.first_step == "rag"


def test_a_change_is_supposed_without_touching_the_facts() -> None:
    facts: Facts = dict(SMALL)
    supposed = suppose(facts, "volatility", ("daily",))
    assert supposed["volatility"].values == ("daily",)
    assert {**supposed, "volatility": facts["volatility"]} == facts == SMALL


def test_a_supposed_value_forgets_the_number_that_was_said() -> None:
    said = {"examples": Fact("examples", ("dozens",), "61 pairs", 1, 0.95, 61.0, "examples")}
    assert suppose(said, "examples", ("thousands",))["examples"].number is None


def test_a_supposed_value_forgets_what_else_the_words_may_mean() -> None:
    fact = Fact("context_test", ("retrieval_misses",), "", 1, 0.5, otherwise=(("retrieval_finds", 0.45),))
    assert suppose({"context_test": fact}, "context_test", ("still_wrong",))["context_test"].otherwise == ()


def test_a_fact_that_was_never_spoken_of_can_be_supposed() -> None:
    assert suppose({}, "stack", ("rag",))["stack"].values == ("rag",)
