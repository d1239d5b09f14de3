"""The report: intervals as published, shares that count what could not be graded, the same run as text and as data."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import fact_kinds
from evals import Exchange, Given, Result, Scenario, report
from evals.checks import Check
from evals.shares import wilson

COUNTS = st.integers(1, 5000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


def person(name: str = "one", group: str | None = None, author: str = "", **expect: Any) -> Scenario:
    wanted = {"primary": "knowledge", "first_step": "rag", **expect}
    entry = {"id": name, "purpose": "b", "group": group, "user": {"opening": "c"}, "expect": wanted}
    return Scenario.model_validate(entry, context=author)


def asks(fact: str, kind: str = "question", **facts: str) -> dict[str, Any]:
    held = {name: {"value": value} for name, value in facts.items()}
    text = fact_kinds()[fact].wording_for({name: (value,) for name, value in facts.items()}).question
    return {"kind": kind, "question": {"fact": fact, "text": text}, "facts": held, "recommendation": None}


def advises(
    primary: str = "knowledge", first_step: str = "rag", *beside: tuple[str, str], settled: bool = True, p: float = 0.9
) -> dict[str, Any]:
    """A recommendation; levers beside the first step are given with their time."""
    plan = [{"lever": lever, "when": when} for lever, when in ((first_step, "now"), *beside)]
    gaps = dict.fromkeys(("instruction", "knowledge", "behavior", "efficiency"), 0.1)
    return {
        "kind": "recommendation",
        "question": None,
        "facts": {},
        "diagnosis": {
            "primary": primary,
            "settled": settled,
            "gaps": {**gaps, **{g: p for g in primary.split("+") if g in gaps}},
        },
        "recommendation": {"first_step": first_step, "plan": plan},
    }


def talk(scenario: Scenario, *replies: dict[str, Any], checks: tuple[Check, ...] = ()) -> Result:
    return Result(scenario, tuple(Exchange("x", reply) for reply in replies), checks)


def result(name: str, *checks: Check, asked: int = 0) -> Result:
    """A conversation that ends with what its checks say."""
    ends = [advises("knowledge" if checks == RIGHT else "behavior")] if checks in (RIGHT, WRONG) else []
    return talk(person(name), *(asks("stack") for _ in range(asked)), *ends, checks=checks)


def figures(*results: Result) -> dict[str, str]:
    found: dict[str, str] = report(results)[1]["figures"]
    return found


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
    assert data["figures"]["questions"] == "median 3, mean 3.0, 95th percentile 6, most 6"
    assert data["figures"]["asked"] == "stack 9"


def test_the_data_can_be_written_as_json_and_holds_every_exchange() -> None:
    _, data = report([result("one", *RIGHT, asked=2), result("two", *UNGRADED)])
    again = json.loads(json.dumps(data))
    assert [len(case["exchanges"]) for case in again["scenarios"]] == [3, 0]
    assert again["scenarios"][1]["checks"][0]["passed"] is None


def test_the_percentile_of_questions_is_what_nineteen_of_twenty_stay_within() -> None:
    few, many = [result(str(n), *RIGHT, asked=2) for n in range(19)], result("last", *RIGHT, asked=8)
    assert figures(*few, many)["questions"] == "median 2, mean 2.3, 95th percentile 2, most 8"


@pytest.mark.parametrize(
    ("expect", "reply", "people", "levers"),
    [
        ({"not_lever": ["fine_tuning"]}, advises("knowledge", "rag", ("fine_tuning", "next")), "1 of 1", "1 of 2"),
        ({"not_lever": ["fine_tuning"]}, advises("knowledge", "rag", ("fine_tuning", "later")), "0 of 1", "0 of 1"),
        ({"not_lever": ["distillation"]}, advises("efficiency", "distillation"), "1 of 1", "1 of 1"),
        ({"primary": "behavior", "not_lever": ["rag"]}, advises(), "1 of 1", "1 of 1"),
        ({"primary": "knowledge", "not_lever": ["rag"]}, advises(), "0 of 1", "0 of 1"),
        ({"not_lever": ["full_context"]}, advises("knowledge", "full_context"), "0 of 1", "0 of 1"),
        ({"not_lever": []}, advises("behavior", "fine_tuning"), "0 of 1", "0 of 1"),
    ],
)
def test_harm_is_what_the_person_expects_as_harm_at_now_or_next(
    expect: dict[str, Any], reply: dict[str, Any], people: str, levers: str
) -> None:
    found = figures(talk(person(**expect), reply))
    assert found["people given a harmful lever"].startswith(people)
    assert found["harmful among the levers at now or next"].startswith(levers)


def test_somebody_without_a_recommendation_is_not_counted_as_unharmed() -> None:
    found = figures(talk(person(not_lever=["rag"]), asks("stack")))
    assert found["people given a harmful lever"].startswith("0 of 0")


def test_a_question_about_a_known_fact_is_one_asked_again() -> None:
    known, unknown, never_said = asks("stack", stack="rag"), asks("stack", stack="unknown"), asks("volume", stack="rag")
    found = figures(talk(person(), known, unknown, never_said, advises()))
    assert found["questions about what was already known"].startswith("1 of 3")
    assert found["… of them on what was only half said"].startswith("0 of 1")


def test_a_question_that_goes_on_from_half_an_answer_is_told_apart() -> None:
    found = figures(talk(person(), asks("cost", cost="too_high"), asks("symptom", symptom="too_slow"), advises()))
    assert found["questions about what was already known"].startswith("2 of 2")
    assert found["… of them on what was only half said"].startswith("2 of 2")


def test_what_goes_wrong_besides_is_another_question_than_what_goes_wrong() -> None:
    found = figures(talk(person(), asks("symptom", symptom="missing_facts"), advises()))
    assert found["… of them on what was only half said"].startswith("1 of 1")


def test_what_is_asked_after_the_recommendation_is_no_part_of_the_interview() -> None:
    found = figures(talk(person(), advises(), asks("stack", stack="rag"), asks("stack", stack="rag")))
    assert found["questions about what was already known"].startswith("0 of 0")
    assert found["answers after which the same question stayed open"].startswith("0 of 0")


def test_a_question_that_stays_open_after_its_answer_is_counted() -> None:
    found = figures(talk(person(), asks("stack"), asks("stack", "notice"), asks("volume"), advises()))
    assert found["answers after which the same question stayed open"].startswith("1 of 3")


def test_groups_that_are_easily_got_wrong_are_reported_apart() -> None:
    right, wrong = talk(person("a", "vague"), advises()), talk(person("b", "vague"), advises("behavior", "rag"))
    text, data = report([right, wrong, talk(person("c", "other"), advises())])
    assert [(row["group"], row["people"]) for row in data["groups"]] == [("vague", "2")]
    assert data["groups"][0]["right gap"].startswith("1 of 2: 50% (9% to 91%)")
    assert data["groups"][0]["right first step"].startswith("2 of 2")
    assert "| vague | 2 | 1 of 2" in text


def test_each_author_has_a_row_where_there_are_several() -> None:
    one, other = talk(person("a", author="people-x"), advises()), talk(person("b", author="people-y"), advises("none"))
    _, data = report([one, other])
    assert [(row["author"], row["right gap"][:6]) for row in data["authors"]] == [
        ("people-x", "1 of 1"),
        ("people-y", "0 of 1"),
    ]
    assert report([one])[1]["authors"] == []


def test_the_confusion_table_counts_expected_down_and_given_across() -> None:
    right, wrong, silent = (
        talk(person("a"), advises()),
        talk(person("b"), advises("behavior", "fine_tuning")),
        talk(person("c"), asks("stack")),
    )
    text, data = report([right, right, wrong, silent])
    assert {(row["given"], row["n"]) for row in data["confusion"]} == {
        ("knowledge/rag", 2),
        ("behavior/fine_tuning", 1),
        ("no recommendation", 1),
    }
    assert "| 2 knowledge/rag | 1 | 2 | 1 | 2 of 4 |" in text
    assert "| 1 behavior/fine_tuning | · | · | · |  |" in text


def test_calibration_looks_at_settled_verdicts_alone() -> None:
    sure, guessed = talk(person("a"), advises(p=0.8)), talk(person("b"), advises(p=0.1, settled=False))
    told = figures(sure, guessed)["calibration of the settled primary"]
    assert told.startswith("Brier 0.040, ECE 0.200")
    assert "n = 1:" in told
    assert figures(guessed)["calibration of the settled primary"] == "nothing was settled"


def test_rivals_stand_beside_the_advisor_on_the_same_people() -> None:
    people = [person(str(n)) for n in range(6)]
    ours = [talk(p, asks("stack"), advises()) for p in people]
    theirs = tuple(Given(p, "behavior", "rag", ("rag",), 8) for p in people[:5])
    _, data = report(ours, {"always behaviour": theirs})
    advisor, rival = data["rivals"]
    assert (advisor["people"], rival["people"]) == ("5", "5"), (
        "the advisor is shown on the people whom the rival judged"
    )
    assert (advisor["right gap"][:6], rival["right gap"][:6]) == ("5 of 5", "0 of 5")
    assert rival["gap: advisor alone right, rival alone, p"] == "5, 0, 0.062"
    assert rival["first step: advisor alone right, rival alone, p"] == "0, 0, 1"
    assert rival["questions"].startswith("median 8")
