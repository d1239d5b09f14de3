"""The verdict, case by case as the contract defines it."""

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.facts import Fact, Facts
from agent.judgement.tables import decision_model
from agent.judgement.verdict import Verdict, judge
from agent.vocabulary import UNKNOWN, fact_kinds

MODEL = decision_model()
steady = settings(deadline=None, max_examples=100, derandomize=True, database=None)

SAYINGS = st.builds(
    lambda said, sure: Fact(said[0], (said[1],), "", 1, sure),
    st.sampled_from([(name, v) for name, kind in fact_kinds().items() for v in (*kind.values, UNKNOWN)]),
    st.floats(0.3, 0.99),
)
CASES = st.lists(SAYINGS, max_size=10, unique_by=lambda fact: fact.name)


def verdict(**values: str) -> Verdict:
    facts = {name: Fact(name, tuple(v.split("|")), "", 1, 0.97) for name, v in values.items()}
    return judge(facts, frozenset(), MODEL)


def counted(number: int) -> Fact:
    word = "none" if number < 1 else "dozens" if number < 100 else "hundreds" if number < 1000 else "thousands"
    return Fact("examples", (word,), str(number), 1, 0.95, float(number), "examples")


SMALL = {
    "stack": "prompt_only",
    "corpus_size": "small",
    "volatility": "monthly",
    "citations": "not_needed",
    "access_control": "same",
}
MISSING = {"symptom": "missing_facts", "prompting": "basic", "knowledge_kind": "own_documents", **SMALL}
DRIFTING = {"symptom": "wrong_tone", "prompting": "exhausted", "context_test": "still_wrong", "consistency": "tone"}
DEAR = {"symptom": "too_expensive", "works_today": "yes", "volume": "high"}

DEFINITIONS: dict[str, tuple[Mapping[str, str], tuple[str, str]]] = {
    "small, calm, open to all, no duty": (MISSING, ("knowledge", "full_context")),
    "too large for the prompt": ({**MISSING, "corpus_size": "large"}, ("knowledge", "rag")),
    "changes weekly": ({**MISSING, "volatility": "weekly"}, ("knowledge", "rag")),
    "changes daily": ({**MISSING, "volatility": "daily"}, ("knowledge", "rag")),
    "sources must be shown": ({**MISSING, "citations": "required"}, ("knowledge", "rag")),
    "sources are only welcome": ({**MISSING, "citations": "helpful"}, ("knowledge", "full_context")),
    "permissions differ": ({**MISSING, "access_control": "differs"}, ("knowledge", "rag")),
    "live records": ({**MISSING, "knowledge_kind": "live_records"}, ("knowledge", "tool_use")),
    "a retrieval that fetches the wrong passages": (
        {**MISSING, "symptom": "wrong_passages", "stack": "rag", "context_test": "retrieval_misses"},
        ("knowledge", "improve_retrieval"),
    ),
    "a stale index": (
        {"symptom": "stale_facts", "stack": "rag", "context_test": "retrieval_misses", "prompting": "exhausted"},
        ("knowledge", "improve_retrieval"),
    ),
    "facts missing and prompting untried": ({**MISSING, "prompting": "not_tried"}, ("knowledge", "full_context")),
    "facts missing, drifting, prompting a paragraph": (
        {**MISSING, "symptom": "missing_facts|wrong_tone"},
        ("knowledge", "full_context"),
    ),
    "facts missing, drifting after exhausted prompting": (
        {**MISSING, "symptom": "missing_facts|wrong_tone", "prompting": "exhausted"},
        ("knowledge+behavior", "full_context"),
    ),
    "wrong format, prompt hardly touched": (
        {"symptom": "wrong_format", "prompting": "not_tried"},
        ("instruction", "prompt_engineering"),
    ),
    "wrong tone, prompt tweaked a bit": (
        {"symptom": "wrong_tone", "prompting": "basic", "examples": "thousands"},
        ("instruction", "prompt_engineering"),
    ),
    "wrong tone, structured and judged on examples by eye": (
        {"symptom": "weak_reasoning", "prompting": "structured"},
        ("instruction", "prompt_engineering"),
    ),
    "drift after exhausted prompting, thousands of pairs": (
        {**DRIFTING, "examples": "thousands"},
        ("behavior", "fine_tuning"),
    ),
    "drift after exhausted prompting, no pairs": ({**DRIFTING, "examples": "none"}, ("behavior", "prompt_engineering")),
    "drift beside a good retrieval": (
        {**DRIFTING, "stack": "rag", "context_test": "retrieval_finds", "examples": "thousands"},
        ("behavior", "fine_tuning"),
    ),
    "too dear, a smaller model failed": ({**DEAR, "cost": "too_high|smaller_model_failed"}, ("efficiency", "distillation")),
    "too dear, no smaller model tried": ({**DEAR, "cost": "too_high|smaller_model_untried"}, ("efficiency", "right_size")),
    "too dear, a smaller model does it": ({**DEAR, "cost": "too_high|smaller_model_works"}, ("efficiency", "right_size")),
    "too dear at a million calls a day": (
        {**DEAR, "volume": "massive", "cost": "too_high|smaller_model_untried"},
        ("efficiency", "distillation"),
    ),
    "too slow and right": (
        {"symptom": "too_slow", "works_today": "yes", "volume": "low", "cost": "smaller_model_untried"},
        ("efficiency", "right_size"),
    ),
    "too dear and the format is wrong": (
        {**DEAR, "symptom": "too_expensive|wrong_format", "works_today": "no", "prompting": "basic"},
        ("instruction", "prompt_engineering"),
    ),
    "too slow and facts are missing": (
        {**MISSING, "symptom": "too_slow|missing_facts", "corpus_size": "large", "works_today": "no"},
        ("knowledge", "rag"),
    ),
    "it works and people are content": (
        {"symptom": "works_fine", "works_today": "yes", "cost": "fine"},
        ("none", "out_of_scope"),
    ),
    "no language model is meant": ({"symptom": "not_llm"}, ("none", "out_of_scope")),
    "nobody can say what goes wrong": (
        {"symptom": "unclear", "works_today": "not_measured"},
        ("none", "measure_first"),
    ),
    "praised, and nobody has measured": (
        {"symptom": "works_fine", "works_today": "not_measured"},
        ("none", "measure_first"),
    ),
    "called bad, and good enough": ({"symptom": "unclear", "works_today": "yes"}, ("none", "measure_first")),
}  # fmt: skip


@pytest.mark.parametrize("case", DEFINITIONS)
def test_the_verdict_follows_the_contract(case: str) -> None:
    values, expected = DEFINITIONS[case]
    found = verdict(**values)
    assert (found.primary, found.first_step) == expected


@pytest.mark.parametrize(("confidence", "first_step"), [(0.95, "out_of_scope"), (0.6, "measure_first")])
@pytest.mark.parametrize(("name", "value"), [("works_today", "yes"), ("symptom", "works_fine")])
def test_it_is_left_alone_on_an_answer_that_was_surely_read(
    name: str, value: str, confidence: float, first_step: str
) -> None:
    facts = {name: Fact(name, (value,), "", 2, confidence)}
    found = judge(facts, frozenset({"symptom", "works_today"}), MODEL)
    assert (found.primary, found.first_step) == ("none", first_step)


def test_praise_and_an_answer_each_doubtful_are_sure_together() -> None:
    facts = {
        name: Fact(name, (value,), "", 2, 0.6) for name, value in (("works_today", "yes"), ("symptom", "works_fine"))
    }
    assert judge(facts, frozenset(facts), MODEL).first_step == "out_of_scope"


@pytest.mark.parametrize(
    ("task", "number", "first_step"),
    [
        ("tone", 49, "prompt_engineering"), ("tone", 50, "fine_tuning"), ("tone", 120, "fine_tuning"),
        ("format", 40, "prompt_engineering"), ("format", 60, "fine_tuning"),
        ("labels", 499, "prompt_engineering"), ("labels", 500, "fine_tuning"), ("labels", 1500, "fine_tuning"),
        ("extraction", 600, "prompt_engineering"), ("extraction", 1000, "fine_tuning"),
    ],
)  # fmt: skip
def test_training_waits_for_the_floor_of_its_task(task: str, number: int, first_step: str) -> None:
    symptom = {"tone": "wrong_tone", "format": "wrong_format"}.get(task, "weak_skill")
    values = {"symptom": symptom, "prompting": "exhausted", "consistency": task, "context_test": "still_wrong"}
    facts = {name: Fact(name, (value,), "", 1, 0.97) for name, value in values.items()}
    found = judge({**facts, "examples": counted(number)}, frozenset(), MODEL)
    assert (found.primary, found.first_step) == ("behavior", first_step)


@pytest.mark.parametrize("prompting", ["not_tried", "basic", "structured", "unknown"])
def test_training_waits_for_exhausted_prompting(prompting: str) -> None:
    assert verdict(**{**DRIFTING, "prompting": prompting, "examples": "thousands"}).first_step != "fine_tuning"


def test_knowledge_missing_and_behaviour_stubborn_are_both_named() -> None:
    found = verdict(symptom="missing_facts|wrong_tone", prompting="exhausted", context_test="not_tried")
    assert found.primary == "knowledge+behavior"
    assert found.gaps["knowledge"] >= 0.5 <= found.gaps["behavior"]


def test_leaving_it_alone_needs_evidence() -> None:
    assert judge({}, frozenset(), MODEL).first_step != "out_of_scope"
    assert verdict(latency="fine", cost="fine").first_step != "out_of_scope"


def test_facts_that_are_needed_and_supplied_are_no_gap() -> None:
    found = verdict(knowledge_kind="own_documents", stack="rag", context_test="retrieval_finds", symptom="too_slow")
    assert found.gaps["knowledge"] < 0.5


PRECONDITIONS = [
    ({**DRIFTING, "examples": "thousands"}, ["prompting", "context_test", "examples"]),
    (MISSING, ["stack", "corpus_size", "volatility", "citations", "access_control"]),
    ({**DEAR, "cost": "too_high|smaller_model_failed"}, ["works_today", "volume"]),
]


@pytest.mark.parametrize(("values", "required"), PRECONDITIONS, ids=["training", "full context", "distilling"])
def test_a_step_is_not_settled_before_its_preconditions_are_known(values: dict[str, str], required: list[str]) -> None:
    outcome = verdict(**values).outcome
    for name in required:
        without = verdict(**{key: value for key, value in values.items() if key != name})
        assert without.outcome != outcome or name in without.unmet


def test_a_question_that_was_asked_counts_as_met() -> None:
    facts = {"symptom": Fact("symptom", ("wrong_tone",), "", 1, 0.97)}
    open_facts = judge(facts, frozenset(), MODEL).unmet
    assert open_facts
    assert judge(facts, frozenset(open_facts), MODEL).unmet == ()


@steady
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(said: list[Fact], chance: Random) -> None:
    shuffled = chance.sample(said, len(said))
    one, other = ({fact.name: fact for fact in order} for order in (said, shuffled))
    assert judge(one, frozenset(), MODEL) == judge(other, frozenset(), MODEL)


@steady
@given(CASES)
def test_a_verdict_is_made_of_probabilities(said: list[Fact]) -> None:
    found = judge({fact.name: fact for fact in said}, frozenset(), MODEL)
    assert all(0 <= p <= 1 for p in found.gaps.values())
    assert 0 <= found.margin <= 1
    assert found.runner_up != found.outcome


@steady
@given(CASES, st.sampled_from(list(fact_kinds())))
def test_what_is_unknown_changes_no_verdict(said: list[Fact], name: str) -> None:
    facts: Facts = {fact.name: fact for fact in said if fact.name != name}
    told = {**facts, name: Fact(name, (UNKNOWN,), "no idea", 2, 0.99)}
    before, after = judge(facts, frozenset(), MODEL), judge(told, frozenset(), MODEL)
    assert (after.outcome, after.gaps) == (before.outcome, before.gaps)
