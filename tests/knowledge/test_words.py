"""Words that carry meaning: stemmed, figures whole, function words left out; how much of a question a text knows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.words import Vocabulary, content_words

steady = settings(max_examples=100, deadline=None)
KNOWN = ("amber", "birch", "cedar", "delta", "ember", "fjord")
SOME_WORDS = st.lists(st.sampled_from((*KNOWN, "xylem", "yucca")), max_size=8)
SOME_TEXTS = st.lists(st.lists(st.sampled_from(KNOWN), max_size=5).map(" ".join), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("prompting", "prompts"),
        ("distilled models", "distilling a model"),
        ("Fine-Tuning", "we fine tuned it"),
        ("WEEKLY costs", "the weekly cost"),
        ("the team’s examples", "the team's example"),
    ],
)
def test_forms_of_a_word_are_one_word(text: str, same: str) -> None:
    assert content_words(text) == content_words(same) != []


@pytest.mark.parametrize("text", ["", "   ", "?!…", "what is it that we do", "don't", "it's what they’re", "日本語"])
def test_function_words_and_marks_carry_nothing(text: str) -> None:
    assert content_words(text) == []


@pytest.mark.parametrize("figure", ["500", "100,000", "5.4", "1,000.50", "7b"])
def test_a_figure_stays_whole(figure: str) -> None:
    assert content_words(f"about {figure}, tokens") == [figure, "token"]


def test_words_stay_in_order_and_repeat() -> None:
    assert content_words("cedar, amber and cedar") == ["cedar", "amber", "cedar"]


@given(text=st.text(max_size=80))
@steady
def test_any_text_has_words_that_are_their_own_again(text: str) -> None:
    words = content_words(text)
    assert words == content_words(text)
    assert all(word and word == word.lower() for word in words)


@given(text=st.text("abcdefgh '-.,019", max_size=60))
@steady
def test_capitals_change_nothing(text: str) -> None:
    assert content_words(text.upper()) == content_words(text)


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    vocabulary = Vocabulary(["amber birch", "amber cedar", "amber delta"])
    assert vocabulary.weight("fjord") > vocabulary.weight("birch") > vocabulary.weight("amber") > 0


def test_coverage_is_the_share_of_what_the_words_tell() -> None:
    vocabulary = Vocabulary(["amber birch", "amber cedar", "amber delta"])
    assert vocabulary.coverage(["amber", "birch"], 0) == 1
    assert vocabulary.coverage(["fjord"], 0) == 0
    common, rare = vocabulary.coverage(["amber", "birch"], 1), vocabulary.coverage(["amber", "cedar"], 1)
    assert 0 < common < 0.5 < rare


@pytest.mark.parametrize(("words", "share"), [(["amber"], 0), (["amber", "fjord"], 0.5), (["fjord"], 1), ([], 1)])
def test_unknown_is_the_share_of_words_that_no_text_has(words: list[str], share: float) -> None:
    assert Vocabulary(["amber birch", "cedar"]).unknown(words) == share


@given(texts=SOME_TEXTS, words=SOME_WORDS)
@steady
def test_shares_lie_between_none_and_all(texts: list[str], words: list[str]) -> None:
    vocabulary = Vocabulary(texts)
    for number, text in enumerate(texts):
        coverage = vocabulary.coverage(words, number)
        assert 0 <= coverage <= 1 + 1e-9
        assert (coverage == 0) == set(words).isdisjoint(text.split())
    assert (vocabulary.unknown(words) == 0) == (bool(words) and set(words) <= set(" ".join(texts).split()))


@given(texts=SOME_TEXTS, words=SOME_WORDS, more=st.sampled_from(KNOWN))
@steady
def test_a_word_that_a_text_has_never_lowers_its_coverage(texts: list[str], words: list[str], more: str) -> None:
    vocabulary = Vocabulary([*texts, more])
    last = len(texts)
    assert vocabulary.coverage([*words, more], last) >= vocabulary.coverage(words, last) - 1e-9
