"""Hybrid search: meaning of the statements, meaning of the questions they answer, and words, fused into one score."""

import logging
from collections.abc import Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import Corpus
from knowledge.embedding import Vectors
from knowledge.index import Index
from knowledge.passages import Hit, Search

NEIGHBOURS = 100
"""Entries asked of the index for each query: enough that each good passage brings its statement and some questions."""
STATEMENT, QUESTION, WORDS = 0.4, 0.45, 0.15
"""Weights of the three signals, set on the indexed questions, each left out in its turn."""
FITS_FROM = 0.42
"""Least score of the best hit at which the sources are taken to answer."""
HALF_WORDS = 8.0
"""BM25 score that counts as half a match."""


class Retriever:
    """Searches one corpus through one index."""

    def __init__(self, corpus: Corpus, index: Index) -> None:
        self._corpus = corpus
        self.index = index
        self._position = {passage.id: row for row, passage in enumerate(corpus.passages)}
        texts = [f"{p.section} {p.text} {' '.join(p.questions)}" for p in corpus.passages]
        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells its steps to standard error otherwise
        self._words = bm25s.BM25()
        self._words.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)

    def search(self, query: str, vector: Vectors, k: int, *, without: frozenset[str] = frozenset()) -> Search:
        """Find the `k` passages that answer a query best.

        Args:
            query: the query's words.
            vector: its embedding, shape (dimensions,).
            k: how many passages at most.
            without: ids of entries to leave out, for measuring.
        """
        scores = self._scores(query, vector, without)
        order = sorted(range(len(scores)), key=lambda row: (-scores[row], self._corpus.passages[row].id))[:k]
        hits = tuple(Hit(self._corpus.passages[row], scores[row]) for row in order)
        return Search(hits, fits=bool(hits) and hits[0].score >= FITS_FROM)

    def _scores(self, query: str, vector: Vectors, without: frozenset[str]) -> list[float]:
        statement = np.zeros(len(self._position))
        question = np.zeros(len(self._position))
        for entry, cosine in self.index.nearest(vector, min(NEIGHBOURS, len(self.index.entries))):
            if entry.id not in without:
                side = question if entry.is_question else statement
                row = self._position[entry.passage_id]
                side[row] = max(side[row], cosine)
        words = self._word_scores(query)
        dense = STATEMENT * np.maximum(statement, 0.7 * question) + QUESTION * np.maximum(question, 0.9 * statement)
        fused = np.clip(dense + WORDS * words, 0.0, 1.0)
        return [round(float(score), 6) for score in fused]

    def _word_scores(self, query: str) -> NDArray[np.float64]:
        tokens: Sequence[Sequence[str]] = bm25s.tokenize([query], stopwords="en", return_ids=False, show_progress=False)
        if not tokens[0]:
            return np.zeros(len(self._position))
        raw = np.asarray(self._words.get_scores(list(tokens[0])), dtype=np.float64)
        return raw / (raw + HALF_WORDS)
