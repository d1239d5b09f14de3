"""The speller: slips are put right word for word, what somebody may have meant stays, and quotes are as they were typed."""

import random
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reading.spelling import WORD, WORDS, Speller, as_typed, load_speller
from agent.reading.utterances import load_utterances
from agent.reading.word_counts import count_words, lines
from evals import load_scenarios
from evals.wording import with_slips

PEOPLE = Path(__file__).resolve().parents[2] / "evals" / "scenarios" / "tuning" / "people-za.yaml"
FEWEST_RESTORED = 0.75
"""Share of slips put right as they were meant; some make another word, and names are in no list."""


@pytest.fixture(scope="module")
def speller() -> Speller:
    return load_speller()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("we tryed the promt, it wroks sometiems", "we tried the prompt, it works sometimes"),
        ("I dont konw about thousnad recrods", "I don't know about thousand records"),
        ("we haven’t mesured it", "we haven't measured it"),
        ("NOBODY MEASSURED IT", "NOBODY MEASURED IT"),
        ("Retreival fetches the wrong Pasages", "Retrieval fetches the wrong Passages"),
    ],
)
def test_a_slip_is_put_right_and_keeps_its_case(typed: str, meant: str, speller: Speller) -> None:
    assert speller.corrected(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Zendesk and pgvector on Kubernetes, LoRA with vLLM, gpt-4o-mini",
        "our SaaS bot answers from SharePoint PDFs in Marbella",
        "3,200 rows, 12k tokens, 0.4 cents each",
        "chunking, reranking, embeddings, finetuning, chatbot, webhook",
        "",
    ],
)
def test_names_numbers_and_the_words_of_the_field_stay(text: str, speller: Speller) -> None:
    assert speller.corrected(text) == text


@given(text=st.text(max_size=80))
def test_no_text_loses_or_gains_a_word(text: str, speller: Speller) -> None:
    corrected = speller.corrected(text)
    assert len(WORD.findall(corrected)) == len(WORD.findall(text))
    assert WORD.sub("", corrected) == WORD.sub("", text)


def test_most_slips_of_texts_that_it_was_not_made_from_are_put_right(speller: Speller) -> None:
    people = load_scenarios([PEOPLE])
    text = " ".join(answer for person in people for answer in person.user.answers.values())
    slipped = with_slips(text, random.Random(5))
    pairs = zip(text.split(), slipped.split(), speller.corrected(slipped).split(), strict=True)
    restored = [meant == read for meant, typed, read in pairs if meant != typed]
    assert len(restored) > 300
    assert sum(restored) >= FEWEST_RESTORED * len(restored)


def test_what_is_put_right_is_right_already_the_next_time(speller: Speller) -> None:
    once = speller.corrected("the retreival feches wrng pasages and nobdy mesures")
    assert speller.corrected(once) == once


@pytest.mark.parametrize(
    ("quote", "typed_quote"),
    [
        ("it doesn't work", "it doesnt wrok"),
        ("nobody measures", "nobdy mesures"),
        ("it doesn't work … nobody measures", "it doesnt wrok … nobdy mesures"),
        ("something else", "something else"),
    ],
)
def test_a_quote_is_what_was_typed(quote: str, typed_quote: str) -> None:
    typed = "Well, it doesnt wrok, and nobdy mesures!"
    assert as_typed(quote, "Well, it doesn't work, and nobody measures!", typed) == typed_quote


def test_a_quote_keeps_the_apostrophe_of_a_phone(speller: Speller) -> None:
    typed = "it doesn’t wrok, and we can’t say why"
    assert as_typed("it doesn't work", speller.corrected(typed), typed) == "it doesn’t wrok"


def test_the_shipped_counts_are_those_of_the_training_data() -> None:
    assert (files("agent.reading") / WORDS).read_text(encoding="utf-8") == lines(count_words(load_utterances()))
