"""What is quoted of a long passage: its statements nearest to the question, as they stand and in their order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import Passage, Source
from knowledge.excerpt import MOST, excerpt

SENTENCES = (
    "Refunds are paid by the desk in Oslo within ten days of the request for them.",
    "Invoices go to the ledger team, which opens each of them on the following Monday.",
    "Holidays are planned in spring, and nobody may take more than three weeks in a row.",
    "Laptops are replaced after four years or when the battery lasts under two hours.",
    "Visitors sign the book at the door and wear a yellow badge until they leave again.",
    "Parcels are kept at the counter for one week and then go back to whoever sent them.",
)


def quoted(text: str, *near: str) -> str:
    """What is quoted of a text where some of its statements are near the question, the first the nearest."""
    source = Source("own/house", "House rules", "your team", None, "undated")
    passage = Passage("own/house/rules", source, "Rules", None, "lines 1-9", text, (), (), False, None)
    return excerpt(passage, {statement: 1 / (1 + rank) for rank, statement in enumerate(near)})


@pytest.mark.parametrize("text", ["Refunds take ten days.", "One. Two. Three. Four. Five.", SENTENCES[0]])
def test_a_short_passage_is_quoted_whole(text: str) -> None:
    assert quoted(text) == text


def test_a_long_passage_of_few_statements_is_quoted_whole() -> None:
    long = [sentence.replace(".", " and so on" * 5 + ".") for sentence in SENTENCES[:3]]
    assert quoted(" ".join(long)) == " ".join(long)


def test_of_a_long_passage_the_nearest_statements_are_quoted_in_their_order() -> None:
    near = (SENTENCES[5], SENTENCES[1], SENTENCES[0])
    assert quoted(" ".join(SENTENCES), *near) == f"{SENTENCES[0]} {SENTENCES[1]} … {SENTENCES[5]}"


def test_without_anything_near_the_first_statements_are_quoted() -> None:
    assert quoted("\n".join(SENTENCES)) == " ".join(SENTENCES[:3])


def test_items_without_a_stop_are_told_apart() -> None:
    items = [f"• {sentence.rstrip('.')}" for sentence in SENTENCES]
    told = quoted("\n".join(["The house:", *items]), *items[2:5])
    assert told == "; ".join(sentence.rstrip(".") for sentence in SENTENCES[2:5])


@pytest.mark.parametrize("text", ["• by phone\n• by mail\n• in person", "How to ask:\n• by phone\n• by mail"])
def test_no_bullet_of_a_list_is_quoted(text: str) -> None:
    assert "•" not in quoted(text)


@given(order=st.permutations(SENTENCES), near=st.lists(st.sampled_from(SENTENCES), unique=True, max_size=6))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_is_quoted_are_the_nearest_as_they_stand(order: list[str], near: list[str]) -> None:
    told = quoted(" ".join(order), *near)
    kept = [sentence for sentence in order if sentence in told]
    assert set(near[:MOST]) <= set(kept)
    assert len(kept) == MOST
    assert told.replace(" …", "") == " ".join(kept)
