"""The plan: no combination of facts leads to a step that does harm."""

from collections.abc import Iterator
from functools import cache
from random import Random

import pytest

from agent.facts import Fact, Facts
from agent.judgement.outcomes import Lever
from agent.judgement.plan import Plan, PlannedStep, compose, is_harmful
from agent.judgement.tables import decision_model
from agent.judgement.verdict import Verdict, judge
from agent.vocabulary import UNKNOWN, fact_kinds

MODEL = decision_model()
COMBINATIONS = 20_000
VARIED = [
    "prompting",
    "stack",
    "citations",
    "access_control",
    "corpus_size",
    "volatility",
    "works_today",
    "context_test",
    "cost",
    "volume",
]
COUNTS = {
    0: "none",
    20: "dozens",
    49: "dozens",
    50: "dozens",
    120: "hundreds",
    499: "hundreds",
    500: "hundreds",
    1000: "thousands",
    3000: "thousands",
}
WISHES: list[tuple[str, ...]] = [(), ("fine_tuning",), ("rag",), ("distillation",), ("fine_tuning", "rag")]
FLOORS = {"tone": 50, "format": 50, "labels": 500, "extraction": 1000}
"""The least number of pairs that the first source's table gives for a task."""

Case = tuple[Facts, tuple[str, ...], Verdict, Plan]


def said(chance: Random, name: str) -> Fact | None:
    """A fact as it may be known: absent, unknown, or with one of its values (of the stack, at times two)."""
    values = list(fact_kinds()[name].values)
    value = chance.choice([None, UNKNOWN, *values])
    if value is None:
        return None
    second = (
        chance.choice(values) if name in ("stack", "cost") and value != UNKNOWN and chance.random() < 0.3 else value
    )
    return Fact(name, tuple(dict.fromkeys((value, second))), "", 1, chance.choice([0.99, 0.95, 0.8, 0.55]))


def examples(chance: Random) -> Fact | None:
    count = chance.choice([None, *COUNTS])
    if count is None:
        return said(chance, "examples")
    return Fact("examples", (COUNTS[count],), f"{count} pairs", 1, 0.95, float(count), "examples")


def situations() -> Iterator[tuple[Facts, tuple[str, ...]]]:
    """Each symptom with everything that bears on harm, drawn with a fixed seed."""
    chance = Random(20260)
    symptoms = list(fact_kinds()["symptom"].values)
    for number in range(COMBINATIONS):
        symptom = symptoms[number % len(symptoms)]
        second = chance.choice(symptoms) if chance.random() < 0.5 else symptom
        found = [said(chance, name) for name in VARIED] + [examples(chance)]
        if chance.random() < 0.6:
            found.append(said(chance, "consistency"))
        heard = {fact.name: fact for fact in found if fact}
        yield (
            {**heard, "symptom": Fact("symptom", tuple(dict.fromkeys((symptom, second))), "", 1, 0.95)},
            chance.choice(WISHES),
        )


@cache
def cases() -> tuple[Case, ...]:
    made = []
    for facts, wants in situations():
        verdict = judge(facts, frozenset(), MODEL)
        made.append((facts, wants, verdict, compose(verdict, facts, wants, MODEL)))
    return tuple(made)


def values(facts: Facts, name: str) -> set[str]:
    return set(facts[name].values) - {UNKNOWN} if name in facts else set()


def harms(step: PlannedStep, facts: Facts, verdict: Verdict) -> str | None:
    """Why a step does harm, in the words of the contract; None where it does not."""
    if step.when == "later":
        return None
    if step.lever == "fine_tuning":
        task = next(iter(values(facts, "consistency") - {"none"}), None)
        known = facts["examples"].number if "examples" in facts else None
        typical = {"none": 0, "dozens": 99, "hundreds": 999, "thousands": 9999}
        most = known if known is not None else max((typical[v] for v in values(facts, "examples")), default=0)
        facts_first = verdict.primary == "behavior" and verdict.gaps["knowledge"] >= 0.5
        if "behavior" not in verdict.primary or facts_first:
            return "fine-tuning for facts"
        if values(facts, "prompting") != {"exhausted"}:
            return "before prompting is exhausted"
        if most < FLOORS.get(task or "", 50):
            return "under the floor of examples"
    if step.lever == "distillation" and (
        values(facts, "works_today") == {"no"}
        or any(verdict.gaps[gap] >= 0.5 for gap in ("instruction", "knowledge", "behavior"))
    ):
        return "distillation of what does not work"
    if step.lever == "rag" and verdict.primary == "behavior":
        return "rag for a pure behaviour gap"
    duty = "required" in values(facts, "citations") or "differs" in values(facts, "access_control")
    duty = duty and "rag" not in values(
        facts, "stack"
    )  # a retrieval in place does it, and weights beside it break nothing
    if step.lever in ("fine_tuning", "distillation") and duty:
        return "weights where sources must be shown or permissions differ"
    return None


def test_no_combination_of_facts_composes_a_step_that_does_harm() -> None:
    found = [
        (step, verdict.outcome, facts)
        for facts, _, verdict, plan in cases()
        for step in plan.steps
        if is_harmful(step, verdict, facts, MODEL)
    ]
    assert found[:3] == []


@pytest.mark.parametrize(
    "harm",
    [
        "fine-tuning for facts", "before prompting is exhausted", "under the floor of examples",
        "distillation of what does not work", "rag for a pure behaviour gap", "weights where sources must be shown or permissions differ",
    ],
)  # fmt: skip
def test_no_plan_does_harm_in_the_words_of_the_contract(harm: str) -> None:
    found = [
        (step, verdict.outcome, {name: fact.values for name, fact in facts.items()})
        for facts, _, verdict, plan in cases()
        for step in plan.steps
        if harms(step, facts, verdict) == harm
    ]
    assert found[:3] == [], f"{len(found)} plans"


def test_the_combinations_reach_every_first_step_and_both_ways_to_train() -> None:
    outcomes = {verdict.outcome for _, _, verdict, _ in cases()}
    assert {o.first_step for o in outcomes} >= {
        "prompt_engineering", "full_context", "rag", "improve_retrieval", "fine_tuning", "distillation", "right_size", "measure_first", "out_of_scope",
    }  # fmt: skip
    assert {s.when for _, _, _, plan in cases() for s in plan.steps if s.lever == "fine_tuning"} == {
        "now",
        "next",
        "later",
    }


def test_every_plan_begins_with_the_first_step_and_pulls_each_lever_once() -> None:
    for _, _, verdict, plan in cases():
        levers = [step.lever for step in plan.steps]
        assert plan.steps[0] == PlannedStep(verdict.first_step, "now")
        assert len(set(levers)) == len(levers)


def test_steps_come_in_the_order_of_time() -> None:
    for _, _, _, plan in cases():
        times = [("now", "next", "later").index(step.when) for step in plan.steps]
        assert times == sorted(times)


def test_what_is_pulled_is_not_avoided() -> None:
    for _, _, _, plan in cases():
        assert not set(plan.avoid) & {step.lever for step in plan.steps if step.when != "later"}
        assert len(set(plan.avoid)) == len(plan.avoid)


def known(**said: str) -> Facts:
    return {name: Fact(name, tuple(v.split("|")), "", 1, 0.97) for name, v in said.items()}


def plan_for(facts: Facts, wants: tuple[str, ...] = ()) -> dict[Lever, str]:
    plan = compose(judge(facts, frozenset(), MODEL), facts, wants, MODEL)
    return {step.lever: step.when for step in plan.steps} | dict.fromkeys(plan.avoid, "avoid")


DRIFTING = known(symptom="wrong_tone", prompting="exhausted", context_test="still_wrong", consistency="tone")


def test_behaviour_without_enough_pairs_is_prompted_now_and_trained_later() -> None:
    plan = plan_for({**DRIFTING, **known(examples="none")})
    assert plan["prompt_engineering"] == "now"
    assert plan["fine_tuning"] in ("later", "avoid")


def test_a_wish_to_train_on_documents_is_answered() -> None:
    facts = known(
        symptom="missing_facts", prompting="basic", stack="prompt_only", corpus_size="large", volatility="weekly"
    )
    assert plan_for(facts, ("fine_tuning",))["fine_tuning"] == "avoid"


def test_a_regulated_field_has_a_person_in_the_loop_from_the_start() -> None:
    assert plan_for({**DRIFTING, **known(examples="thousands", regulated="yes")})["human_review"] == "now"


def test_cost_comes_after_quality() -> None:
    plan = plan_for(known(symptom="wrong_format|too_expensive", prompting="basic", works_today="no", volume="massive"))
    assert plan["prompt_engineering"] == "now"
    assert {plan.get("distillation"), plan.get("right_size")} <= {None, "later", "avoid"}


HARMFUL: list[tuple[Lever, Facts]] = [
    ("fine_tuning", known(symptom="missing_facts", prompting="exhausted", examples="thousands")),
    ("fine_tuning", {**DRIFTING, **known(prompting="basic", examples="thousands")}),
    ("fine_tuning", {**DRIFTING, **known(examples="none")}),
    ("fine_tuning", {**DRIFTING, **known(examples="thousands", citations="required")}),
    ("fine_tuning", {**DRIFTING, **known(examples="thousands", access_control="differs")}),
    ("distillation", known(symptom="wrong_format|too_expensive", prompting="basic", works_today="no")),
    ("rag", {**DRIFTING, **known(examples="thousands")}),
]


@pytest.mark.parametrize(("lever", "facts"), HARMFUL)
def test_a_harmful_step_is_known_as_such_at_once_but_not_behind_its_gate(lever: Lever, facts: Facts) -> None:
    verdict = judge(facts, frozenset(), MODEL)
    assert is_harmful(PlannedStep(lever, "now"), verdict, facts, MODEL)
    assert is_harmful(PlannedStep(lever, "next"), verdict, facts, MODEL)
    assert not is_harmful(PlannedStep(lever, "later"), verdict, facts, MODEL)


def test_training_on_enough_pairs_after_exhausted_prompting_does_no_harm() -> None:
    facts = {**DRIFTING, **known(examples="thousands", citations="not_needed", access_control="same")}
    assert not is_harmful(PlannedStep("fine_tuning", "now"), judge(facts, frozenset(), MODEL), facts, MODEL)
