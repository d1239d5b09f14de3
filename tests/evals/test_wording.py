"""Other wordings of a message: each changes what it is for, and nothing else."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.wording import after_chatter, chatter, in_small_letters, with_slips, without_marks

TEXT = "Our support assistant answers customers about delivery dates, and lately it keeps inventing dates that nobody promised them anywhere."
SEEDS = st.integers(0, 10_000)


@given(seed=SEEDS)
def test_a_slip_keeps_first_letters_numbers_and_the_number_of_words(seed: int) -> None:
    text = f"{TEXT} We have 3000 pages and 12.5 GB of them."
    slipped = with_slips(text, random.Random(seed)).split(" ")
    meant = text.split(" ")
    assert [word[0] for word in slipped] == [word[0] for word in meant]
    assert [w for w in slipped if any(c.isdigit() for c in w)] == ["3000", "12.5"]
    assert 1 <= sum(a != b for a, b in zip(slipped, meant, strict=True)) <= 3


def test_there_is_about_one_slip_in_twelve_words() -> None:
    words = " ".join(["sentence"] * 1200)
    slipped = with_slips(words, random.Random(1)).split(" ")
    assert 60 <= sum(word != "sentence" for word in slipped) <= 100, (
        "a doubled or swapped letter may give the same word"
    )


def test_short_answers_are_mostly_left_alone_and_sometimes_slipped() -> None:
    chance = random.Random(2)
    slipped = sum(with_slips("every other Tuesday", chance) != "every other Tuesday" for _ in range(400))
    assert 60 <= slipped <= 140, "three words of twelve: a quarter"


def test_the_same_seed_slips_in_the_same_way() -> None:
    assert with_slips(TEXT, random.Random(5)) == with_slips(TEXT, random.Random(5))


def test_small_letters_change_only_the_letters() -> None:
    assert in_small_letters("We use RAG, 3 GB.") == "we use rag, 3 gb."


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("It doesn't know us. Why?", "It doesnt know us Why"),
        ("About 3.5 cents, or 10,000 a day; at 9:30.", "About 3.5 cents or 10,000 a day at 9:30"),
        ('half a cent (.5 c) - "roughly"!', "half a cent .5 c - roughly"),
    ],
)
def test_punctuation_goes_and_numbers_stay(text: str, bare: str) -> None:
    assert without_marks(text) == bare


def test_chatter_stands_before_the_message_and_is_one_of_many_paragraphs() -> None:
    first = {after_chatter(TEXT, random.Random(seed)).partition("\n\n")[0] for seed in range(200)}
    assert first <= set(chatter())
    assert len(first) > 30
    assert after_chatter(TEXT, random.Random(1)).endswith(f"\n\n{TEXT}")


def test_chatter_speaks_of_no_application() -> None:
    about_it = (
        "model",
        "bot",
        "llm",
        "prompt",
        "document",
        "answer",
        "search",
        "data",
        "example",
        "token",
        "train ",
        "cost",
    )
    assert len(set(chatter())) == 40
    assert [p for p in chatter() if any(word in p.lower() for word in about_it) or any(c.isdigit() for c in p)] == []
