"""Hybrid search: meaning of the statements, meaning of the questions they answer, and words, fused into one score."""

import logging
from dataclasses import dataclass

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import Corpus
from knowledge.embedding import Vectors
from knowledge.entries import under
from knowledge.index import Index
from knowledge.passages import Passage
from knowledge.words import Vocabulary, content_words

Array = NDArray[np.float64]

NEIGHBOURS = 150
"""Entries asked of the index for each query: enough that each good passage brings its statement and some questions."""
NOMINATED_BY_WORDS = 40
"""Passages that the words may nominate beside them."""
HALF_WORDS = 8.0
"""BM25 score that counts as half a match."""
SISTERS = 3
"""Questions of a passage whose mean closeness counts beside the closest one: several near ones are less of an accident."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal counts for; they add up to one, so that a score lies between 0 and 1. Set on the tuning questions of `evals`."""

    statement: float = 0.2
    question: float = 0.2
    sisters: float = 0.25
    words: float = 0.35


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for each passage, every array of shape (passages,); zeros where it was not nominated."""

    statement: Array
    """Cosine of the query with the statement, or with the nearest sentence where sentences are indexed."""
    question: Array
    """Cosine with the nearest question that the passage answers."""
    sisters: Array
    """Mean cosine with the nearest few."""
    words: Array
    """BM25 over statement and questions, squeezed into 0 to 1."""

    def fused(self, weights: Weights) -> Array:
        """One score a passage, 0 to 1, rounded so that order is stable."""
        score = (
            weights.statement * self.statement
            + weights.question * self.question
            + weights.sisters * self.sisters
            + weights.words * self.words
        )
        return np.asarray(np.round(np.clip(score, 0.0, 1.0), 6), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a search ranked, and what it rests on."""

    rows: tuple[int, ...]
    """The best passages' places in the corpus, best first, ties by id."""
    scores: Array
    """Of every passage, shape (passages,)."""
    signals: Signals
    coverage: float
    """Share of what the query's words tell that the best passage has, its questions included."""
    unknown: float
    """Share of the query's words that no passage has."""
    passages: tuple[Passage, ...]
    """The best passages."""


class Retriever:
    """Searches one corpus through one index."""

    def __init__(self, corpus: Corpus, index: Index, weights: Weights | None = None) -> None:
        self.corpus = corpus
        self.index = index
        self._weights = weights or Weights()
        position = {passage.id: row for row, passage in enumerate(corpus.passages)}
        self._passage_of = np.array([position[entry.passage_id] for entry in index.entries], dtype=np.int64)
        self._is_question = np.array([entry.is_question for entry in index.entries], dtype=bool)
        self._order = np.argsort(np.argsort([passage.id for passage in corpus.passages]))
        texts = [f"{p.section} {p.text} {' '.join(p.questions)}" for p in corpus.passages]
        self._vocabulary = Vocabulary(texts)
        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells its steps to standard error otherwise
        self._words = bm25s.BM25()
        self._words.index([content_words(text) for text in texts], show_progress=False)

    def ranked(self, query: str, vector: Vectors, k: int) -> Ranked:
        """Find the `k` passages that answer a query best.

        Args:
            query: the query's words.
            vector: its embedding, shape (dimensions,).
            k: how many passages at most.
        """
        words = content_words(query)
        signals = self.signals(words, vector)
        scores = signals.fused(self._weights)
        rows = tuple(int(row) for row in np.lexsort((self._order, -scores))[:k])
        return Ranked(
            rows,
            scores,
            signals,
            self._vocabulary.coverage(words, rows[0]) if rows else 0.0,
            self._vocabulary.unknown(words),
            tuple(self.corpus.passages[row] for row in rows),
        )

    def nearness(self, passage_id: str, vector: Vectors) -> dict[str, float]:
        """How near each indexed text of a passage is to a vector of shape (dimensions,)."""
        rows = [row for row, entry in enumerate(self.index.entries) if entry.passage_id == passage_id]
        cosines = np.round(self.index.vectors[rows] @ vector, 6)
        heading = under(self.corpus.by_id[passage_id], "")
        texts = (self.index.entries[row].text.removeprefix(heading) for row in rows)
        return {text: float(cosine) for text, cosine in zip(texts, cosines, strict=True)}

    def signals(self, query_words: list[str], vector: Vectors) -> Signals:
        """What speaks for each passage that the index or the words nominate."""
        words = self._word_scores(query_words)
        nominated = np.zeros(len(words), dtype=bool)
        nominated[self._passage_of[self.index.nearest(vector, NEIGHBOURS)]] = True
        nominated[np.argsort(-words, kind="stable")[:NOMINATED_BY_WORDS]] = True
        rows = np.flatnonzero(nominated[self._passage_of])
        passages, asks = self._passage_of[rows], self._is_question[rows]
        cosines = np.round(self.index.vectors[rows] @ vector, 6)
        statement = _best_mean(cosines[~asks], passages[~asks], len(words), 1)
        question = _best_mean(cosines[asks], passages[asks], len(words), 1)
        sisters = _best_mean(cosines[asks], passages[asks], len(words), SISTERS)
        unasked = question == 0  # nobody wrote questions for it
        return Signals(
            statement,
            np.where(unasked, statement, question),
            np.where(unasked, statement, sisters),
            np.where(nominated, words, 0.0),
        )

    def _word_scores(self, words: list[str]) -> Array:
        if not words:
            return np.zeros(len(self.corpus.passages))
        raw = np.asarray(self._words.get_scores(words), dtype=np.float64)
        return raw / (raw + HALF_WORDS)


def _best_mean(cosines: Vectors, passages: NDArray[np.int64], count: int, most: int) -> Array:
    """The mean of the best `most` cosines of each passage, 0 where it has none."""
    order = np.lexsort((-cosines, passages))
    owners = passages[order]
    rank = np.arange(len(owners)) - np.searchsorted(owners, owners)
    kept = rank < most
    sums = np.bincount(owners[kept], weights=cosines[order][kept], minlength=count)
    counts = np.bincount(owners[kept], minlength=count)
    return sums / np.maximum(counts, 1)
