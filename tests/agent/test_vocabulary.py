"""The words of the interview: the contract's facts, and options that mean what they say."""

import pytest

from agent import DONT_KNOW, FactKind, fact_kinds
from agent.vocabulary import UNKNOWN

CONTRACT_FACTS = [
    "symptom", "prompting", "context_test", "knowledge_kind", "volatility", "corpus_size", "citations", "access_control",
    "consistency", "examples", "volume", "latency", "cost", "works_today", "stack", "deadline", "regulated", "eval_set", "team",
]  # fmt: skip
KINDS = list(fact_kinds().values())
each_fact = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])


def test_the_facts_are_those_of_the_contract() -> None:
    assert sorted(fact_kinds()) == sorted(CONTRACT_FACTS)


@each_fact
def test_the_last_option_is_that_one_does_not_know(kind: FactKind) -> None:
    assert {wording.options[-1] for wording in kind.all_wordings} == {"I don't know"} == {DONT_KNOW}


@each_fact
def test_every_option_means_values_that_exist(kind: FactKind) -> None:
    meant = [set(values) for wording in kind.all_wordings for _, values in wording.answers]
    assert all(meant)
    assert set().union(*meant) <= set(kind.values)


@each_fact
def test_an_option_means_several_values_only_where_several_can_hold(kind: FactKind) -> None:
    most = max(len(values) for wording in kind.all_wordings for _, values in wording.answers)
    assert kind.many or most == 1


@each_fact
def test_an_option_means_the_same_in_every_wording(kind: FactKind) -> None:
    said = {(text.casefold(), values) for wording in kind.all_wordings for text, values in wording.answers}
    assert len({text for text, _ in said}) == len(said)


@each_fact
def test_a_question_comes_with_a_reason_and_a_choice(kind: FactKind) -> None:
    for wording in kind.all_wordings:
        assert wording.question.rstrip().endswith(("?", "."))
        assert wording.why.rstrip().endswith(".")
        assert len(wording.options) >= 3


@each_fact
def test_unknown_is_no_value_of_its_own(kind: FactKind) -> None:
    assert UNKNOWN not in kind.values


@each_fact
def test_a_wording_for_a_situation_names_facts_and_values_that_exist(kind: FactKind) -> None:
    conditions = [(fact, set(values)) for when, _ in kind.variants for fact, values in when.items()]
    assert all(values <= set(fact_kinds()[fact].values) for fact, values in conditions)


def test_not_tried_can_be_said_of_prompting_and_of_the_context_test() -> None:
    assert all("not_tried" in fact_kinds()[name].values for name in ("prompting", "context_test"))


def test_a_retrieval_that_is_in_place_changes_how_the_context_test_is_asked_for() -> None:
    kind = fact_kinds()["context_test"]
    with_rag, without = (kind.wording_for({"stack": (value,)}) for value in ("rag", "prompt_only"))
    assert "retrieval" in with_rag.question.lower()
    assert without == kind.wording
