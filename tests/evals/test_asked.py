"""The written questions: valid in every line, the two halves strangers to each other and to what is indexed."""

import re
from functools import cache

import pytest

from evals import HALVES, load_questions
from evals.asked import Asked, answerable
from knowledge import dissent_ledger, load_corpus

KINDS = {"lookup", "advice", "compare", "order", "definition", "dissent", "none"}
FEW_WORDS = 4
"""Of a question such as what a term means, which two people put in the same words by chance."""
each_half = pytest.mark.parametrize("half", HALVES)
corpus = cache(load_corpus)


def plain(text: str) -> str:
    """The words alone, so that case and stops make no difference."""
    return " ".join(re.findall(r"\w+", text.lower()))


def numbered(half: str) -> list[tuple[str, Asked]]:
    """Each question with its place, by which a fault is told: what the held-out half asks is not to be read."""
    return [(f"{question.author}, question {n}", question) for n, question in enumerate(load_questions(half), 1)]


@each_half
def test_a_half_has_two_authors_with_questions_of_both_kinds(half: str) -> None:
    questions = load_questions(half)
    authors = {question.author for question in questions}
    assert len(authors) == 2
    for author in authors:
        told = {question.answerable for question in questions if question.author == author}
        assert told == {True, False}


@each_half
def test_every_answer_is_a_shipped_passage(half: str) -> None:
    known = corpus().by_id
    lost = [(place, i) for place, question in numbered(half) for group in question.answers for i in group - set(known)]
    assert lost == []


@each_half
def test_no_group_of_answers_is_empty(half: str) -> None:
    assert [place for place, question in numbered(half) if not all(question.answers)] == []


@each_half
def test_every_question_is_of_a_known_kind(half: str) -> None:
    assert [(place, question.kind) for place, question in numbered(half) if question.kind not in KINDS] == []


@each_half
def test_a_question_has_no_answers_exactly_where_the_sources_do_not_say(half: str) -> None:
    assert [place for place, question in numbered(half) if question.answerable == (question.kind == "none")] == []


@each_half
def test_nothing_is_asked_twice(half: str) -> None:
    asked: dict[str, list[str]] = {}
    for place, question in numbered(half):
        asked.setdefault(plain(question.text), []).append(place)
    assert "" not in asked
    assert [places for places in asked.values() if len(places) > 1] == []


@each_half
def test_no_question_is_an_indexed_one_but_for_a_few_words_that_anybody_would_use(half: str) -> None:
    indexed = {plain(text) for passage in corpus().passages for text in passage.questions}
    indexed |= {plain(text) for quarrel in dissent_ledger() for text in quarrel.asks}
    long = [(place, plain(q.text)) for place, q in numbered(half) if len(plain(q.text).split()) > FEW_WORDS]
    assert [place for place, text in long if text in indexed] == []


def test_the_halves_share_no_question_and_no_author() -> None:
    tuning, held_out = (numbered(half) for half in HALVES)
    fitted = {plain(question.text) for _, question in tuning}
    assert [place for place, question in held_out if plain(question.text) in fitted] == []
    assert {question.author for _, question in tuning}.isdisjoint(question.author for _, question in held_out)


def test_there_are_enough_questions_to_tell_shares_apart() -> None:
    questions = load_questions("tuning")
    assert len(answerable(questions)) >= 200
    assert len(questions) - len(answerable(questions)) >= 100


def test_what_the_sources_do_not_answer_is_left_out_of_the_answerable() -> None:
    known = Asked("What is LoRA?", "me", "definition", (frozenset({"a/b"}),))
    unknown = Asked("Who sings?", "me", "none", ())
    assert answerable([unknown, known, unknown]) == (known,)
    assert (known.answerable, unknown.answerable) == (True, False)


def test_the_questions_come_in_the_same_order_each_time() -> None:
    assert load_questions("tuning") == load_questions("tuning")
    authors = [question.author for question in load_questions("tuning")]
    assert authors == sorted(authors)
