"""Search: the hits of an exact search in the same order each time, what is asked for among the first, and more than one source where several speak."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import (
    Corpus,
    Index,
    Library,
    Passage,
    Retriever,
    SearchEncoder,
    Source,
    Vectors,
    Weights,
    dissent_ledger,
    open_library,
)
from knowledge.entries import entries
from knowledge.shipped import known_vectors

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
    "teacher and student model": "distillation",
    "PE first?": "prompt_engineering",
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
BOTH_SIDES = {
    "RAG vs fine-tuning": ("rag", "fine_tuning"),
    "difference between distillation and fine-tuning": ("distillation", "fine_tuning"),
    "should I prompt better or build retrieval for company facts": ("prompt_engineering", "rag"),
    "In what order do I try prompting, RAG, fine-tuning and distillation?": (
        "prompt_engineering",
        "rag",
        "fine_tuning",
    ),
}
QUESTIONS = tuple(ask for dissent in dissent_ledger() for ask in dissent.asks)[:200]
EVERY = 80
"""One entry in this many is used as a canary."""


class Letters:
    """Encodes a text by how often it has each letter."""

    name = "letters@1"

    def encode(self, texts: Sequence[str]) -> Vectors:
        counts = np.array(
            [[1 + text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts]
        )
        return np.asarray(counts / np.linalg.norm(counts, axis=1, keepdims=True), dtype=np.float32)


def small_library(*passages: tuple[str, str, tuple[str, ...]], weights: Weights | None = None) -> Library:
    """A library of passages given by name, text and questions, by exact search."""
    source = Source("notes", "Notes", "a team", None, "undated")
    corpus = Corpus(
        tuple(
            Passage(f"notes/{name}", source, "Trees", None, "1", text, (), questions, False, None)
            for name, text, questions in passages
        )
    )
    indexed = entries(corpus)
    index = Index(indexed, Letters().encode([entry.text for entry in indexed]))
    return Library(corpus, Letters(), Retriever(corpus, index, weights))


@pytest.fixture(scope="module")
def index(library: Library) -> Index:
    return library.retriever.index


@pytest.fixture(scope="module")
def exact(library: Library, index: Index) -> Library:
    """The same library without Chroma."""
    return Library(library.corpus, library.encoder, Retriever(library.corpus, Index(index.entries, index.vectors)))


def names(library: Library, query: str, k: int = 5) -> list[str]:
    return [hit.passage.id.removeprefix("notes/") for hit in library.search(query, k).hits]


def test_every_canary_finds_itself_as_an_exact_search_does(index: Index) -> None:
    assert index.asks_chroma
    for row in range(0, len(index.entries), EVERY):
        text = index.entries[row].text
        for rows in (index.nearest(index.vectors[row], 3), index.exact(index.vectors[row], 3)):
            assert text in [index.entries[near].text for near in rows]


def test_hits_are_those_of_an_exact_search(library: Library, exact: Library, index: Index) -> None:
    assert index.asks_chroma
    for query, vector in zip(QUESTIONS, known_vectors(QUESTIONS, library.encoder), strict=True):
        assert library.search(query, 10, vector) == exact.search(query, 10, vector), query
    assert len(QUESTIONS) == 200


def test_an_index_opened_again_gives_the_same_hits_in_the_same_order(
    home: Path, library: Library, tmp_path: Path
) -> None:
    again = open_library(Path(shutil.copytree(home, tmp_path / "again")), SearchEncoder())
    for query, vector in zip(QUESTIONS[::4], known_vectors(QUESTIONS[::4], library.encoder), strict=True):
        assert again.search(query, 10, vector) == library.search(query, 10, vector)


@pytest.mark.parametrize(("query", "topic"), ASKED.items())
def test_a_question_about_the_material_fits_and_finds_its_topic(library: Library, query: str, topic: str) -> None:
    search = library.search(query, 3)
    assert search.fits
    assert any(topic in hit.passage.topics for hit in search.hits)


def test_hardly_anything_fits_an_unrelated_question(library: Library) -> None:
    slipped = [query for query in UNRELATED if library.search(query).fits]
    assert len(slipped) <= len(UNRELATED) / 10, slipped


@pytest.mark.parametrize(("query", "topics"), BOTH_SIDES.items())
def test_a_comparison_reaches_all_sides_and_more_than_one_source(
    library: Library, query: str, topics: tuple[str, ...]
) -> None:
    found = [hit.passage for hit in library.search(query, 5).hits]
    assert set(topics) <= {topic for passage in found for topic in passage.topics}
    assert len({passage.source.id for passage in found}) > 1


def test_a_passage_is_found_by_the_questions_that_it_answers(library: Library) -> None:
    asked = [(passage, passage.questions[0]) for passage in library.corpus.passages[::2]]
    vectors = known_vectors([question for _, question in asked], library.encoder)
    lost = [
        question
        for (passage, question), vector in zip(asked, vectors, strict=True)
        if passage not in [hit.passage for hit in library.search(question, 3, vector).hits]
    ]
    assert len(lost) <= 0.02 * len(asked), lost


def test_a_vector_that_is_known_changes_nothing(library: Library) -> None:
    query = "what is QLoRA"
    assert library.search(query, 5, library.encoder.encode([query])[0]) == library.search(query, 5)


@given(query=st.text(max_size=80) | st.sampled_from([*ASKED]), row=st.integers(0, 5000), k=st.integers(1, 12))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_gives_k_hits_best_first_and_the_same_again(library: Library, query: str, row: int, k: int) -> None:
    vector = library.retriever.index.vectors[row]
    first = library.search(query, k, vector)
    order = [(-hit.score, hit.passage.id) for hit in first.hits]
    assert order == sorted(order)
    assert len({hit.passage.id for hit in first.hits}) == k
    assert all(0 <= hit.score <= 1 for hit in first.hits)
    assert library.search(query, k, vector) == first


@given(number=st.integers(0, len(QUESTIONS) - 1), k=st.integers(1, 30))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_fewer_hits_are_the_beginning_of_more_and_fit_alike(library: Library, number: int, k: int) -> None:
    query, vector = QUESTIONS[number], known_vectors([QUESTIONS[number]], library.encoder)[0]
    few, many = library.search(query, k, vector), library.search(query, 30, vector)
    assert few.hits == many.hits[:k]
    assert few.fits == many.fits


def test_passages_of_one_score_come_by_their_ids() -> None:
    twins = [(name, "amber birch", ("where is amber",)) for name in ("delta", "alder", "cedar")]
    assert names(small_library(*twins), "amber") == ["alder", "cedar", "delta"]


def test_a_word_that_one_passage_has_brings_it_up() -> None:
    by_words = Weights(statement=0, question=0, sisters=0, words=1)
    trees = [("one", "amber stands here", ()), ("two", "birch stands here", ()), ("three", "cedar stands here", ())]
    assert names(small_library(*trees, weights=by_words), "birches", 1) == ["two"]


@pytest.mark.parametrize("weights", [Weights(0, 1, 0, 0), Weights(0, 0, 1, 0)])
def test_a_question_that_is_answered_brings_its_passage_up(weights: Weights) -> None:
    trees = [("one", "amber", ("where do zebras graze",)), ("two", "birch", ("who waters them",))]
    assert names(small_library(*trees, weights=weights), "where do zebras graze") == ["one", "two"]


def test_several_near_questions_count_for_more_than_one() -> None:
    by_sisters = Weights(statement=0, question=0, sisters=1, words=0)
    asked = ("where do zebras graze", "zebras graze where", "do zebras graze")
    trees = [("lucky", "amber", (asked[0], "hmm", "kkk")), ("sure", "amber", asked)]
    assert names(small_library(*trees, weights=by_sisters), asked[0]) == ["sure", "lucky"]


def test_a_passage_without_questions_is_not_held_back_by_them() -> None:
    library = small_library(("asked", "amber", ("kkk",)), ("plain", "where do zebras graze", ()))
    best = library.search("where do zebras graze").hits[0]
    assert best.passage.id == "notes/plain"
    assert best.score > 0.5


def test_a_passage_without_questions_is_found_by_any_of_its_sentences() -> None:
    long = "Amber and birch stand here. Zebras graze beyond the quay quietly. Cedar and delta grow there."
    found = [entry.text for entry in small_library(("one", long, ())).retriever.index.entries]
    assert "Trees. Zebras graze beyond the quay quietly." in found
    assert len(found) == 4


def test_sentences_of_a_passage_with_questions_are_not_indexed() -> None:
    long = "Amber and birch stand here. Zebras graze beyond the quay quietly."
    found = small_library(("one", long, ("where do zebras graze",))).retriever.index.entries
    assert [entry.is_question for entry in found] == [False, True]


def test_the_weights_add_up_to_one() -> None:
    weights = Weights()
    assert weights.statement + weights.question + weights.sisters + weights.words == pytest.approx(1)


def test_passages_are_fetched_in_order_each_once_and_unknown_ids_left_out(library: Library) -> None:
    one, two = (passage.id for passage in library.corpus.passages[:2])
    assert [p.id for p in library.fetch([two, "nobody/nothing", one, two])] == [two, one]
