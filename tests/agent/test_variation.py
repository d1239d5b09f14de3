"""Variants of training texts: labels stay true, nothing is lost, the same state draws the same."""

import random

import pytest

from agent.reading.utterances import INTERVIEW, Utterance
from agent.reading.variation import Variation

SILENT = Utterance("a", "we are a bakery in the north", None, {}, INTERVIEW, complete=True)
TELLING = Utterance("a", "it runs on a thousand calls a day", None, {"volume": ("low",)}, INTERVIEW, complete=True)
ANSWER = Utterance(
    "a", "it brings the wrong leaflet up", "symptom", {"symptom": ("wrong_passages",)}, INTERVIEW, complete=True
)
UTTERANCES = (SILENT, TELLING, ANSWER)


def drawn(utterance: Utterance, times: int = 400) -> list[Utterance]:
    variation = Variation.over(UTTERANCES, random.Random(3))
    return [variation.of(utterance) for _ in range(times)]


def test_a_second_remark_brings_its_own_label_and_takes_none_away() -> None:
    found = drawn(ANSWER)
    assert all(u.labels["symptom"] == ("wrong_passages",) for u in found)
    with_second = [u for u in found if "volume" in u.labels]
    assert 0 < len(with_second) < len(found) / 3
    assert all(len(u.text) > len(ANSWER.text) + 20 for u in with_second)


def test_a_remark_on_the_same_fact_is_never_added() -> None:
    assert all(u.labels == {"volume": ("low",)} for u in drawn(TELLING))


def test_what_says_nothing_keeps_saying_nothing() -> None:
    assert all(u.labels == {} for u in drawn(SILENT))


def test_a_text_is_now_and_then_typed_without_any_marks() -> None:
    text = "No, never; it is slow, dear, and wrong. Well."
    found = {u.text for u in drawn(Utterance("a", text, "cost", {"cost": ("too_high",)}, INTERVIEW, complete=True))}
    assert any(not set(variant) & set(",;.") for variant in found)
    assert text in found


@pytest.mark.parametrize("utterance", UTTERANCES)
def test_a_slip_touches_letters_and_no_more_than_a_few(utterance: Utterance) -> None:
    for variant in drawn(utterance):
        assert len(variant.text) >= len(utterance.text) - 2


def test_the_same_state_draws_the_same() -> None:
    assert drawn(ANSWER) == drawn(ANSWER)


def test_a_second_trouble_is_named_beside_the_first_and_both_are_labelled() -> None:
    trouble = Utterance("a", "the layout runs away", None, {"symptom": ("wrong_format",)}, INTERVIEW, complete=True)
    variation = Variation.over((*UTTERANCES, trouble), random.Random(3))
    found = [variation.of(ANSWER) for _ in range(400)]
    with_both = [u for u in found if u.labels["symptom"] == ("wrong_passages", "wrong_format")]
    assert 0 < len(with_both) < len(found) / 3
    assert all(len(u.text) > len(ANSWER.text) + 10 for u in with_both)


def test_no_trouble_is_added_where_all_is_well() -> None:
    trouble = Utterance("a", "the layout runs away", None, {"symptom": ("wrong_format",)}, INTERVIEW, complete=True)
    content = Utterance("a", "we are quite happy", "symptom", {"symptom": ("works_fine",)}, INTERVIEW, complete=True)
    variation = Variation.over((*UTTERANCES, trouble), random.Random(3))
    assert {variation.of(content).labels["symptom"] for _ in range(200)} == {("works_fine",)}
