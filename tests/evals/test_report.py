"""The report: intervals as published, shares that count what could not be graded, the same run as text and as data."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals import Exchange, Result, Scenario, report
from evals.checks import Check
from evals.shares import wilson

COUNTS = st.integers(1, 5000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


def result(name: str, *checks: Check, asked: int = 0) -> Result:
    wanted = {"primary": "knowledge", "first_step": "rag"}
    scenario = Scenario.model_validate({"id": name, "purpose": "b", "user": {"opening": "c"}, "expect": wanted})
    question = {"kind": "question", "question": {"fact": "stack"}}
    return Result(scenario, tuple(Exchange("x", question) for _ in range(asked)), checks)


RIGHT = (Check("primary", True, "got it"), Check("first step", True, "got it"))
WRONG = (Check("primary", False, "wanted knowledge, got behavior"), Check("first step", True, "got it"))
UNGRADED = (Check("recommendation", None, "there was none to grade"),)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [  # method 3 of Newcombe, Statistics in Medicine 17 (1998), table I; and the rule for none and all of ten
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
    ],
)
def test_the_interval_is_the_published_one(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=1e-4)


def test_nothing_seen_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@given(counts=COUNTS)
@settings(max_examples=200, deadline=None)
def test_the_interval_holds_the_share_and_mirrors(counts: tuple[int, int]) -> None:
    hits, total = counts
    low, high = wilson(hits, total)
    assert 0 <= low <= hits / total + 1e-9
    assert hits / total - 1e-9 <= high <= 1
    assert high > low
    assert wilson(total - hits, total) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@given(counts=COUNTS)
@settings(max_examples=100, deadline=None)
def test_more_of_the_same_narrows_the_interval(counts: tuple[int, int]) -> None:
    few, many = wilson(*counts), wilson(counts[0] * 4, counts[1] * 4)
    assert many[1] - many[0] < few[1] - few[0]


def test_the_text_says_case_by_case_what_failed_and_why() -> None:
    text, _ = report([result("one", *RIGHT, asked=3), result("two", *WRONG)])
    assert "passed  one (3 questions)" in text
    assert "FAILED  two (0 questions)\n        primary: wanted knowledge, got behavior" in text
    assert "first step" not in text.split("right gap")[0], "a check that holds needs no line"


def test_what_could_not_be_graded_is_told_as_failed() -> None:
    text, data = report([result("one", *RIGHT), result("two", *UNGRADED)])
    assert "FAILED  two" in text
    assert "there was none to grade" in text
    assert data["figures"]["all checks"].startswith("1 of 2 ")
    assert [case["passed"] for case in data["scenarios"]] == [True, False]


@pytest.mark.parametrize("figure", ["right gap", "right first step"])
def test_a_conversation_without_a_recommendation_lowers_the_share_of_right_ones(figure: str) -> None:
    _, data = report([result("one", *RIGHT), result("two", *UNGRADED)])
    assert data["figures"][figure].startswith("1 of 2 ")


def test_harmful_levers_are_counted_and_a_question_asked_twice_is_none() -> None:
    checks = (Check("no rag", False, ""), Check("no fine_tuning", True, ""), Check("no question twice", False, ""))
    _, data = report([result("one", *checks)])
    assert data["figures"]["unwanted levers at now or next"].startswith("1 of 2 ")


def test_questions_are_summed_up() -> None:
    _, data = report([result(str(asked), *RIGHT, asked=asked) for asked in (6, 0, 3)])
    assert data["figures"]["questions"] == "median 3, mean 3.0, most 6"
    assert data["figures"]["asked"] == "stack 9"


def test_the_data_can_be_written_as_json_and_holds_every_exchange() -> None:
    _, data = report([result("one", *RIGHT, asked=2), result("two", *UNGRADED)])
    again = json.loads(json.dumps(data))
    assert [len(case["exchanges"]) for case in again["scenarios"]] == [2, 0]
    assert again["scenarios"][1]["checks"][0]["passed"] is None
