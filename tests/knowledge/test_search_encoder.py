"""The encoder of the search: the sentence vectors turned by the trained map, and the vectors that are shipped with the corpus."""

from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from evals import load_questions
from knowledge import ModelError, SearchEncoder, SentenceEncoder, Vectors, load_corpus
from knowledge.search_encoder import MAP_FILE, load_map, turned
from knowledge.shipped import known_vectors, save_shipped, shipped_texts, shipped_vectors, text_key

TEXTS = ("our bot invents prices", "RAG fetches the wrong page", "x", "")


class Foreign:
    """An encoder that made none of the shipped vectors; notes what it was asked for."""

    name = "foreign@1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.eye(384, dtype=np.float32)[[len(text) % 384 for text in texts]]


@pytest.fixture(scope="module")
def encoder() -> SearchEncoder:
    return SearchEncoder()


@pytest.fixture(scope="module")
def plain() -> SentenceEncoder:
    return SentenceEncoder()


def unit_rows(seed: int, count: int) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_texts_become_unit_vectors_the_same_each_time(encoder: SearchEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)
    assert np.array_equal(vectors, encoder.encode(TEXTS))


def test_no_texts_give_no_rows(encoder: SearchEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_the_map_turns_the_sentence_vectors(encoder: SearchEncoder, plain: SentenceEncoder) -> None:
    closeness = (encoder.encode(TEXTS) * plain.encode(TEXTS)).sum(axis=1)
    assert (closeness < 0.999).all()
    assert (closeness > 0.3).all()


def test_the_map_brings_loose_questions_nearer_to_what_answers_them(
    encoder: SearchEncoder, plain: SentenceEncoder
) -> None:
    passages = load_corpus().by_id
    asked = [question for question in load_questions("tuning") if question.answerable][::16]
    answers = [passages[min(question.answers[0])] for question in asked]
    loose, told = [question.text for question in asked], [f"{p.section}. {p.text}" for p in answers]

    def stands_out(vectors: Vectors) -> float:
        cosines = vectors[: len(loose)] @ vectors[len(loose) :].T
        return float(np.mean(np.diag(cosines)) - np.mean(cosines)) / float(np.std(cosines))

    assert stands_out(encoder.encode(loose + told)) > stands_out(plain.encode(loose + told))


def test_the_name_tells_map_and_model_apart() -> None:
    assert SearchEncoder().name.startswith(f"{SentenceEncoder().name}+")
    assert SearchEncoder("other").name == "other"


def test_another_model_is_told_in_a_sentence_where_it_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="GAPWISE_EMBEDDING_MODEL"):
        SearchEncoder(str(tmp_path / "no-such-model")).encode(["hello"])


def test_the_shipped_map_is_a_square_matrix() -> None:
    with as_file(files("knowledge") / "corpus" / MAP_FILE) as path:
        matrix = load_map(path)
    assert matrix.shape == (384, 384)
    assert matrix.dtype == np.float32
    assert np.isfinite(matrix).all()


def test_a_map_is_read_as_it_was_written(tmp_path: Path) -> None:
    save_file({"map": np.full((2, 2), 0.5, dtype=np.float16)}, str(tmp_path / "map"))
    assert load_map(tmp_path / "map").tolist() == [[0.5, 0.5], [0.5, 0.5]]


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 8), strength=st.floats(0, 0.2))
@settings(max_examples=100, deadline=None)
def test_turned_vectors_keep_their_length(seed: int, count: int, strength: float) -> None:
    matrix = strength * np.random.default_rng(seed).standard_normal((16, 16)).astype(np.float32)
    moved = turned(unit_rows(seed, count), matrix)
    assert np.linalg.norm(moved, axis=1) == pytest.approx(np.ones(count), abs=1e-4)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_a_map_of_zeros_turns_nothing(seed: int) -> None:
    rows = unit_rows(seed, 3)
    assert turned(rows, np.zeros((16, 16), dtype=np.float32)) == pytest.approx(rows, abs=1e-6)


def test_a_vector_is_turned_by_itself_as_in_a_batch() -> None:
    rows, matrix = unit_rows(5, 4), unit_rows(6, 16)
    alone = np.vstack([turned(row[None, :], matrix) for row in rows])
    assert turned(rows, matrix) == pytest.approx(alone, abs=1e-6)


def test_every_text_that_is_searched_by_comes_with_its_vector(encoder: SearchEncoder) -> None:
    shipped = shipped_vectors(encoder)
    assert [text for text in shipped_texts() if text_key(text) not in shipped] == [], "run `make library`"


def test_shipped_vectors_have_length_one(encoder: SearchEncoder) -> None:
    lengths = np.linalg.norm(np.vstack(list(shipped_vectors(encoder).values())), axis=1)
    assert lengths == pytest.approx(np.ones(len(lengths)), abs=1e-4)


def test_another_encoder_gets_none_of_them() -> None:
    assert shipped_vectors(Foreign()) == {}


def test_known_vectors_embed_only_what_is_not_shipped(encoder: SearchEncoder) -> None:
    shipped = shipped_texts()[0]
    vectors = known_vectors(["a new text", shipped, "a new text"], encoder)
    assert vectors @ vectors[0] == pytest.approx([1, vectors[0] @ vectors[1], 1], abs=1e-4)
    assert np.array_equal(vectors[1], shipped_vectors(encoder)[text_key(shipped)])


def test_each_unknown_text_is_embedded_once() -> None:
    foreign = Foreign()
    known_vectors(["one", "three", "one"], foreign)
    assert foreign.asked == ["one", "three"]


def test_saved_vectors_are_found_by_the_key_of_their_text(tmp_path: Path) -> None:
    save_shipped(["one", "three"], Foreign(), tmp_path)
    saved = load_file(str(next(tmp_path.iterdir())))
    assert saved["keys"].tolist() == [text_key("one"), text_key("three")]
    assert saved["vectors"].argmax(axis=1).tolist() == [3, 5]


@given(texts=st.lists(st.text(max_size=20), min_size=1, max_size=30, unique=True))
@settings(max_examples=100, deadline=None)
def test_keys_fit_a_signed_integer_and_differ(texts: list[str]) -> None:
    keys = [text_key(text) for text in texts]
    assert all(0 <= key < 2**63 for key in keys)
    assert len(set(keys)) == len(texts)
