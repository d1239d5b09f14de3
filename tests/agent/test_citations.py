"""No sentence is shown that its passages do not carry."""

import pytest

from agent.citations import Numbering, Sentence, faults, figures, sound
from knowledge import Passage, Source

SOURCE = Source("a-guide", "A guide", "A publisher", None, "undated")


def passage(slug: str, text: str, caution: str | None = None) -> Passage:
    return Passage(f"a-guide/{slug}", SOURCE, "Costs", None, "L1", text, (), ("?",), False, caution)


RETRIEVED = {
    p.id: p
    for p in (
        passage("cost", "A run costs $20 to $5,000 and takes 1.5 days, as of 2026."),
        passage("pairs", "Style needs 50-500 pairs."),
        passage("doubtful", "A 65B model fits one card.", caution="doubtful"),
    )
}


@pytest.mark.parametrize(
    "text",
    ["A run costs $20 at least.", "Up to $5000.", "Up to $5,000.", "It takes 1.5 days.", "Training costs money.", "So it was in 2026."],
)  # fmt: skip
def test_a_sentence_whose_figures_stand_in_its_passages_passes(text: str) -> None:
    assert faults(Sentence(text, ("a-guide/cost",)), RETRIEVED) == []


@pytest.mark.parametrize(
    "text", ["It costs $30.", "It takes 15 days.", "It costs $500.", "It takes 1.55 days.", "50 pairs."]
)
def test_a_sentence_with_a_figure_not_in_its_passages_is_refused(text: str) -> None:
    assert len(faults(Sentence(text, ("a-guide/cost",)), RETRIEVED)) == 1


def test_a_figure_may_stand_in_any_of_the_passages_cited() -> None:
    both = Sentence("50 pairs cost $20.", ("a-guide/cost", "a-guide/pairs"))
    assert faults(both, RETRIEVED) == []


def test_a_passage_that_was_not_retrieved_is_refused() -> None:
    found = faults(Sentence("Training costs money.", ("a-guide/other",)), RETRIEVED)
    assert len(found) == 1
    assert "a-guide/other" in found[0]


def test_a_passage_with_a_caution_is_refused() -> None:
    assert "caution" in faults(Sentence("A 65B model fits.", ("a-guide/doubtful",)), RETRIEVED)[0]


def test_the_users_own_figures_need_no_passage() -> None:
    text = "Your 1,200 pairs are more than 500."
    own = Sentence(text, ("a-guide/pairs",), frozenset({"1200"}))
    assert faults(own, RETRIEVED) == []
    assert faults(Sentence(text, ("a-guide/pairs",)), RETRIEVED)


def test_a_figure_without_any_passage_is_refused() -> None:
    assert faults(Sentence("It takes 3 weeks.", ()), RETRIEVED)
    assert faults(Sentence("It takes a while.", ()), RETRIEVED) == []


def test_only_sound_sentences_are_kept_in_order() -> None:
    first, wrong, last = (
        Sentence(t, ("a-guide/cost",)) for t in ("It costs $20.", "It costs $21.", "It costs $5,000.")
    )
    assert sound([first, wrong, last], RETRIEVED) == [first, last]


def test_figures_are_read_without_separators() -> None:
    assert figures("5,000 of 5000, or $1.5, then 62%.") == ["5000", "5000", "$1.5", "62"]


def test_passages_are_numbered_from_one_in_the_order_of_use() -> None:
    numbering = Numbering()
    assert numbering.numbers(["b", "a"]) == (1, 2)
    assert numbering.numbers(["a", "c"]) == (2, 3)
    assert numbering.order == ("b", "a", "c")


def test_marks_stand_at_the_end_of_the_sentence() -> None:
    numbering = Numbering()
    assert numbering.marked(Sentence("One.", ("x", "y"))) == "One. [1][2]"
    assert numbering.marked(Sentence("Two.", ("y",))) == "Two. [2]"
    assert numbering.marked(Sentence("Three.", ())) == "Three."
