"""Search: the same order each time, the top hit of an exact search, and knowing when nothing fits."""

from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import Library, SentenceEncoder, open_library
from knowledge.index import Index
from knowledge.retrieval import Retriever

ASKED = {
    "how many examples do I need to fine-tune": "fine_tuning",
    "what does RAG cost per month": "rag",
    "when should I distil a model": "distillation",
    "does fine-tuning teach the model new facts": "fine_tuning",
    "our documents change every week, what now": "rag",
    "what is QLoRA": "fine_tuning",
    "Is prompt engineering enough for us?": "prompt_engineering",
    "when is full context better than retrieval": "rag",
    "should we train on 120 examples": "fine_tuning",
    "how long does it take to build a RAG pipeline": "rag",
}
UNRELATED = (
    "what is the capital of Mongolia",
    "how do I bake sourdough bread",
    "who won the world cup in 1998",
    "my knee hurts when I run",
    "translate good morning into Finnish",
    "how do I train my dog",
    "can you book me a flight to Oslo",
    "how much does a kitchen cost",
    "zzzz qqqq",
    "???",
)
EVERY = 80
"""One entry in this many is used as a canary."""


class ExactIndex:
    """Answers as the index does, by comparing with every vector."""

    def __init__(self, index: Index) -> None:
        self.entries = index.entries
        self.nearest = index.exact


@pytest.fixture(scope="module")
def index(library: Library) -> Index:
    return library.retriever.index


@pytest.fixture(scope="module")
def exact(library: Library, index: Index) -> Retriever:
    return Retriever(library.corpus, cast(Index, ExactIndex(index)))


def test_every_canary_finds_itself_as_an_exact_search_does(library: Library, index: Index) -> None:
    canaries = index.entries[::EVERY]
    vectors = library.encoder.encode([entry.text for entry in canaries])
    for entry, vector in zip(canaries, vectors, strict=True):
        (found, near), (wanted, best) = index.nearest(vector, 1)[0], index.exact(vector, 1)[0]
        assert found.text == wanted.text == entry.text
        assert near == pytest.approx(best, abs=1e-4)


def test_the_best_hit_is_that_of_an_exact_search(library: Library, index: Index, exact: Retriever) -> None:
    queries = [*ASKED, *UNRELATED, *(entry.text for entry in index.entries[::EVERY])]
    for query, vector in zip(queries, library.encoder.encode(queries), strict=True):
        found, wanted = library.search(query, vector=vector), exact.search(query, vector, 5)
        assert found.hits[0].passage.id == wanted.hits[0].passage.id, query
        assert found.fits == wanted.fits, query


@pytest.mark.parametrize(("query", "topic"), ASKED.items())
def test_a_question_about_the_material_fits_and_finds_its_topic(library: Library, query: str, topic: str) -> None:
    search = library.search(query, 3)
    assert search.fits
    assert any(topic in hit.passage.topics for hit in search.hits)


@pytest.mark.parametrize("query", UNRELATED)
def test_nothing_fits_an_unrelated_question(library: Library, query: str) -> None:
    assert not library.search(query).fits


def test_a_passage_is_found_by_the_questions_that_it_answers(library: Library) -> None:
    asked = [(passage, passage.questions[0]) for passage in library.corpus.passages[::3]]
    vectors = library.encoder.encode([question for _, question in asked])
    lost = [
        question
        for (passage, question), vector in zip(asked, vectors, strict=True)
        if passage not in [hit.passage for hit in library.search(question, 3, vector).hits]
    ]
    assert len(lost) <= 0.02 * len(asked), lost


def test_an_index_opened_again_gives_the_same_hits_in_the_same_order(home: Path, library: Library) -> None:
    again = open_library(home, SentenceEncoder())
    for query in ASKED:
        assert again.search(query, 10) == library.search(query, 10)


@given(query=st.text(max_size=80) | st.sampled_from([*ASKED]), k=st.integers(1, 12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_gives_k_hits_best_first_and_the_same_again(library: Library, query: str, k: int) -> None:
    first = library.search(query, k)
    order = [(-hit.score, hit.passage.id) for hit in first.hits]
    assert order == sorted(order)
    assert len({hit.passage.id for hit in first.hits}) == k
    assert all(0 <= hit.score <= 1 for hit in first.hits)
    assert library.search(query, k) == first


@pytest.mark.parametrize("k", [1, 3, 8])
def test_fewer_hits_are_the_beginning_of_more(library: Library, k: int) -> None:
    query = "what does RAG cost per month"
    assert library.search(query, k).hits == library.search(query, 20).hits[:k]


def test_passages_are_fetched_in_order_each_once_and_unknown_ids_left_out(library: Library) -> None:
    one, two = (passage.id for passage in library.corpus.passages[:2])
    assert [p.id for p in library.fetch([two, "nobody/nothing", one, two])] == [two, one]
