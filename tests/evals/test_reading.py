"""Measuring the reader: labels that fit the people, readings counted one by one, and a model card that has what the code measures."""

from pathlib import Path

import pytest

from agent import UNKNOWN, embedded_reader, fact_kinds
from agent.testing import Fact, Reading, ScriptedReader
from evals import HALVES, READING_END, READING_START, Scenario, load_labelled, reading_lines, tally
from evals.reading import Labelled, matches

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reader.md"
LEVERS = {"fine_tuning", "rag", "distillation", "prompt_engineering", "smaller_model"}
OPENING = "It is dear."


def person(opening: dict[str, frozenset[str]], **answers: str) -> Labelled:
    user = {"opening": OPENING, "answers": {"volume": "five a day", "cost": "too much"}}
    scenario = Scenario.model_validate({"id": "one", "purpose": "to be read", "user": user, "expect": {}})
    return Labelled(scenario, opening, {name: frozenset({value}) for name, value in answers.items()})


def heard(*facts: tuple[str, str]) -> Reading:
    return Reading("interview", tuple(Fact(name, (value,), "", 1, 0.9) for name, value in facts), (), None)


@pytest.mark.parametrize("half", HALVES)
def test_every_label_is_a_value_of_its_fact_and_every_answer_has_one(half: str) -> None:
    for labelled in load_labelled(half):
        assert set(labelled.answers) <= set(labelled.scenario.user.answers)
        for name, values in labelled.answers.items():
            assert values <= {*fact_kinds()[name].values, UNKNOWN}
        for name, values in labelled.opening.items():
            assert values <= (LEVERS if name == "wants" else {*fact_kinds()[name].values, UNKNOWN})


def test_answers_read_rightly_wrongly_and_not_at_all_are_told_apart() -> None:
    script = {"five a day": heard(("volume", "low")), "too much": heard(("latency", "fine")), OPENING: heard()}
    counts = tally([person({}, volume="low", cost="too_high")], ScriptedReader(script))
    assert (counts["volume"].asked, counts["volume"].right, counts["volume"].unread) == (1, 1, 0)
    assert (counts["cost"].asked, counts["cost"].right, counts["cost"].unread) == (1, 0, 1)
    wrong = tally([person({}, volume="massive")], ScriptedReader(script))["volume"]
    assert (wrong.asked, wrong.right, wrong.unread) == (1, 0, 0)


def test_what_an_opening_says_is_found_missed_or_claimed() -> None:
    script = {OPENING: heard(("symptom", "too_slow"), ("stack", "rag"))}
    said = {"symptom": frozenset({"too_slow"}), "volume": frozenset({"low"})}
    counts = tally([person(said)], ScriptedReader(script))
    assert [(counts[n].said, counts[n].claimed, counts[n].found) for n in ("symptom", "stack", "volume")] == [
        (1, 1, 1),
        (0, 1, 0),
        (1, 0, 0),
    ]


@pytest.mark.parametrize(
    ("name", "read", "said", "right"),
    [
        ("symptom", {"too_slow"}, {"too_slow", "too_expensive"}, True),
        ("symptom", {"too_slow", "wrong_tone"}, {"too_slow"}, False),
        ("volume", {"low"}, {"low"}, True),
        ("volume", {"low"}, {"high"}, False),
    ],
)
def test_of_several_values_a_part_that_adds_nothing_is_right(
    name: str, read: set[str], said: set[str], right: bool
) -> None:
    assert matches(name, frozenset(read), frozenset(said)) is right


@pytest.mark.figures
def test_the_model_card_has_what_the_reader_reaches() -> None:
    kept = PAGE.read_text(encoding="utf-8").partition(READING_START)[2].partition(READING_END)[0].splitlines()
    names = ("citations", "volume")
    rows = [line for line in reading_lines(tally(load_labelled("held-out"), embedded_reader(), names=names))]
    measured = [row for row in rows if row.startswith(tuple(f"| {name} |" for name in names))]
    assert len(measured) == len(names)
    assert [row for row in measured if row not in kept] == [], "run `gapwise eval reading --into docs/reader.md`"
