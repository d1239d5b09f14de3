"""Checks of a finished conversation: each sees exactly what it is for, and nothing ungraded passes."""

from collections.abc import Mapping
from typing import Any

import pytest

from evals.checks import Check, check
from evals.runner import Result
from evals.scenario import Expect, Scenario


def asks(fact: str) -> dict[str, Any]:
    return {"kind": "question", "question": {"fact": fact}, "recommendation": None}


def advises(**changes: Any) -> dict[str, Any]:
    """A reply with a sound recommendation: RAG now, fine-tuning later and avoided for facts."""
    recommendation = {
        "first_step": "rag",
        "plan": [
            {"lever": "rag", "when": "now", "citations": [1]},
            {"lever": "measure_first", "when": "next", "citations": [2]},
            {"lever": "distillation", "when": "later", "citations": []},
        ],
        "avoid": [{"lever": "fine_tuning", "citations": [2]}],
        "disagreements": [{"id": "d12"}],
    }
    return {
        "kind": "recommendation",
        "question": None,
        "diagnosis": {"primary": "knowledge"},
        "citations": [{"n": 1, "source": "failure-mode-guide"}, {"n": 2, "source": "acme-tutorial"}],
        "recommendation": {**recommendation, **changes},
    }


def graded(expect: Mapping[str, Any], *replies: dict[str, Any]) -> dict[str, bool | None]:
    return {c.name: c.passed for c in check(Expect.model_validate(expect), replies)}


def result(*checks: Check) -> Result:
    scenario = Scenario.model_validate({"id": "a", "purpose": "b", "user": {"opening": "c"}, "expect": {}})
    return Result(scenario, (), checks)


@pytest.mark.parametrize(
    ("expect", "name", "passed"),
    [
        ({"primary": "knowledge"}, "primary", True),
        ({"primary": "behavior"}, "primary", False),
        ({"first_step": "rag"}, "first step", True),
        ({"first_step": "full_context"}, "first step", False),
        ({"not_lever": ["fine_tuning"]}, "no fine_tuning", True),
        ({"not_lever": ["distillation"]}, "no distillation", True),
        ({"not_lever": ["rag"]}, "no rag", False),
        ({"not_lever": ["measure_first"]}, "no measure_first", False),
        ({"now": ["rag"]}, "rag now", True),
        ({"now": ["measure_first"]}, "measure_first now", False),
        ({"now": ["fine_tuning"]}, "fine_tuning now", False),
        ({"later": ["distillation"]}, "distillation later", True),
        ({"later": ["measure_first"]}, "measure_first later", True),
        ({"later": ["rag"]}, "rag later", False),
        ({"later": ["tool_use"]}, "tool_use later", False),
        ({"avoid": ["fine_tuning"]}, "avoid fine_tuning", True),
        ({"avoid": ["rag"]}, "avoid rag", False),
        ({"cites": ["failure-mode-guide", "product-framework"]}, "cites", True),
        ({"cites": ["product-framework"]}, "cites", False),
        ({"discloses": ["d12"]}, "discloses d12", True),
        ({"discloses": ["d1"]}, "discloses d1", False),
    ],
)
def test_a_check_sees_what_it_is_for(expect: dict[str, Any], name: str, passed: bool) -> None:
    assert graded(expect, advises())[name] is passed


def test_what_is_not_expected_is_not_graded() -> None:
    assert set(graded({}, advises())) == {"questions", "no question twice", "citations resolve"}


@pytest.mark.parametrize(("asked", "most", "passed"), [(2, 2, True), (3, 2, False), (8, None, True), (9, None, False)])
def test_questions_are_counted_up_to_the_first_recommendation(asked: int, most: int | None, passed: bool) -> None:
    before = [asks(f"fact-{n}") for n in range(asked)]
    assert graded({"max_questions": most}, *before, advises(), asks("team"), asks("team"))["questions"] is passed


def test_a_fact_asked_twice_is_seen() -> None:
    assert graded({}, asks("stack"), asks("volume"), asks("stack"), advises())["no question twice"] is False
    assert graded({}, asks("stack"), asks("volume"), advises())["no question twice"] is True


def test_the_last_recommendation_is_the_one_that_counts() -> None:
    assert graded({"first_step": "rag"}, advises(first_step="fine_tuning"), advises())["first step"] is True
    assert graded({"first_step": "rag"}, advises(), advises(first_step="fine_tuning"))["first step"] is False


@pytest.mark.parametrize("part", ["plan", "avoid"])
def test_a_citation_without_its_passage_is_seen(part: str) -> None:
    broken = advises(**{part: [{"lever": "rag", "when": "now", "citations": [3]}]})
    assert graded({}, broken)["citations resolve"] is False


@pytest.mark.parametrize("order", [("now", "later"), ("later", "now")])
def test_a_lever_that_stands_twice_is_judged_at_its_earliest(order: tuple[str, str]) -> None:
    twice = advises(plan=[{"lever": "fine_tuning", "when": when, "citations": []} for when in order])
    assert graded({"not_lever": ["fine_tuning"]}, twice)["no fine_tuning"] is False


def test_every_check_says_what_it_saw() -> None:
    found = check(Expect(primary="behavior", first_step="fine_tuning", cites=("own/handbook",)), [advises()])
    reasons = {c.name: c.reason for c in found}
    assert reasons["primary"] == "wanted behavior, got knowledge"
    assert "acme-tutorial" in reasons["cites"]
    assert all(reasons.values())


def test_without_a_recommendation_the_advice_is_ungraded_and_the_conversation_not_passed() -> None:
    found = check(Expect(primary="knowledge"), [asks("stack")])
    assert [c.name for c in found if c.passed is None] == ["recommendation"]
    assert not result(*found).passed


@pytest.mark.parametrize(
    ("outcomes", "passed"),
    [((True, True), True), ((True, False), False), ((True, None), False), ((None,), False), ((), False)],
)
def test_only_a_conversation_whose_checks_all_hold_is_passed(outcomes: tuple[bool | None, ...], passed: bool) -> None:
    assert result(*(Check("a check", outcome, "seen") for outcome in outcomes)).passed is passed
