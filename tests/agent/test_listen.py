"""The facts after a message: what an answer, a remark in passing and a taking back do to what was known."""

from dataclasses import replace

import pytest

from agent.testing import Fact, Reading, merge

TROUBLE = Fact("symptom", ("stale_facts",), "last year's prices", 1, 0.8)
HALF = ("wrong_tone", "wrong_format")


def heard(name: str, *values: str, confidence: float = 0.8) -> Reading:
    return Reading("interview", (Fact(name, values, " ".join(values), 2, confidence),), (), None)


def after(earlier: Reading, later: Reading, question: str | None = None) -> dict[str, tuple[str, ...]]:
    facts = merge(merge({}, earlier, None, False), later, question, symptom_asked=False)
    return {name: fact.values for name, fact in facts.items()}


@pytest.mark.parametrize(
    ("later", "known"),
    [
        (("wrong_tone",), ("wrong_format", "wrong_tone")),
        (("works_fine",), ("wrong_format",)),
        (("unclear",), ("wrong_format",)),
        (("not_llm",), ("not_llm",)),
    ],
    ids=["a second trouble", "praise", "nothing said", "no model is meant"],
)
def test_what_goes_wrong_is_joined_with_what_was_said_before(later: tuple[str, ...], known: tuple[str, ...]) -> None:
    assert after(heard("symptom", "wrong_format"), heard("symptom", *later))["symptom"] == known


def test_a_trouble_named_after_all_counts_again() -> None:
    assert after(heard("symptom", "not_llm"), heard("symptom", "wrong_tone"))["symptom"] == ("wrong_tone",)


def test_of_facts_with_one_value_the_answer_replaces_and_a_remark_only_when_it_is_sure() -> None:
    said = heard("prompting", "basic")
    assert after(said, heard("prompting", "exhausted"), "prompting")["prompting"] == ("exhausted",)
    assert after(said, heard("prompting", "exhausted", confidence=0.7))["prompting"] == ("basic",)
    assert after(said, heard("prompting", "exhausted", confidence=0.99))["prompting"] == ("exhausted",)


def test_what_is_taken_back_is_replaced_and_not_joined() -> None:
    later = replace(heard("stack", "prompt_only"), takes_back=True)
    assert after(heard("stack", "rag"), later)["stack"] == ("prompt_only",)
    assert after(heard("stack", "rag"), heard("stack", "tools"))["stack"] == ("rag", "tools")


def test_what_is_said_is_not_half_heard() -> None:
    both = replace(TROUBLE, values=("stale_facts", "wrong_tone"), half_heard=(*HALF, "stale_facts"))
    assert both.half_heard == ("wrong_format",)


def test_what_was_half_heard_stays_so_until_it_is_said() -> None:
    opening = merge({}, replace(heard("symptom"), facts=(replace(TROUBLE, half_heard=HALF),)), None, False)
    later = merge(opening, heard("symptom", "wrong_tone"), None, symptom_asked=False)
    assert later["symptom"].values == ("stale_facts", "wrong_tone")
    assert later["symptom"].half_heard == ("wrong_format",)
